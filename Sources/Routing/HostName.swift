/// The form in which hosts are compared: without port, without a trailing dot, in lower case.
enum HostName {
    /// Where the name stands in the value of a Host field: without the port and without one trailing dot. The brackets
    /// of an IPv6 address are part of the name.
    @inline(__always)
    static func range(in host: borrowing Span<UInt8>) -> Range<Int> {
        var end = 0
        if host.count > 0, host[0] == UInt8(ascii: "[") {
            while end < host.count, host[end] != UInt8(ascii: "]") {
                end &+= 1
            }
            return 0..<min(end &+ 1, host.count)
        }
        while end < host.count, host[end] != UInt8(ascii: ":") {
            end &+= 1
        }
        if end > 0, host[end &- 1] == Octet.dot {
            end &-= 1
        }
        return 0..<end
    }

    /// A host of a rule in the form in which it is compared: an IPv6 address gets its brackets.
    static func normalize(_ host: String) -> [UInt8] {
        var octets = Array(host.utf8)
        if octets.first != UInt8(ascii: "["), octets.count(where: { $0 == UInt8(ascii: ":") }) > 1 {
            octets = [UInt8(ascii: "[")] + octets + [UInt8(ascii: "]")]
        }
        let range = range(in: octets.span)
        return octets[range].map(Octet.lowercased)
    }
}
