/// Lengths of time as Go's `time.ParseDuration` reads them, without a sign.
enum GoDuration {
    /// The longest time that a load balancer's timers hold, 2^31 - 1 milliseconds, in whole hours.
    static let longest = "596h"
    private static let longestMilliseconds = 596.0 * 3_600_000

    /// The milliseconds of `text`, rounded up, or nil where it is no duration from 1ms to ``longest``.
    static func milliseconds(_ text: String) -> Int? {
        var rest = text[...]
        guard !rest.isEmpty else { return nil }
        var total = 0.0
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
            rest = rest.dropFirst(unit.count)
            guard let scale = scales[String(unit)], let count = plainDecimal(number) else { return nil }
            total += count * scale
        }
        guard total > 0, total <= longestMilliseconds else { return nil }
        return Int(total.rounded(.up))
    }

    /// A number of digits with at most one point, such as `1`, `1.5`, `.5` or `1.`.
    private static func plainDecimal(_ text: Substring) -> Double? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.contains(where: { !$0.isEmpty }) else { return nil }
        let whole = parts[0].isEmpty ? "0" : parts[0]
        let fraction = parts.count == 2 && !parts[1].isEmpty ? parts[1] : "0"
        return Double("\(whole).\(fraction)")
    }

    /// The milliseconds of each unit.
    private static let scales: [String: Double] = [
        "ns": 1e-6, "us": 1e-3, "µs": 1e-3, "μs": 1e-3, "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000,
    ]
}
