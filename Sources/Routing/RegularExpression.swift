internal import CRE2

/// An expression that RE2 does not take.
package struct ExpressionError: Error, Hashable, Sendable, CustomStringConvertible {
    package var expression: String
    /// What is wrong with it, in RE2's words.
    package var message: String

    package init(expression: String, message: String) {
        self.expression = expression
        self.message = message
    }

    package var description: String {
        "the regular expression \"\(expression)\" is not valid RE2 syntax: \(message)"
    }
}

/// A compiled RE2 expression. Matching takes time linear in the text.
///
/// This file is the only one of the module that hands memory to C.
// Sendable: RE2's matching functions are const and documented as safe for use by several threads, and `handle` never
// changes and is destroyed when the last reference goes.
final class RegularExpression: @unchecked Sendable {
    /// Bounds the program and the caches of one expression; RE2 falls back to a slower search that needs no cache.
    private static let memoryLimit: Int64 = 2 << 20

    private let handle: OpaquePointer

    /// The number of groups, the whole match not counted.
    let groupCount: Int

    init(_ expression: String, caseSensitive: Bool) throws(ExpressionError) {
        var message = [CChar](repeating: 0, count: 256)
        let pattern = Array(expression.utf8)
        guard
            let handle = cre2_expression_create(
                pattern, pattern.count, caseSensitive, Self.memoryLimit, &message, message.count)
        else {
            let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw ExpressionError(expression: expression, message: text)
        }
        self.handle = handle
        groupCount = Int(cre2_expression_group_count(handle))
    }

    deinit {
        cre2_expression_destroy(handle)
    }

    /// Whether the expression matches at the start of `text`.
    func matchesStart(of text: borrowing Span<UInt8>) -> Bool {
        text.withUnsafeBufferPointer { bytes in
            cre2_expression_match(handle, bytes.baseAddress, bytes.count, CRE2_AT_START, nil, 0)
        }
    }

    /// Whether the expression matches any part of `text`.
    func matches(_ text: borrowing Span<UInt8>) -> Bool {
        text.withUnsafeBufferPointer { bytes in
            cre2_expression_match(handle, bytes.baseAddress, bytes.count, CRE2_ANYWHERE, nil, 0)
        }
    }

    /// The groups of the match at the start of `text`, or nil where there is none.
    func groups(atStartOf text: borrowing Span<UInt8>) -> ExpressionGroups? {
        groups(of: text, CRE2_AT_START)
    }

    /// The groups of the first match in `text`, or nil where there is none.
    func groups(in text: borrowing Span<UInt8>) -> ExpressionGroups? {
        groups(of: text, CRE2_ANYWHERE)
    }

    private func groups(of text: borrowing Span<UInt8>, _ anchor: cre2_anchor) -> ExpressionGroups? {
        let none = cre2_range(start: -1, end: -1)
        var ranges: [10 of cre2_range] = .init(repeating: none)
        let found = text.withUnsafeBufferPointer { bytes in
            var span = ranges.mutableSpan
            return span.withUnsafeMutableBufferPointer { groups in
                cre2_expression_match(
                    handle, bytes.baseAddress, bytes.count, anchor, groups.baseAddress, groups.count)
            }
        }
        guard found else { return nil }
        var groups = ExpressionGroups()
        for index in ranges.indices where ranges[index].start >= 0 {
            groups.ranges[index] = Int(ranges[index].start)..<Int(ranges[index].end)
        }
        return groups
    }
}

/// Where the groups of an expression matched: the whole match and the nine groups that a template can name.
package struct ExpressionGroups: Sendable {
    var ranges: [10 of Range<Int>] = .init(repeating: 0..<0)

    package init() {}

    /// The part of the text that group `index` matched, 0 being the whole match; empty where it took no part.
    package subscript(index: Int) -> Range<Int> {
        ranges.indices.contains(index) ? ranges[index] : 0..<0
    }
}

/// Several expressions that are tried at once.
// Sendable: as RegularExpression; RE2::Set::Match is const and safe for use by several threads once compiled, which the
// initialiser has done.
final class RegularExpressionSet: @unchecked Sendable {
    enum Match {
        case index(Int)
        case none
        /// The set gave up for want of memory; the expressions have to be tried one by one.
        case unknown
    }

    private let handle: OpaquePointer

    /// The memory in octets, for program and caches, that a set of so many expressions is given.
    static func memoryLimit(expressions: Int) -> Int {
        min(64 << 20, (4 << 20) + expressions * (64 << 10))
    }

    /// Compiles a set whose expressions match at the start of a text, or nil where its memory does not suffice.
    init?(_ expressions: some Collection<String>, caseSensitive: Bool, memoryLimit: Int) {
        guard let handle = cre2_set_create(caseSensitive, Int64(memoryLimit)) else { return nil }
        self.handle = handle
        for expression in expressions {
            let pattern = Array(expression.utf8)
            guard cre2_set_add(handle, pattern, pattern.count) else { return nil }
        }
        guard cre2_set_compile(handle) else { return nil }
    }

    deinit {
        cre2_set_destroy(handle)
    }

    /// The first expression, not before `index`, that matches at the start of `text`.
    func firstMatch(in text: borrowing Span<UInt8>, from index: Int) -> Match {
        let result = text.withUnsafeBufferPointer { bytes in
            cre2_set_next_match(handle, bytes.baseAddress, bytes.count, Int32(truncatingIfNeeded: index))
        }
        switch Int(result) {
        case Int(CRE2_NO_MATCH): return .none
        case Int(CRE2_OUT_OF_MEMORY): return .unknown
        default: return .index(Int(result))
        }
    }
}
