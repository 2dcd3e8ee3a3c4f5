import LoadBalancerModel

/// Names a target in an affinity cookie without giving its address away: SipHash-2-4 of address and port, the same on every
/// replica and after every restart.
struct TargetIdentity: Hashable, Sendable {
    let value: UInt64

    init(value: UInt64) { self.value = value }

    /// - Parameter salt: Set apart by this, one target has different identities in different pools.
    init(address: String, port: Int, salt: String) {
        let text = "\(salt)\0\(address)\0\(port)"
        value = SipHash.hash(Array(text.utf8), key: (0x6865_6164_6761_7465, 0x6166_6669_6E69_7479))
    }
}

/// The cookie that binds a client to a target (RFC 6265); made once when a configuration is compiled.
struct AffinityCookie: Sendable {
    private let name: [UInt8]
    private let attributes: [UInt8]

    /// - Parameter routePath: The path of the route, for a cookie without a path of its own.
    init(_ affinity: SessionAffinity, routePath: String) {
        name = Self.sanitised(affinity.cookieName, to: .token)
        let path = affinity.cookiePath ?? routePath
        var attributes = Array("; Path=".utf8)
        attributes += Self.escaped(path.hasPrefix("/") ? path : "/")
        if let age = affinity.maximumAgeSeconds { attributes += Array("; Max-Age=\(age)".utf8) }
        self.attributes = attributes + Array("; HttpOnly".utf8)
    }

    private static func sanitised(_ text: String, to allowed: CharacterClass) -> [UInt8] {
        text.utf8.filter { allowed.contains($0) }
    }

    /// The path with what would end the attribute or the field percent-encoded.
    private static func escaped(_ path: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for byte in path.utf8 {
            if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: ";") {
                bytes.append(byte)
            } else {
                bytes += [
                    UInt8(ascii: "%"), Hexadecimal.upperCaseDigit(byte >> 4), Hexadecimal.upperCaseDigit(byte & 0xF),
                ]
            }
        }
        return bytes
    }

    /// The target that the request's cookie names; nil without one, and for a value that is no identity.
    func identity(in head: borrowing RequestHead, of bytes: Span<UInt8>) -> TargetIdentity? {
        guard let value = Cookies.value(named: name.span, in: head.fields, of: bytes), value.length == 16 else {
            return nil
        }
        var identity: UInt64 = 0
        for index in value.indices {
            guard let digit = Hexadecimal.value(of: bytes[index]) else { return nil }
            identity = identity << 4 | UInt64(digit)
        }
        return TargetIdentity(value: identity)
    }

    /// Writes the `Set-Cookie` field that binds the client to the target. `Secure` where the client came over TLS.
    func write(_ identity: TargetIdentity, isTLS: Bool, to writer: inout HeadWriter) {
        writer.write("Set-Cookie: ")
        writer.write(name)
        writer.write(UInt8(ascii: "="))
        writer.writeHexadecimal(identity.value, digits: 16)
        writer.write(attributes)
        if isTLS { writer.write("; Secure") }
        writer.writeLineEnd()
    }
}

/// Reads `Cookie` fields.
enum Cookies {
    /// The value of the first cookie of the name, which is compared exactly (RFC 6265, section 5.4); without the quotes
    /// that may stand around it.
    static func value(
        named name: Span<UInt8>, in fields: borrowing FieldTable, of bytes: Span<UInt8>
    ) -> ByteRange? {
        guard fields.contains(.cookie), !name.isEmpty else { return nil }
        return bytes.withUnsafeBufferPointer { buffer in
            guard let scanner = ByteScanner(buffer) else { return nil }
            for index in 0..<fields.count where fields[index].known == .cookie {
                if let found = value(named: name, in: fields[index].value, scanner) { return found }
            }
            return nil
        }
    }

    private static func value(named name: Span<UInt8>, in list: ByteRange, _ scanner: ByteScanner) -> ByteRange? {
        var start = list.lowerBound
        while start < list.upperBound {
            let end = scanner.firstIndex(of: UInt8(ascii: ";"), from: start, to: list.upperBound)
            let pair = scanner.trimmed(start, end)
            start = end + 1
            guard pair.length > name.count, scanner[pair.lowerBound + name.count] == UInt8(ascii: "=") else { continue }
            var isSame = true
            for offset in 0..<name.count where scanner[pair.lowerBound + offset] != name[offset] {
                isSame = false
                break
            }
            guard isSame else { continue }
            let value = ByteRange(pair.lowerBound + name.count + 1, pair.upperBound)
            let quote = UInt8(ascii: "\"")
            if value.length >= 2, scanner[value.lowerBound] == quote, scanner[value.upperBound - 1] == quote {
                return ByteRange(value.lowerBound + 1, value.upperBound - 1)
            }
            return value
        }
        return nil
    }
}
