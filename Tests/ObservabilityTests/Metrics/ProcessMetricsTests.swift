import Testing

@testable import Observability

@Suite("Process metrics")
struct ProcessMetricsTests {
    // Field numbers as in proc(5): 14 utime, 15 stime, 22 starttime, 24 rss.
    private static let stat =
        "42 (a) b (c) S 1 1 1 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 4 0 1000 123456789 2048 18446744073709551615"

    private func value(_ name: String, in families: [MetricFamily]) -> Double? {
        guard case .number(let number) = families.first(where: { $0.name == name })?.samples.first?.value else {
            return nil
        }
        return number
    }

    @Test("The fields are counted from behind the command, which may hold spaces and parentheses")
    func fields() {
        let families = ProcessMetrics.parse(stat: Self.stat, pageSize: 4_096, ticksPerSecond: 100, bootTime: 5_000)
        #expect(value("process_cpu_seconds_total", in: families) == 3)
        #expect(value("process_resident_memory_bytes", in: families) == 8_388_608.0)
        #expect(value("process_start_time_seconds", in: families) == 5_010)
    }

    @Test("What can't be read is left out", arguments: ["", "nothing", "42 (x) S 1"])
    func malformed(stat: String) {
        #expect(ProcessMetrics.parse(stat: stat, pageSize: 4_096, ticksPerSecond: 100, bootTime: nil).isEmpty)
    }

    @Test("This process has memory, descriptors and a start time")
    func current() {
        let families = ProcessMetrics.collect()
        #expect((value("process_resident_memory_bytes", in: families) ?? 0) > 0)
        #expect((value("process_open_fds", in: families) ?? 0) > 0)
        #expect((value("process_start_time_seconds", in: families) ?? 0) > 1_000_000_000)
    }
}
