import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What Prometheus client libraries tell about the process itself, read from `/proc`.
package enum ProcessMetrics {
    /// The families of this process; what `/proc` does not tell is left out.
    package static func collect() -> [MetricFamily] {
        guard let text = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8) else { return [] }
        var families = parse(
            stat: text, pageSize: Double(sysconf(Int32(_SC_PAGESIZE))),
            ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))),
            bootTime: bootTime())
        if let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            families.append(
                .gauge(
                    "process_open_fds", help: "Number of open file descriptors.", value: Double(descriptors.count)))
        }
        return families
    }

    /// Reads the fields of `/proc/PID/stat` (proc(5)).
    ///
    /// - Parameters:
    ///   - stat: the text of the file.
    ///   - pageSize: the size of a page in bytes.
    ///   - ticksPerSecond: clock ticks per second.
    ///   - bootTime: seconds since the epoch at which the machine started; absent leaves the start time out.
    static func parse(
        stat: String, pageSize: Double, ticksPerSecond: Double, bootTime: Double?
    ) -> [MetricFamily] {
        // The second field is the command in parentheses and may hold anything, hence the search from the end.
        guard let command = stat.lastIndex(of: ")") else { return [] }
        let fields = stat[stat.index(after: command)...].split(whereSeparator: \.isWhitespace)
        func field(_ number: Int) -> Double? {
            fields.indices.contains(number - 3) ? Double(fields[number - 3]) : nil
        }
        var families: [MetricFamily] = []
        if let user = field(14), let system = field(15) {
            families.append(
                .counter(
                    "process_cpu_seconds_total", help: "Total user and system CPU time spent in seconds.",
                    value: (user + system) / ticksPerSecond))
        }
        if let pages = field(24) {
            families.append(
                .gauge(
                    "process_resident_memory_bytes", help: "Resident memory size in bytes.", value: pages * pageSize))
        }
        if let started = field(22), let bootTime {
            families.append(
                .gauge(
                    "process_start_time_seconds",
                    help: "Start time of the process since unix epoch in seconds.",
                    value: bootTime + started / ticksPerSecond))
        }
        return families
    }

    private static func bootTime() -> Double? {
        guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8) else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst("btime ".count)) }
    }
}
