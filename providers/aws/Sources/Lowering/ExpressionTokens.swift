/// A regular expression in RE2 syntax, read as far as it takes to say the same thing to AWS.
///
/// Load balancers know no flags, no Unicode classes and no lookarounds, and compare paths with regard to case: so letters
/// become classes of both cases, and what AWS doesn't have is refused. Names of groups are left out.
struct ExpressionTokens: Hashable {
    enum Token: Hashable {
        /// A character that stands for itself.
        case literal(UInt8)
        case dot
        /// `\d`, `\w`, `\s`, their opposites, `\b` and `\B`, by letter.
        case escape(Character)
        /// The visible characters that a class holds.
        case characters(Set<UInt8>, isNegated: Bool)
        /// A parenthesis, quantifier, anchor or bar.
        case syntax(String)
    }

    private(set) var tokens: [Token] = []
    private(set) var groupCount = 0

    /// - Throws: ``RouteRefusal`` for what AWS doesn't have.
    init(_ expression: String) throws(RouteRefusal) {
        guard expression.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw Self.refusal(expression, "characters outside of visible ASCII")
        }
        var reader = ExpressionReader(expression)
        while let octet = reader.next() {
            switch octet {
            case UInt8(ascii: "\\"): tokens.append(try Self.escape(&reader))
            case UInt8(ascii: "["): tokens.append(try reader.characterClass())
            case UInt8(ascii: "("): tokens.append(try group(&reader))
            case UInt8(ascii: "."): tokens.append(.dot)
            case UInt8(ascii: "{"):
                tokens.append(reader.quantifier().map(Token.syntax) ?? .literal(octet))
            case UInt8(ascii: ")"), UInt8(ascii: "|"), UInt8(ascii: "^"), UInt8(ascii: "$"), UInt8(ascii: "*"),
                UInt8(ascii: "+"), UInt8(ascii: "?"):
                tokens.append(.syntax(String(UnicodeScalar(octet))))
            default: tokens.append(.literal(octet))
            }
        }
    }

    private static func escape(_ reader: inout ExpressionReader) throws(RouteRefusal) -> Token {
        guard let octet = reader.next() else { throw refusal(reader.expression, "a backslash at its end") }
        let character = Character(UnicodeScalar(octet))
        if !character.isLetter, !character.isNumber { return .literal(octet) }
        guard "dDwWsSbB".contains(character) else { throw refusal(reader.expression, "\\\(character)") }
        return .escape(character)
    }

    private mutating func group(_ reader: inout ExpressionReader) throws(RouteRefusal) -> Token {
        if reader.skip("?:") { return .syntax("(?:") }
        if reader.skip("?P<") || reader.skip("?<") {
            while let octet = reader.next(), octet != UInt8(ascii: ">") {}
        } else if reader.peek == UInt8(ascii: "?") {
            throw Self.refusal(reader.expression, "flags")
        }
        groupCount += 1
        return .syntax("(")
    }

    static func refusal(_ expression: String, _ feature: String) -> RouteRefusal {
        RouteRefusal(
            reason: "UnsupportedExpression",
            message:
                "the regular expression \"\(expression)\" has \(feature), which AWS doesn't support; write it without")
    }
}

extension ExpressionTokens {
    struct Form {
        /// Whether letters stand for both cases.
        var foldsCase = false
        /// Whether nothing but a literal question mark takes one, so that a path ends before its query.
        var sparesQuery = false
        /// Whether what doesn't stand in a path as it is stands for its escape.
        var escapesForPath = false
    }

    /// The expression as AWS is told it.
    func text(_ form: Form) -> String {
        tokens.map { Self.text($0, form) }.joined()
    }

    static func text(_ token: Token, _ form: Form) -> String {
        switch token {
        case .literal(let octet): return literal(octet, form)
        case .dot: return form.sparesQuery ? "[^?]" : "."
        case .escape(let character):
            return form.sparesQuery && "DWS".contains(character)
                ? "[^\\\(character.lowercased())?]" : "\\\(character)"
        case .characters(var members, let isNegated):
            if form.foldsCase { members.formUnion(members.compactMap(otherCase)) }
            if form.sparesQuery, isNegated { members.insert(UInt8(ascii: "?")) }
            return CharacterClassText.text(members, isNegated: isNegated)
        case .syntax(let text): return text
        }
    }

    private static func literal(_ octet: UInt8, _ form: Form) -> String {
        let text = String(UnicodeScalar(octet))
        if form.foldsCase, let other = otherCase(octet) {
            return octet < other ? "[\(text)\(UnicodeScalar(other))]" : "[\(UnicodeScalar(other))\(text)]"
        }
        if ".\\+*?()|[]{}^$".contains(text) { return "\\\(text)" }
        return !form.escapesForPath || PathText.stands(octet) ? text : "(?:\(PathText.escape(octet)))"
    }

    static func otherCase(_ octet: UInt8) -> UInt8? {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): octet - 32
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): octet + 32
        default: nil
        }
    }

    /// Whether a bar stands outside of all groups.
    var hasAlternatives: Bool {
        var depth = 0
        for case .syntax(let text) in tokens {
            if text.hasPrefix("(") { depth += 1 }
            if text == ")" { depth -= 1 }
            if text == "|", depth == 0 { return true }
        }
        return false
    }

    /// Whether case makes a difference.
    var hasLetters: Bool {
        tokens.contains { token in
            switch token {
            case .literal(let octet): Self.otherCase(octet) != nil
            case .characters(let members, _):
                members.contains { Self.otherCase($0).map { !members.contains($0) } ?? false }
            case .dot, .escape, .syntax: false
            }
        }
    }

    /// What every text begins with that the expression takes at its start, and whether that is all that it says.
    var literalPrefix: (text: String, isWhole: Bool) {
        var text: [UInt8] = []
        guard !hasAlternatives else { return ("", false) }
        let body = tokens.first == .syntax("^") ? tokens.dropFirst() : tokens[...]
        for (index, token) in zip(body.indices, body) {
            guard case .literal(let octet) = token else { return (String(decoding: text, as: UTF8.self), false) }
            if index + 1 < body.endIndex, case .syntax(let next) = body[index + 1], "*+?{".contains(next.prefix(1)) {
                return (String(decoding: text, as: UTF8.self), false)
            }
            text.append(octet)
        }
        return (String(decoding: text, as: UTF8.self), true)
    }

    /// Whether every path is taken.
    var takesEverything: Bool {
        ["/", "/.*", "/(.*)", ".*", "(.*)", "/.*$", "/(.*)$"].contains(
            text(Form()).hasPrefix("^") ? String(text(Form()).dropFirst()) : text(Form()))
    }

    /// The expression so that it takes whole texts, of which it takes the beginning, however AWS compares.
    func atStart(_ form: Form, rest: String = ".*") -> String {
        var text = text(form)
        if hasAlternatives {
            text = "(?:\(text))"
        } else if text.hasPrefix("^") {
            text.removeFirst()
        }
        if tokens.last == .syntax("$"), !hasAlternatives { return "^\(text)" }
        if rest == ".*", text.hasSuffix(".*") || text.hasSuffix("(.*)") { return "^\(text)$" }
        return "^\(text)\(rest)$"
    }
}

/// Reads an expression octet by octet.
private struct ExpressionReader {
    let expression: String
    private let octets: [UInt8]
    private var position = 0

    init(_ expression: String) {
        self.expression = expression
        octets = Array(expression.utf8)
    }

    var peek: UInt8? { position < octets.count ? octets[position] : nil }

    mutating func next() -> UInt8? {
        guard let octet = peek else { return nil }
        position += 1
        return octet
    }

    mutating func skip(_ text: String) -> Bool {
        guard octets[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }

    /// The rest of `{n}`, `{n,}` or `{n,m}` with its brace; nil, without a step, where a brace stands for itself.
    mutating func quantifier() -> String? {
        guard let end = octets[position...].firstIndex(of: UInt8(ascii: "}")) else { return nil }
        let body = String(decoding: octets[position..<end], as: UTF8.self)
        guard body.wholeMatch(of: #/[0-9]+(,[0-9]*)?/#) != nil else { return nil }
        position = end + 1
        return "{\(body)}"
    }

    /// The class whose bracket was read.
    mutating func characterClass() throws(RouteRefusal) -> ExpressionTokens.Token {
        let isNegated = skip("^")
        var members: Set<UInt8> = []
        var isFirst = true
        while let octet = next() {
            if octet == UInt8(ascii: "]"), !isFirst { return .characters(members, isNegated: isNegated) }
            isFirst = false
            if octet == UInt8(ascii: "["), peek == UInt8(ascii: ":") {
                throw ExpressionTokens.refusal(expression, "a named class")
            }
            guard let start = try member(octet, into: &members) else { continue }
            guard peek == UInt8(ascii: "-"), position + 1 < octets.count, octets[position + 1] != UInt8(ascii: "]")
            else {
                members.insert(start)
                continue
            }
            position += 1
            guard let next = next(), let end = try member(next, into: &members), start <= end else {
                throw ExpressionTokens.refusal(expression, "a class with a range that isn't one")
            }
            members.formUnion(start...end)
        }
        throw ExpressionTokens.refusal(expression, "a class without an end")
    }

    /// A single member, or nil where an escape stood for several, which are added.
    private mutating func member(_ octet: UInt8, into members: inout Set<UInt8>) throws(RouteRefusal) -> UInt8? {
        guard octet == UInt8(ascii: "\\") else { return octet }
        guard let escaped = next() else { throw ExpressionTokens.refusal(expression, "a backslash at its end") }
        let character = Character(UnicodeScalar(escaped))
        if !character.isLetter, !character.isNumber { return escaped }
        guard let several = CharacterClassText.members(of: character) else {
            throw ExpressionTokens.refusal(expression, "\\\(character) within a class")
        }
        members.formUnion(several)
        return nil
    }
}

/// Classes of visible characters.
enum CharacterClassText {
    private static let visible = Set(UInt8(0x20)...0x7E)
    private static let digits = Set(UInt8(ascii: "0")...UInt8(ascii: "9"))
    private static let words = digits.union(UInt8(ascii: "a")...UInt8(ascii: "z"))
        .union(UInt8(ascii: "A")...UInt8(ascii: "Z")).union([UInt8(ascii: "_")])
    private static let spaces: Set<UInt8> = [0x20]

    static func members(of escape: Character) -> Set<UInt8>? {
        switch escape {
        case "d": digits
        case "D": visible.subtracting(digits)
        case "w": words
        case "W": visible.subtracting(words)
        case "s": spaces
        case "S": visible.subtracting(spaces)
        default: nil
        }
    }

    static func text(_ members: Set<UInt8>, isNegated: Bool) -> String {
        var text = isNegated ? "[^" : "["
        let sorted = members.sorted()
        var index = 0
        while index < sorted.count {
            var end = index
            while end + 1 < sorted.count, sorted[end + 1] == sorted[end] + 1 { end += 1 }
            if end - index < 3 {
                for octet in sorted[index...end] { text += escaped(octet) }
            } else {
                text += "\(escaped(sorted[index]))-\(escaped(sorted[end]))"
            }
            index = end + 1
        }
        return text + "]"
    }

    private static func escaped(_ octet: UInt8) -> String {
        let text = String(UnicodeScalar(octet))
        return "\\]^-[&~".contains(text) ? "\\\(text)" : text
    }
}

/// The characters of paths.
enum PathText {
    /// Whether an octet stands in a path as it is (RFC 3986, section 3.3).
    static func stands(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~!$&'()*+,;=:@/%".utf8.contains(octet)
        }
    }

    static func escape(_ octet: UInt8) -> String {
        let digits = Array("0123456789ABCDEF")
        return "%\(digits[Int(octet >> 4)])\(digits[Int(octet & 15)])"
    }

    /// The text as an expression that takes it alone.
    static func quoted(_ text: String) -> String {
        text.map { ".\\+*?()|[]{}^$".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
