/// A template that is not well formed.
package struct TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
    package var template: String
    /// The part at fault, such as `$host` or `$`.
    package var part: String

    package init(template: String, part: String) {
        self.template = template
        self.part = part
    }

    package var description: String {
        "\"\(part)\" in \"\(template)\" is not known: only $1 to $9 stand for the groups of the path's expression"
    }
}

/// A text in which `$1` to `$9` stand for the groups of an expression, as in nginx's `rewrite`.
///
/// A group that the expression lacks, or that took no part, is empty. What nginx reads as the name of one of its variables
/// (`$host`, `${1}`, `$0`, a lone `$`) is refused. A `?` begins the query. A `?` at the very end is removed, and the query
/// of the request is then left off; else it is appended.
package struct ExpressionTemplate: Sendable {
    /// What a template gives.
    package enum Purpose: Sendable {
        /// The path, with or without query, of a request to a backend. `#` is an ordinary character.
        case path
        /// The value of a Location field, a URL or a path. `#` begins the fragment.
        case location
    }

    enum Section: Sendable {
        case path, query, fragment
    }

    enum Part: Sendable {
        /// Text that needs no more escaping.
        case literal([UInt8])
        case group(Int)
    }

    private(set) var path: [Part] = []
    private(set) var query: [Part] = []
    private(set) var fragment: [Part] = []
    /// Whether the query of the request is appended.
    private(set) var keepsQuery = true
    /// Whether any group is named.
    private(set) var usesGroups = false

    /// Reads a template.
    ///
    /// - Throws: ``TemplateError`` for a `$` that is not followed by a digit from 1 to 9.
    package init(_ template: String, for purpose: Purpose) throws(TemplateError) {
        var octets = Array(template.utf8)
        if octets.last == Octet.question {
            octets.removeLast()
            keepsQuery = false
        }
        var section = Section.path
        var literal: [UInt8] = []
        var index = 0
        while index < octets.count {
            let octet = octets[index]
            if octet == UInt8(ascii: "$") {
                guard index + 1 < octets.count, (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(octets[index + 1])
                else { throw TemplateError(template: template, part: Self.variable(octets[index...])) }
                append(literal, to: section)
                literal = []
                append(.group(Int(octets[index + 1] - UInt8(ascii: "0"))), to: section)
                usesGroups = true
                index += 2
                continue
            }
            if let next = Self.section(begunBy: octet, in: section, purpose) {
                append(literal, to: section)
                literal = []
                section = next
            } else {
                literal.append(octet)
            }
            index += 1
        }
        append(literal, to: section)
    }

    private static func section(begunBy octet: UInt8, in section: Section, _ purpose: Purpose) -> Section? {
        switch (octet, section) {
        case (Octet.question, .path): .query
        case (UInt8(ascii: "#"), .path), (UInt8(ascii: "#"), .query): purpose == .location ? .fragment : nil
        default: nil
        }
    }

    private mutating func append(_ literal: [UInt8], to section: Section) {
        guard !literal.isEmpty else { return }
        var escaped: [UInt8] = []
        TargetText.append(literal.span, 0..<literal.count, to: &escaped, as: section == .path ? .url : .query)
        append(.literal(escaped), to: section)
    }

    private mutating func append(_ part: Part, to section: Section) {
        switch section {
        case .path: path.append(part)
        case .query: query.append(part)
        case .fragment: fragment.append(part)
        }
    }

    /// What nginx would read as a variable at the start of `octets`.
    private static func variable(_ octets: ArraySlice<UInt8>) -> String {
        let isBraced = octets.dropFirst().first == UInt8(ascii: "{")
        let name = octets.dropFirst(isBraced ? 2 : 1).prefix {
            Octet.lowercased($0) >= UInt8(ascii: "a") && Octet.lowercased($0) <= UInt8(ascii: "z")
                || $0 == UInt8(ascii: "_") || $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")
        }
        return (isBraced ? "${" : "$") + String(decoding: name, as: UTF8.self) + (isBraced ? "}" : "")
    }

    /// Appends the parts, with the groups of `text` put in and escaped.
    static func append(
        _ parts: [Part],
        groups: ExpressionGroups,
        of text: borrowing Span<UInt8>,
        to buffer: inout [UInt8],
        as form: TargetText.Form
    ) {
        for part in parts {
            switch part {
            case .literal(let literal): buffer.append(contentsOf: literal)
            case .group(let group): TargetText.append(text, groups[group], to: &buffer, as: form)
            }
        }
    }
}

/// Writes text into a request target or a URL so that it is one (RFC 3986).
enum TargetText {
    enum Form {
        /// A path as text: `?` and `#` are escaped.
        case path
        /// What stands before the query of a URL, as it was written by its author: brackets stay.
        case url
        /// A query as it was written by its author.
        case query
        /// A value within a query, as nginx escapes it: `&`, `+`, `?` and `#` are escaped.
        case queryValue
    }

    /// Appends the octets of `range`. Escapes that are well formed stay, a percent sign that begins none is escaped.
    static func append(
        _ text: borrowing Span<UInt8>,
        _ range: Range<Int>,
        to buffer: inout [UInt8],
        as form: Form
    ) {
        var index = range.lowerBound
        while index < range.upperBound {
            let octet = text[index]
            let isEscape =
                octet == Octet.percent && index &+ 2 < range.upperBound && Octet.escaped(in: text, at: index) != nil
            if isEscape || stands(octet, in: form) {
                buffer.append(octet)
            } else {
                buffer.appendEscape(of: octet)
            }
            index &+= 1
        }
    }

    private static func stands(_ octet: UInt8, in form: Form) -> Bool {
        switch octet {
        case Octet.slash: true
        case Octet.question: form == .query
        case Octet.ampersand, Octet.plus: form != .queryValue
        case UInt8(ascii: "["), UInt8(ascii: "]"): form == .url
        default: Octet.isSegmentCharacter(octet)
        }
    }
}
