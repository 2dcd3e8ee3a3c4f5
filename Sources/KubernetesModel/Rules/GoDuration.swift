/// Lengths of time as Go writes them: `1m30s`, `500ms`, `1.5h`.
package enum GoDuration {
    private static let units: [(name: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]

    /// The length in milliseconds; nil where `text` is no duration, is negative, or is not zero but shorter than one.
    package static func parse(_ text: String) -> Milliseconds? {
        if text == "0" { return Milliseconds(0) }
        var rest = text.hasPrefix("+") ? text.dropFirst() : text[...]
        guard !rest.isEmpty else { return nil }
        var total = 0.0
        while !rest.isEmpty {
            let number = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
            guard number.utf8.contains(where: { $0 != UInt8(ascii: ".") }), let value = Double(padded(number)) else {
                return nil
            }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { !("0"..."9").contains($0) && $0 != "." }
            guard let factor = units.first(where: { $0.name == unit })?.nanoseconds else { return nil }
            total += value * factor
            rest = rest.dropFirst(unit.count)
        }
        let milliseconds = (total / 1_000_000).rounded(.down)
        guard milliseconds < 9_223_372_036_854, milliseconds >= 1 || total == 0 else { return nil }
        return Milliseconds(Int(milliseconds))
    }

    /// Go allows `1.` and `.5`.
    private static func padded(_ number: Substring) -> String {
        (number.hasPrefix(".") ? "0" : "") + number + (number.hasSuffix(".") ? "0" : "")
    }
}

extension Milliseconds: CustomStringConvertible {
    /// The length as Go writes it: `1m30s`, `500ms`.
    package var description: String {
        if count == 0 { return "0s" }
        if count % 1_000 != 0 { return count < 1_000 ? "\(count)ms" : "\(Double(count) / 1_000)s" }
        let seconds = count / 1_000
        let parts = [(seconds / 3_600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")]
        return parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
    }
}
