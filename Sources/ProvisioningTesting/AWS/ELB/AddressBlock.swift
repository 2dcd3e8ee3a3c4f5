import Glibc

/// An IP address, or a block of them in CIDR form.
struct AddressBlock: Hashable {
    let bytes: [UInt8]
    let prefixLength: Int

    /// A block such as `10.0.0.0/8`; an address alone is none.
    init?(_ text: String) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let bytes = Self.address(String(halves[0])), let length = Int(halves[1]),
            (0...bytes.count * 8).contains(length)
        else { return nil }
        self.bytes = bytes
        prefixLength = length
    }

    /// The bytes of an address: four or sixteen; nil where it is none.
    static func address(_ text: String) -> [UInt8]? {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 { return withUnsafeBytes(of: v4) { Array($0) } }
        var v6 = in6_addr()
        return inet_pton(AF_INET6, text, &v6) == 1 ? withUnsafeBytes(of: v6) { Array($0) } : nil
    }

    /// The block with the bits of its hosts cleared, as EC2 keeps it.
    var isCanonical: Bool {
        bytes.enumerated().allSatisfy { index, byte in
            let bits = max(0, min(8, prefixLength - index * 8))
            return byte & (0xff >> UInt8(bits)) == 0 || bits == 8
        }
    }

    func contains(_ address: [UInt8]) -> Bool {
        guard address.count == bytes.count else { return false }
        return zip(bytes, address).enumerated().allSatisfy { index, pair in
            let bits = max(0, min(8, prefixLength - index * 8))
            let mask: UInt8 = bits == 0 ? 0 : 0xff << UInt8(8 - bits)
            return pair.0 & mask == pair.1 & mask
        }
    }
}
