import CLinux
import Glibc
import Synchronization

/// Writes access log lines to their destination, on a thread of its own.
///
/// Loops hand over whole buffers of lines. When the destination can't keep up, what exceeds the bound is dropped and
/// counted: a slow disk never slows down requests.
final class AccessLogWriter: Sendable {
    private static let bound = 8 << 20

    private struct State {
        var waiting: [[UInt8]] = []
        var bytes = 0
        var isClosed = false
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let descriptor: Int32
    private let ownsDescriptor: Bool
    private let wakeUp: Semaphore

    /// Opens the destination; nil where there is none.
    init?(_ destination: AccessLogDestination) throws(EngineError) {
        switch destination {
        case .off: return nil
        case .standardOutput:
            descriptor = STDOUT_FILENO
            ownsDescriptor = false
        case .file(let path):
            let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC
            let opened = Glibc.open(path, flags, 0o640)
            guard opened >= 0 else {
                throw .accessLogUnavailable(path: path, message: SystemError.text(errno))
            }
            descriptor = opened
            ownsDescriptor = true
        }
        wakeUp = Semaphore()
    }

    /// Hands over lines; false where they were dropped.
    func write(_ lines: [UInt8]) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isClosed, state.bytes + lines.count <= AccessLogWriter.bound else { return false }
            state.waiting.append(lines)
            state.bytes += lines.count
            return true
        }
        if isTaken { wakeUp.signal() }
        return isTaken
    }

    /// Writes until ``close()`` has been called and everything is written. For a thread of its own.
    func run() {
        while true {
            wakeUp.wait()
            let (waiting, isClosed) = state.withLock { state in
                let waiting = state.waiting
                state.waiting = []
                return (waiting, state.isClosed)
            }
            for lines in waiting {
                writeAll(lines)
                state.withLock { $0.bytes -= lines.count }
            }
            if isClosed, waiting.isEmpty { break }
            if isClosed { wakeUp.signal() }
        }
        if ownsDescriptor { hg_close(descriptor) }
    }

    /// Takes no more lines and lets ``run()`` end.
    func close() {
        state.withLock { $0.isClosed = true }
        wakeUp.signal()
    }

    private func writeAll(_ lines: [UInt8]) {
        lines.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                guard let base = bytes.baseAddress else { return }
                let count = Glibc.write(descriptor, base + offset, bytes.count - offset)
                if count > 0 {
                    offset += count
                } else if errno == EAGAIN {
                    var descriptors = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&descriptors, 1, 1000)
                } else if errno != EINTR {
                    return
                }
            }
        }
    }
}
