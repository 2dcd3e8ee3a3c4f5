import CLinux
import Glibc

/// An IPv4 or IPv6 address with a port, as the socket calls want it.
struct SocketAddress: Sendable, Equatable {
    var storage = sockaddr_storage()
    var length: socklen_t = 0

    init() {}

    /// Reads an address in its text form, IPv6 with or without brackets; nil for anything else, host names included.
    init?(address: String, port: Int) {
        guard (0...65535).contains(port) else { return nil }
        var text = address
        if text.hasPrefix("["), text.hasSuffix("]") { text = String(text.dropFirst().dropLast()) }
        if text.contains(":") {
            var v6 = sockaddr_in6()
            guard SocketAddress.parseV6(text, &v6) else { return nil }
            v6.sin6_port = in_port_t(UInt16(port).bigEndian)
            store(v6)
        } else {
            var v4 = sockaddr_in()
            v4.sin_family = sa_family_t(AF_INET)
            v4.sin_port = in_port_t(UInt16(port).bigEndian)
            guard inet_pton(AF_INET, text, &v4.sin_addr) == 1 else { return nil }
            store(v4)
        }
    }

    /// A copy of what `getaddrinfo` returned, with another port.
    init?(_ address: UnsafePointer<sockaddr>, length: socklen_t, port: Int) {
        guard Int(length) <= MemoryLayout<sockaddr_storage>.size else { return nil }
        withUnsafeMutableBytes(of: &storage) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(length)))
        }
        self.length = length
        switch Int32(storage.ss_family) {
        case AF_INET, AF_INET6: setPort(port)
        default: return nil
        }
    }

    var family: Int32 { Int32(storage.ss_family) }

    var isV4: Bool { family == AF_INET }

    var port: Int {
        withUnsafeBytes(of: storage) { Int($0[2]) << 8 | Int($0[3]) }
    }

    /// The port lies at the same place in both families.
    mutating func setPort(_ port: Int) {
        withUnsafeMutableBytes(of: &storage) {
            $0[2] = UInt8(truncatingIfNeeded: port >> 8)
            $0[3] = UInt8(truncatingIfNeeded: port)
        }
    }

    /// The address as text, without port and brackets; an IPv4 address within IPv6 (RFC 4291, section 2.5.5.2) as IPv4.
    var text: String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { buffer in
            let count = write(to: buffer)
            return String(decoding: buffer[..<count], as: UTF8.self)
        }
    }

    /// Writes ``text`` to `buffer`, which has room for at least 46 bytes; the number of bytes.
    func write(to buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        withUnsafeBytes(of: storage) { raw -> Int in
            guard let base = raw.baseAddress, let target = buffer.baseAddress else { return 0 }
            let isV4 = family == AF_INET
            var source = base + (isV4 ? 4 : 8)
            var textFamily = isV4 ? AF_INET : AF_INET6
            if !isV4, SocketAddress.isMappedV4(source) {
                source += 12
                textFamily = AF_INET
            }
            let written = target.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
                inet_ntop(textFamily, source, $0, socklen_t(buffer.count))
            }
            return written == nil ? 0 : strlen(written.unsafelyUnwrapped)
        }
    }

    /// The address without the port.
    var ip: IPAddress {
        withUnsafeBytes(of: storage) { raw in
            isV4
                ? IPAddress(v4: UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
                : IPAddress(v6: UInt128(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt128.self)))
        }
    }

    /// The address without the port; nil for `0.0.0.0` and `::`.
    var specified: IPAddress? { ip.bits == 0 ? nil : ip }

    static func == (one: SocketAddress, other: SocketAddress) -> Bool {
        guard one.length == other.length else { return false }
        return withUnsafeBytes(of: one.storage) { left in
            withUnsafeBytes(of: other.storage) { right in
                memcmp(left.baseAddress.unsafelyUnwrapped, right.baseAddress.unsafelyUnwrapped, Int(one.length)) == 0
            }
        }
    }

    private mutating func store<Address>(_ address: Address) {
        withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: address, as: Address.self) }
        length = socklen_t(MemoryLayout<Address>.size)
    }

    /// Link-local addresses may carry a zone, by name or number: `fe80::1%eth0`.
    private static func parseV6(_ text: String, _ address: inout sockaddr_in6) -> Bool {
        address.sin6_family = sa_family_t(AF_INET6)
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 {
            let zone = String(parts[1])
            address.sin6_scope_id = UInt32(zone) ?? if_nametoindex(zone)
            if address.sin6_scope_id == 0 { return false }
        }
        return inet_pton(AF_INET6, String(parts[0]), &address.sin6_addr) == 1
    }

    private static func isMappedV4(_ address: UnsafeRawPointer) -> Bool {
        for index in 0..<10 where address.load(fromByteOffset: index, as: UInt8.self) != 0 { return false }
        return address.load(fromByteOffset: 10, as: UInt8.self) == 0xff
            && address.load(fromByteOffset: 11, as: UInt8.self) == 0xff
    }
}
