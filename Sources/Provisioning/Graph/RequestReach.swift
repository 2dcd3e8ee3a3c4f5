/// Which requests a resource of a precedence list may take, as far as that is told by hosts and paths: never fewer than
/// it does take.
///
/// From it follows which resources can meet in a request, and so which must come in the order of the list.
package struct RequestReach: Hashable, Sendable {
    /// The hosts of which one must fit, in lower case; empty for every host.
    package var hosts: [TextPattern]
    /// The paths of which one must fit; empty for every path.
    package var paths: [TextPattern]

    package init(hosts: [TextPattern] = [], paths: [TextPattern] = []) {
        self.hosts = hosts
        self.paths = paths
    }

    /// Every request, for all that is known.
    package static let everything = RequestReach()

    /// Whether there may be a request that both take. If not, there is none.
    package func meets(_ other: RequestReach) -> Bool {
        Self.meet(hosts, other.hosts) && Self.meet(paths, other.paths)
    }

    private static func meet(_ first: [TextPattern], _ second: [TextPattern]) -> Bool {
        if first.isEmpty || second.isEmpty { return true }
        return first.contains { pattern in second.contains { $0.meets(pattern) } }
    }
}

/// A text, or all texts with a beginning and an end.
package struct TextPattern: Hashable, Sendable {
    private let prefix: String
    /// Nil where the pattern is the text ``prefix``.
    private let suffix: String?

    /// Nothing but this text.
    package init(exactly text: String) {
        prefix = text
        suffix = nil
    }

    /// Every text that begins and ends so.
    package init(prefix: String, suffix: String = "") {
        self.prefix = prefix
        self.suffix = suffix
    }

    /// A text with `*` for any characters and `?` for one, of which the beginning and the end count.
    package init(wildcards text: String) {
        guard let first = text.firstIndex(where: Self.isWildcard), let last = text.lastIndex(where: Self.isWildcard)
        else {
            self.init(exactly: text)
            return
        }
        self.init(prefix: String(text[..<first]), suffix: String(text[text.index(after: last)...]))
    }

    private static func isWildcard(_ character: Character) -> Bool { character == "*" || character == "?" }

    /// The only text that fits; nil for a pattern that several may fit.
    var exactText: String? { suffix == nil ? prefix : nil }

    /// Whether there may be a text that fits both. If not, there is none.
    func meets(_ other: TextPattern) -> Bool {
        switch (suffix, other.suffix) {
        case (nil, nil): return prefix == other.prefix
        case (nil, let end?): return prefix.hasPrefix(other.prefix) && prefix.hasSuffix(end)
        case (let end?, nil): return other.prefix.hasPrefix(prefix) && other.prefix.hasSuffix(end)
        case (let one?, let two?):
            return (prefix.hasPrefix(other.prefix) || other.prefix.hasPrefix(prefix))
                && (one.hasSuffix(two) || two.hasSuffix(one))
        }
    }
}
