import Foundation

/// Pages of a list, with a marker that says nothing to whom it is given.
enum Paging {
    /// A page, and the marker of the next where there is one.
    static func page<Item>(
        _ items: [Item], marker: String?, size: Int?, cap: Int, invalidMarker: ServiceFailure
    ) throws(ServiceFailure) -> (items: [Item], next: String?) {
        var start = 0
        if let marker {
            guard let offset = offset(marker), offset <= items.count else { throw invalidMarker }
            start = offset
        }
        let end = min(items.count, start + max(1, min(size ?? cap, cap)))
        return (Array(items[start..<end]), end < items.count ? self.marker(end) : nil)
    }

    private static func marker(_ offset: Int) -> String { Data("page:\(offset)".utf8).base64EncodedString() }

    private static func offset(_ marker: String) -> Int? {
        guard let data = Data(base64Encoded: marker) else { return nil }
        let text = String(decoding: data, as: UTF8.self)
        return text.hasPrefix("page:") ? Int(text.dropFirst(5)) : nil
    }
}
