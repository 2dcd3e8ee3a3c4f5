/// The parts of a `Host` field or of the authority of a target (RFC 9110, section 7.2).
struct HostAndPort: Equatable, Sendable {
    /// The whole, as it came.
    var whole: ByteRange
    /// The host without the port; an IPv6 address with its brackets.
    var host: ByteRange
    /// The port; nil where none is given.
    var port: UInt16?

    static let none = HostAndPort(whole: .empty, host: .empty, port: nil)

    private init(whole: ByteRange, host: ByteRange, port: UInt16?) {
        self.whole = whole
        self.host = host
        self.port = port
    }

    /// Reads `host [ ":" port ]`. Nil where it isn't one: user information, a host that is empty (RFC 9110, section
    /// 4.2.1) or holds anything but letters, digits, `-`, `.`, `_` and `~`, brackets around what is no IPv6 address, a port
    /// that is no number up to 65535.
    @inline(__always)
    init?(_ whole: ByteRange, in scanner: ByteScanner) {
        guard !whole.isEmpty else { return nil }
        let end = whole.upperBound
        let endOfHost: Int
        if scanner[whole.lowerBound] == UInt8(ascii: "[") {
            guard let closed = Self.endOfBracketedAddress(whole, in: scanner) else { return nil }
            endOfHost = closed
        } else {
            endOfHost = scanner.firstIndex(notIn: .hostName, from: whole.lowerBound, to: end)
        }
        guard endOfHost > whole.lowerBound else { return nil }
        let host = ByteRange(whole.lowerBound, endOfHost)
        if endOfHost == end {
            self.init(whole: whole, host: host, port: nil)
            return
        }
        guard scanner[endOfHost] == UInt8(ascii: ":") else { return nil }
        if endOfHost &+ 1 == end {
            self.init(whole: whole, host: host, port: nil)
            return
        }
        guard let port = Self.port(from: endOfHost &+ 1, to: end, in: scanner) else { return nil }
        self.init(whole: whole, host: host, port: port)
    }

    private static func port(from start: Int, to end: Int, in scanner: ByteScanner) -> UInt16? {
        guard end - start <= 5 else { return nil }
        var value = 0
        for index in start..<end {
            let digit = scanner[index] &- 0x30
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return UInt16(exactly: value)
    }

    /// The index behind the bracket that closes an IPv6 address; nil where the brackets hold none.
    private static func endOfBracketedAddress(_ whole: ByteRange, in scanner: ByteScanner) -> Int? {
        let close = scanner.firstIndex(of: UInt8(ascii: "]"), from: whole.lowerBound, to: whole.upperBound)
        guard close < whole.upperBound, close - whole.lowerBound - 1 <= 45 else { return nil }
        let isAddress = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 46) { text in
            var count = 0
            for index in whole.lowerBound + 1..<close {
                text[count] = scanner[index]
                count += 1
            }
            return IPAddress.isIPv6(UnsafeBufferPointer(rebasing: text[..<count]))
        }
        return isAddress ? close + 1 : nil
    }
}
