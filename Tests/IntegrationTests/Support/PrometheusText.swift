import Foundation

/// A strict reader of the Prometheus text format, version 0.0.4.
struct PrometheusText {
    struct Sample: Hashable {
        var name: String
        var labels: [String: String]
        var value: Double
    }

    struct Family {
        var name: String
        var type: String
        var samples: [Sample] = []
    }

    struct Malformed: Error, CustomStringConvertible {
        var description: String
    }

    private(set) var families: [Family] = []
    private var names: Set<String> = []
    private var series: Set<String> = []
    /// A HELP line waits for the TYPE line of the same name.
    private var documented: String?

    /// - Throws: ``Malformed`` for the first line that breaks a rule of the format.
    init(parsing text: String) throws(Malformed) {
        guard text.hasSuffix("\n"), !text.contains("\r") else {
            throw Malformed(description: "the last line has no end")
        }
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            do {
                try take(line)
            } catch {
                throw Malformed(description: "\(error.description): \(line)")
            }
        }
        for family in families { try Self.check(family) }
    }

    subscript(_ name: String) -> Family? {
        families.first { $0.name == name }
    }

    private mutating func take(_ line: Substring) throws(Malformed) {
        if let match = line.wholeMatch(of: /# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)/) {
            guard names.insert(String(match.1)).inserted else { throw Malformed(description: "a second HELP") }
            documented = String(match.1)
        } else if let match = line.wholeMatch(
            of: /# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)/)
        {
            guard documented == String(match.1) else { throw Malformed(description: "TYPE without its HELP before it") }
            documented = nil
            families.append(Family(name: String(match.1), type: String(match.2)))
        } else {
            try takeSample(line)
        }
    }

    private mutating func takeSample(_ line: Substring) throws(Malformed) {
        guard let match = line.wholeMatch(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)/), documented == nil else {
            throw Malformed(description: "neither a comment nor a sample")
        }
        guard let value = Self.number(match.3) else { throw Malformed(description: "no number") }
        let labels = try Self.labels(match.2 ?? "")
        let name = String(match.1)
        guard let family = families.last, Self.belongs(name, to: family) else {
            throw Malformed(description: "a sample outside its family")
        }
        let key = name + labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\u{0}")
        guard series.insert(key).inserted else { throw Malformed(description: "a series twice") }
        families[families.count - 1].samples.append(Sample(name: name, labels: labels, value: value))
    }

    private static func belongs(_ name: String, to family: Family) -> Bool {
        guard family.type == "histogram" else { return name == family.name }
        return ["_bucket", "_sum", "_count"].contains { name == family.name + $0 }
    }

    private static func number(_ text: Substring) -> Double? {
        switch text {
        case "+Inf": .infinity
        case "-Inf": -.infinity
        case "NaN": .nan
        default: text.contains(/^[-+]?[0-9.]+([eE][-+]?[0-9]+)?$/) ? Double(text) : nil
        }
    }

    private static func labels(_ text: Substring) throws(Malformed) -> [String: String] {
        var labels: [String: String] = [:]
        var rest = text
        while !rest.isEmpty {
            guard let match = rest.prefixMatch(of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(,|$)/) else {
                throw Malformed(description: "malformed labels")
            }
            guard labels.updateValue(String(match.2), forKey: String(match.1)) == nil else {
                throw Malformed(description: "a label twice")
            }
            rest = rest[match.range.upperBound...]
        }
        return labels
    }

    /// The rules of a type.
    private static func check(_ family: Family) throws(Malformed) {
        switch family.type {
        case "counter":
            guard family.name.hasSuffix("_total"), family.samples.allSatisfy({ $0.value >= 0 }) else {
                throw Malformed(description: "\(family.name) is no counter")
            }
        case "histogram":
            let groups = Dictionary(grouping: family.samples) { $0.labels.filter { $0.key != "le" } }
            for samples in groups.values {
                let buckets = samples.filter { $0.name.hasSuffix("_bucket") }
                let bounds = buckets.compactMap { $0.labels["le"].flatMap { number($0[...]) } }
                let counts = buckets.map(\.value)
                let count = samples.first { $0.name.hasSuffix("_count") }?.value
                guard bounds.count == buckets.count, bounds == bounds.sorted(), bounds.last == .infinity,
                    counts == counts.sorted(), counts.last == count,
                    samples.contains(where: { $0.name.hasSuffix("_sum") })
                else { throw Malformed(description: "\(family.name) is no histogram") }
            }
        default: break
        }
    }
}
