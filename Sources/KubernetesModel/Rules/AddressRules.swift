internal import Glibc

/// The rules for IP addresses.
enum AddressRules {
    static func isIPv4(_ text: String) -> Bool {
        var address = in_addr()
        return !text.utf8.contains(0) && inet_pton(AF_INET, text, &address) == 1
    }

    static func isIPv6(_ text: String) -> Bool {
        var address = in6_addr()
        return !text.utf8.contains(0) && inet_pton(AF_INET6, text, &address) == 1
    }

    /// Whether Go's older, more generous reading takes the text for an address: leading zeros are let through.
    static func isAddressLoosely(_ text: String) -> Bool {
        if isIPv6(text) { return true }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                    && Int(part).map { $0 <= 255 } == true
            }
    }
}
