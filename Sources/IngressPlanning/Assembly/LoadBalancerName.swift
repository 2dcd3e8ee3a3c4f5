import Crypto
import Foundation
import LoadBalancerModel

extension LoadBalancerIdentity {
    /// The longest name of a load balancer, which the clouds with the tightest limit allow.
    private static let maximumNameLength = 32

    /// The name of the load balancer: what people recognise, and a digest of the whole identity that keeps two apart
    /// whose readable parts are the same. It starts with a letter and holds `[a-z0-9-]` alone.
    var loadBalancerName: String {
        let digest = Self.digest(cluster, ingressClass, group).prefix(8)
        let label = ingressClass.isEmpty ? "default" : ingressClass
        let readable = Self.readable(group.isEmpty ? "hg-\(label)" : "hg-\(label)-\(group)")
            .prefix(Self.maximumNameLength - digest.count - 1)
        let stem = readable.reversed().drop { $0 == "-" }.reversed()
        return "\(String(stem))-\(digest)"
    }

    /// SHA-256 over the parts, each with its length before it, in lower-case hexadecimal.
    private static func digest(_ parts: String...) -> String {
        var hash = SHA256()
        for part in parts {
            hash.update(data: Data("\(part.utf8.count):\(part)".utf8))
        }
        return Hexadecimal.text(hash.finalize())
    }

    /// `text` in lower case, with runs of anything but letters and digits as one hyphen.
    private static func readable(_ text: String) -> String {
        var result = ""
        for character in text.lowercased().unicodeScalars {
            if ("a"..."z").contains(character) || ("0"..."9").contains(character) {
                result.unicodeScalars.append(character)
            } else if !result.hasSuffix("-") {
                result.append("-")
            }
        }
        return result
    }
}

/// Octets as lower-case hexadecimal digits.
enum Hexadecimal {
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var result: [UInt8] = []
        for byte in bytes {
            result.append(digits[Int(byte >> 4)])
            result.append(digits[Int(byte & 0x0F)])
        }
        return String(decoding: result, as: UTF8.self)
    }
}
