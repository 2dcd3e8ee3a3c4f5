internal import LoadBalancerModel

/// Turns what a route answers by itself into actions, with AWS's differences.
struct OwnAnswers {
    let listener: ListenerContext

    /// An action, and how it differs from what was asked for.
    struct Answer {
        var action: RuleAction
        var approximations: [String] = []
        var unsupported: [String] = []
    }

    /// What takes the place of something that can't be had.
    static let unavailable = RuleAction.fixedResponse(
        .init(statusCode: 500, body: "The backend of this path is not available.\n"))
    static let notFound = RuleAction.fixedResponse(.init(statusCode: 404, body: "Not found.\n"))

    // MARK: Fixed responses

    private static let contentTypes = [
        "text/plain", "text/css", "text/html", "application/javascript", "application/json",
    ]
    private static let maximumBodyLength = 1024

    func fixedResponse(_ response: FixedResponse) -> Answer {
        var answer = Answer(action: .fixedResponse(.init(statusCode: response.statusCode)))
        var result = RuleAction.FixedResponse(statusCode: response.statusCode, body: response.body)
        let type = response.contentType.split(separator: ";").first.map { String($0).trimmed.lowercased() } ?? ""
        if Self.contentTypes.contains(type) {
            result.contentType = type
        } else {
            answer.approximations.append(
                "an answer of type \(response.contentType) is sent as text/plain, for AWS allows "
                    + "\(Self.contentTypes.joined(separator: ", ")); use one of these")
        }
        if response.body.count > Self.maximumBodyLength {
            result.body = String(response.body.prefix(Self.maximumBodyLength))
            answer.approximations.append(
                "an answer of \(response.body.count) characters is cut to \(Self.maximumBodyLength), AWS's limit; "
                    + "shorten it, or answer from a backend")
        }
        if (300...399).contains(response.statusCode) {
            result.statusCode = 500
            answer.unsupported.append(
                "an answer with status \(response.statusCode) is sent with 500, for AWS allows 2XX, 4XX and 5XX; use one "
                    + "of these")
        }
        answer.action = .fixedResponse(result)
        return answer
    }

    // MARK: Redirects

    /// The redirect of plain HTTP to HTTPS.
    func redirectToHTTPS(_ redirect: HTTPSRedirect) -> Answer {
        let port = redirect.port ?? listener.httpsPort
        var answer = Answer(
            action: .redirect(
                .init(protocol: "HTTPS", port: String(port), statusCode: Self.statusCode(redirect.statusCode))))
        answer.approximations += Self.statusDifference(redirect.statusCode)
        return answer
    }

    func redirect(_ redirect: Redirect) -> Answer {
        guard let location = RedirectLocation(redirect) else {
            return unsupported(
                "the redirect to \(redirect.location) names groups or no place, which AWS doesn't take; "
                    + "redirect to a fixed place, or from a backend")
        }
        if listener.isSecure, location.scheme == "http" {
            return unsupported(
                "the redirect to \(redirect.location) leads from HTTPS to HTTP, which AWS doesn't take; "
                    + "redirect to https")
        }
        var result = RuleAction.Redirect(statusCode: Self.statusCode(redirect.statusCode))
        if let scheme = location.scheme {
            result.protocol = scheme.uppercased()
            result.port = String(location.port ?? (scheme == "https" ? 443 : 80))
        }
        if let host = location.host { result.host = host.replacing(RedirectLocation.hostMark, with: "#{host}") }
        if location.scheme == nil, let port = location.port { result.port = String(port) }
        result.path =
            redirect.keepsPath == true
            ? "\(location.path.hasSuffix("/") ? String(location.path.dropLast()) : location.path)/#{path}"
            : location.path
        var answer = Answer(action: .redirect(result))
        switch (location.query, location.keepsQuery) {
        case ("", true): result.query = "#{query}"
        case (let query, false): result.query = query
        case (let query, true):
            result.query = "\(query)&#{query}"
            answer.approximations.append(
                "the redirect to \(redirect.location) ends in & where the request has no query; end it with ? to leave "
                    + "the query off")
        }
        if !location.fragment.isEmpty {
            answer.approximations.append(
                "the redirect to \(redirect.location) comes without its fragment, which AWS doesn't take")
        }
        if [result.host, result.path, result.query].contains(where: { $0.utf8.count > RouteConditions.maximumLength }) {
            return unsupported(
                "the redirect to \(redirect.location) is longer than AWS takes, "
                    + "\(RouteConditions.maximumLength) characters for each of host, path and query; shorten it")
        }
        answer.approximations += Self.statusDifference(redirect.statusCode)
        answer.action = .redirect(result)
        return answer
    }

    private func unsupported(_ message: String) -> Answer {
        Answer(action: Self.unavailable, unsupported: ["\(message); it is answered 500"])
    }

    /// 301 for what is permanent, else 302.
    private static func statusCode(_ code: Int) -> Int { code == 301 || code == 308 ? 301 : 302 }

    private static func statusDifference(_ code: Int) -> [String] {
        guard code != 301, code != 302 else { return [] }
        return [
            "a redirect with status \(code) is sent with \(statusCode(code)), for AWS knows 301 and 302 alone: clients may "
                + "repeat a POST as a GET; ask for \(statusCode(code)) to say the same"
        ]
    }
}

/// A fixed place to redirect to.
private struct RedirectLocation {
    var scheme: String?
    var host: String?
    var port: Int?
    var path: String
    var query: String
    var keepsQuery = true
    var fragment: String

    /// What stands for the host of the request.
    static let hostMark = "\u{1}"

    init?(_ redirect: Redirect) {
        self.init(
            (redirect.authority ?? "").replacing(Redirect.hostVariable, with: Self.hostMark) + redirect.location)
    }

    /// Nil where it is neither a URL of HTTP nor an absolute path, or names groups.
    private init?(_ text: String) {
        guard !text.contains("$"), !text.contains("#{") else { return nil }
        var rest = text[...]
        if rest.hasSuffix("?") {
            rest = rest.dropLast()
            keepsQuery = false
        }
        let hash = rest.firstIndex(of: "#") ?? rest.endIndex
        fragment = String(rest[hash...].dropFirst())
        rest = rest[..<hash]
        let mark = rest.firstIndex(of: "?") ?? rest.endIndex
        query = String(rest[mark...].dropFirst())
        rest = rest[..<mark]
        for (scheme, beginning) in [("http", "http://"), ("https", "https://"), (nil, "//")]
        where host == nil && rest.lowercased().hasPrefix(beginning) {
            self.scheme = scheme
            rest = rest.dropFirst(beginning.count)
            let slash = rest.firstIndex(of: "/") ?? rest.endIndex
            let authority = rest[..<slash].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            host = String(authority[0])
            if authority.count == 2 {
                guard let number = Int(authority[1]), (1...65535).contains(number) else { return nil }
                port = number
            }
            rest = rest[slash...]
        }
        guard host?.isEmpty != true, host != nil || rest.hasPrefix("/") else { return nil }
        path = rest.isEmpty ? "/" : String(rest)
    }
}

/// What an action needs to know of the listener that it is for.
struct ListenerContext: Hashable {
    /// The listener's name in the plan.
    var name: String
    var port: Int
    var isSecure: Bool
    /// The port that a redirect to HTTPS names where it names none.
    var httpsPort: Int
}
