/// A protocol that ALPN negotiates (RFC 7301).
package enum ApplicationProtocol: String, Hashable, Sendable, CaseIterable {
    case http2 = "h2"
    case http11 = "http/1.1"
    case http10 = "http/1.0"

    /// The protocols as the extension lists them: each name behind its length.
    static func wireFormat(_ protocols: [ApplicationProtocol]) -> [UInt8] {
        protocols.flatMap { [UInt8($0.rawValue.utf8.count)] + Array($0.rawValue.utf8) }
    }

    /// Where the name of a protocol stands in such a list; nil where it is not offered or the list ends before it.
    static func find(_ wanted: ApplicationProtocol, in list: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        var position = 0
        while position < list.count {
            let name = (position + 1)..<(position + 1 + Int(list[position]))
            guard name.upperBound <= list.count else { return nil }
            if list[name].elementsEqual(wanted.rawValue.utf8) { return name }
            position = name.upperBound
        }
        return nil
    }
}
