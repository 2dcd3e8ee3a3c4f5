/// The symbolic name of a resource: what a graph calls it, whether it exists yet or not.
///
/// It is stable from run to run, and stands in the resource's ownership tags, so that a later run finds it again
/// without a state file.
package struct ResourceReference: Codable, Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The type of the resource in its provider's terms, in kebab case, such as `target-group`.
    package let type: String
    /// The name within its load balancer and type, such as `https-443`.
    package let name: String

    package init(type: String, name: String) {
        self.type = type
        self.name = name
    }

    /// Reads `type/name`, as ``description`` writes it; nil where there is no type or no name.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, !text.hasPrefix("/") else { return nil }
        self.init(type: String(parts[0]), name: String(parts[1]))
    }

    /// Whether it is spelt as the references of graphs are: the type in kebab case, the name without white space at its
    /// ends and without control characters.
    package var isWellFormed: Bool {
        let letters = type.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || $0 == "-" }
        return letters && !type.hasPrefix("-") && !type.hasSuffix("-")
            && !(name.first?.isWhitespace ?? true) && !(name.last?.isWhitespace ?? true)
            && !name.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    }

    package var description: String { "\(type)/\(name)" }

    package static func < (left: Self, right: Self) -> Bool {
        (left.type, left.name) < (right.type, right.name)
    }
}

/// How one resource names another: by reference before it is known what exists, by the cloud's identifier after.
package enum ResourceLink: Codable, Hashable, Sendable {
    /// A resource of the same graph.
    case resource(ResourceReference)
    /// The cloud's own identifier, such as an ARN: of a resource that was observed, or of one that isn't ours.
    case identifier(String)
}
