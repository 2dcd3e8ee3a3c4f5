import Foundation
import Glibc

/// CPU time and memory of the process.
enum Usage {
    /// The CPU time of all threads, in milliseconds.
    static var milliseconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }

    /// The most memory that was resident so far, in MiB.
    static var peakMebibytes: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_maxrss) / 1024
    }
}

/// What one process measured of one size.
struct Measurement: Codable {
    struct Row: Codable {
        var name: String
        var value: Double
        var unit: String
    }

    var ingresses: Int
    /// The CPU time of encoding the plan as JSON, in milliseconds: what others are told in proportion to.
    var encoding = 0.0
    var rows: [Row] = []

    init(ingresses: Int) {
        self.ingresses = ingresses
    }

    /// Does something several times, and adds the median of the CPU times.
    ///
    /// - Returns: what came of it the last time.
    @discardableResult
    mutating func measure<Result>(_ name: String, rounds: Int = 5, _ body: () throws -> Result) rethrows -> Result {
        var times: [Double] = []
        var result = try body()
        for _ in 0..<rounds {
            let start = Usage.milliseconds
            result = try body()
            times.append(Usage.milliseconds - start)
        }
        add(name, times.sorted()[rounds / 2], "ms")
        return result
    }

    mutating func add(_ name: String, _ value: Double, _ unit: String) {
        rows.append(Row(name: name, value: value, unit: unit))
    }
}

/// Measurements of several sizes beside each other, as a table in Markdown.
struct Report: CustomStringConvertible {
    let measurements: [Measurement]

    var description: String {
        guard let first = measurements.first else { return "" }
        let header = ["Ingresses"] + measurements.map { "\($0.ingresses)" }
        let lines = first.rows.indices.map { index in
            [first.rows[index].name] + measurements.map { Self.text($0.rows[index], relativeTo: $0.encoding) }
        }
        let rule = header.map { _ in "---" }
        return ([header, rule] + lines).map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
    }

    /// A value, and a time in proportion to the encoding of the plan.
    private static func text(_ row: Measurement.Row, relativeTo encoding: Double) -> String {
        guard row.unit == "ms" else { return "\(Int(row.value.rounded())) \(row.unit)".trimmingSuffix(" ") }
        return String(format: row.value < 10 ? "%.1f ms (%.2f)" : "%.0f ms (%.2f)", row.value, row.value / encoding)
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
