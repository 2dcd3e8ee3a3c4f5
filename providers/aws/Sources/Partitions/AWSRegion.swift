/// A region of AWS, such as `eu-central-1`.
package struct AWSRegion: Hashable, Sendable, CustomStringConvertible {
    package let name: String

    /// - Throws: ``RegionError`` where `name` can't be one: a region's name becomes part of a host name, so only
    ///   lower-case letters, digits and hyphens may be in it (RFC 1123, section 2.1).
    package init(_ name: String, from origin: String = "region") throws(RegionError) {
        let isLabel =
            !name.isEmpty && name.utf8.count <= 63 && !name.hasPrefix("-") && !name.hasSuffix("-")
            && name.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        guard isLabel else { throw .malformed(value: name, origin: origin) }
        self.name = name
    }

    /// The partition that the region is in, which decides how ARNs and host names read.
    package var partition: AWSPartition { .containing(region: name) }

    package var description: String { name }
}

/// Why there is no region to work in.
package enum RegionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What `origin` names isn't a region.
    case malformed(value: String, origin: String)
    /// Nothing names a region; what was looked at.
    case missing(tried: [String])

    package var description: String {
        switch self {
        case .malformed(let value, let origin):
            return "\(origin): \(value.debugDescription) isn't an AWS region; give a name such as eu-central-1"
        case .missing(let tried):
            return "no AWS region is configured (looked at: \(tried.joined(separator: "; ")))"
        }
    }
}
