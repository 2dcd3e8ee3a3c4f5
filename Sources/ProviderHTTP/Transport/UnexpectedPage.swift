import Provisioning

/// An answer that is a page for people: of a proxy, a captive portal, a gateway, or a server that isn't the API.
struct UnexpectedPage {
    private let status: Int
    private let title: String?

    /// Nothing where the answer isn't a page of HTML.
    init?(_ response: APIResponse) {
        let type = response.first(name: "content-type")?.lowercased() ?? ""
        let beginning = String(decoding: response.body.prefix(4096), as: UTF8.self)
        let text = beginning.drop { $0.isWhitespace || $0 == "\u{FEFF}" }.prefix(15).lowercased()
        let isCalledPage = type.hasPrefix("text/html") || type.hasPrefix("application/xhtml")
        // What stands in for a cloud may call everything a page, and a success that says nothing.
        let isDocument =
            text.isEmpty && (200..<300).contains(response.status) || text.hasPrefix("{") || text.hasPrefix("[")
            || text.hasPrefix("<?xml") && !beginning.lowercased().contains("<html")
        guard isCalledPage && !isDocument || text.hasPrefix("<!doctype html") || text.hasPrefix("<html") else {
            return nil
        }
        status = response.status
        title = Self.title(in: beginning)
    }

    func error(of call: APICall) -> ProviderError {
        let named = title.map { " titled “\($0)”" } ?? ""
        return ProviderError(
            kind: .unexpectedAnswer,
            operation: call.name,
            message:
                "\(call.endpoint) answered with a page of HTML\(named) and status \(status) rather than with an answer of "
                + "the API; check that the endpoint is that of the service (--endpoint-url), that it has this operation, "
                + "and what HTTPS_PROXY names")
    }

    private static func title(in page: String) -> String? {
        guard let match = page.firstMatch(of: /(?i)<title[^>]*>([^<]*)/) else { return nil }
        let words = match.1.split { $0.isWhitespace || $0.isNewline || $0.unicodeScalars.contains { $0.value < 32 } }
        let title = words.joined(separator: " ").prefix(80)
        return title.isEmpty ? nil : String(title)
    }
}
