internal import Crypto
internal import Foundation

/// Names that are the same from run to run, and differ where what they stand for does.
enum StableName {
    /// The first `length` hexadecimal digits of SHA-256 over the parts, each with its length before it.
    static func digest(_ parts: [String], length: Int = 10) -> String {
        var hash = SHA256()
        for part in parts { hash.update(data: Data("\(part.utf8.count):\(part)".utf8)) }
        let digits = Array("0123456789abcdef")
        let text = hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(text.prefix(length))
    }

    /// A name of at most 32 letters, digits and inner hyphens: what people recognise, then a digest over `parts`.
    static func name(_ readable: String, distinguishedBy parts: [String]) -> String {
        let digest = digest(parts)
        var stem = ""
        for scalar in readable.lowercased().unicodeScalars {
            if ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) {
                stem.unicodeScalars.append(scalar)
            } else if !stem.isEmpty, !stem.hasSuffix("-") {
                stem.append("-")
            }
        }
        stem = String(stem.prefix(32 - digest.count - 1))
        while stem.hasSuffix("-") { stem.removeLast() }
        return stem.isEmpty ? "hg-\(digest)" : "\(stem)-\(digest)"
    }
}
