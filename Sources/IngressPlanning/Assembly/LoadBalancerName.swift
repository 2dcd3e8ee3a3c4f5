import Crypto
import Foundation
package import LoadBalancerModel

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

    /// The identity from which a load balancer has its name, where that can be told: the name holds a digest, so that a
    /// guess of what it was made from is either right or seen to be wrong.
    ///
    /// - Parameters:
    ///   - name: the name, as ``loadBalancerName`` makes it.
    ///   - cluster: the identity of its cluster.
    ///   - classes: the names of the classes that it may be of.
    ///   - ingresses: Ingresses that it serves, as `namespace/name`.
    package init?(
        ofLoadBalancer name: String, cluster: String, classes: some Sequence<String>,
        ingresses: some Sequence<String>
    ) {
        let served = Set(
            ingresses.flatMap { ingress in
                [
                    Sharing.Group.namespace(String(ingress.prefix { $0 != "/" })), Sharing.Group.ingress(ingress),
                ]
            })
        for ingressClass in classes {
            let label = ingressClass.isEmpty ? "default" : ingressClass
            // A name that wasn't cut short spells the group out, all but its slashes.
            let spelled = Self.spelledGroups(in: name.dropLast(9), after: Self.readable("hg-\(label)-"))
            for group in [""] + served.sorted() + spelled {
                let identity = LoadBalancerIdentity(cluster: cluster, ingressClass: ingressClass, group: group)
                guard identity.loadBalancerName == name else { continue }
                self = identity
                return
            }
        }
        return nil
    }

    private static func spelledGroups(in stem: Substring, after prefix: String) -> [String] {
        guard stem.hasPrefix(prefix) else { return [] }
        let rest = stem.dropFirst(prefix.count)
        guard let hyphen = rest.firstIndex(of: "-") else { return [] }
        return ["\(rest[..<hyphen])/\(rest[rest.index(after: hyphen)...])"]
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
