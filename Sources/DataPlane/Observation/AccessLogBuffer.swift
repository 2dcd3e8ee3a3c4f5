import CLinux

/// The access log lines of a loop that have not been handed to the writer.
struct AccessLogBuffer {
    private static let capacity = 32 * 1024
    /// How long lines wait at most before they are handed over, in milliseconds.
    private static let period: Int64 = 50

    private let writer: AccessLogWriter?
    private var bytes: [UInt8] = []
    private var lines: UInt64 = 0
    private var due = Int64.max

    init(writer: AccessLogWriter?) {
        self.writer = writer
        if writer != nil { bytes.reserveCapacity(AccessLogBuffer.capacity + 8192) }
    }

    var isOn: Bool { writer != nil }

    /// Adds a line, its end included, that `body` appends.
    mutating func append(now: Int64, counters: LoopCounters, _ body: (inout [UInt8]) -> Void) {
        body(&bytes)
        lines += 1
        if due == Int64.max { due = now + AccessLogBuffer.period }
        if bytes.count >= AccessLogBuffer.capacity { flush(counters) }
    }

    /// Milliseconds until lines have to be handed over; nil when none wait.
    func delay(from now: Int64) -> Int64? { due == Int64.max ? nil : max(0, due - now) }

    @inline(__always)
    mutating func flushIfDue(now: Int64, counters: LoopCounters) {
        if due <= now { flush(counters) }
    }

    mutating func flush(_ counters: LoopCounters) {
        due = Int64.max
        guard let writer, !bytes.isEmpty else { return }
        if !writer.write(bytes) { counters.add(.accessLogDropped, lines) }
        lines = 0
        bytes = []
        bytes.reserveCapacity(AccessLogBuffer.capacity + 8192)
    }
}
