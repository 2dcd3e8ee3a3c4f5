private import Foundation
private import Synchronization

/// A value with `*` for any characters and `?` for one.
struct ALBPattern {
    private enum Part: Equatable {
        case character(Character)
        case one
        case any
    }

    private var parts: [Part] = []

    /// - Parameter escapes: whether a backslash makes the character behind it stand for itself.
    init(_ text: String, escapes: Bool = false) {
        var isEscaped = false
        for character in text {
            if escapes, character == "\\", !isEscaped {
                isEscaped = true
                continue
            }
            switch character {
            case "*" where !isEscaped: parts.append(.any)
            case "?" where !isEscaped: parts.append(.one)
            default: parts.append(.character(character))
            }
            isEscaped = false
        }
    }

    func matches(_ text: String, caseless: Bool) -> Bool {
        Self.matches(parts[...], Array(caseless ? text.lowercased() : text)[...], caseless)
    }

    private static func matches(_ parts: ArraySlice<Part>, _ text: ArraySlice<Character>, _ caseless: Bool) -> Bool {
        guard let part = parts.first else { return text.isEmpty }
        switch part {
        case .any:
            return (text.startIndex...text.endIndex).contains { matches(parts.dropFirst(), text[$0...], caseless) }
        case .one:
            return !text.isEmpty && matches(parts.dropFirst(), text.dropFirst(), caseless)
        case .character(let character):
            guard let first = text.first else { return false }
            let wanted = caseless ? Character(character.lowercased()) : character
            return first == wanted && matches(parts.dropFirst(), text.dropFirst(), caseless)
        }
    }
}

/// A regular expression.
struct ALBExpression {
    private static let cache = Mutex<[String: NSRegularExpression]>([:])
    private let expression: NSRegularExpression?

    init(_ text: String, caseless: Bool) {
        let key = (caseless ? "i" : "c") + text
        expression = Self.cache.withLock { cache in
            if let known = cache[key] { return known }
            let made = try? NSRegularExpression(pattern: text, options: caseless ? [.caseInsensitive] : [])
            if let made { cache[key] = made }
            return made
        }
    }

    func isFound(in text: String) -> Bool {
        expression?.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }

    func replacing(in text: String, with template: String) -> String? {
        guard let expression, isFound(in: text) else { return nil }
        return expression.stringByReplacingMatches(
            in: text, range: NSRange(text.startIndex..., in: text), withTemplate: template)
    }
}

/// A rewrite of the URL: what the expression matches is replaced; without a match all stays.
package struct ALBTransformModel: Hashable, Sendable {
    package var expression: String
    package var replacement: String
    /// Whether the expression sees the query; AWS doesn't say.
    package var seesQuery: Bool

    package init(expression: String, replacement: String, seesQuery: Bool) {
        self.expression = expression
        self.replacement = replacement
        self.seesQuery = seesQuery
    }

    func apply(to target: String) -> String {
        let end = seesQuery ? target.endIndex : target.firstIndex(of: "?") ?? target.endIndex
        let subject = String(target[..<end])
        let expression = ALBExpression(expression, caseless: false)
        return (expression.replacing(in: subject, with: replacement) ?? subject) + target[end...]
    }
}

/// A network in CIDR notation.
struct ALBNetwork {
    private let octets: [UInt8]
    private let length: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/")
        guard let octets = Self.octets(String(parts[0])) else { return nil }
        self.octets = octets
        length = parts.count == 2 ? Int(parts[1]) ?? 0 : octets.count * 8
    }

    func contains(_ address: String) -> Bool {
        guard let other = Self.octets(address), other.count == octets.count else { return false }
        return (0..<length).allSatisfy { bit in
            (octets[bit / 8] ^ other[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
        }
    }

    private static func octets(_ text: String) -> [UInt8]? {
        if text.contains(":") { return sixteen(text) }
        let numbers = text.split(separator: ".").compactMap { UInt8($0) }
        return numbers.count == 4 ? numbers : nil
    }

    private static func sixteen(_ text: String) -> [UInt8]? {
        let halves = text.components(separatedBy: "::")
        let groups = halves.map { $0.split(separator: ":").compactMap { UInt16($0, radix: 16) } }
        guard (1...2).contains(halves.count) else { return nil }
        let missing = 8 - groups.reduce(0) { $0 + $1.count }
        guard missing >= 0, halves.count == 2 || missing == 0 else { return nil }
        let zeros = Array(repeating: UInt16(0), count: halves.count == 2 ? missing : 0)
        let all = groups[0] + zeros + (groups.count == 2 ? groups[1] : [])
        return all.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
    }
}
