import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where log handlers write their lines.
package protocol LogOutput: Sendable {
    /// Writes a line, which includes its line feed, as a whole.
    func write(_ line: String)
}

/// Lines go to a file descriptor, each in one piece. What can't be written is lost: a log must never stop the work.
package final class DescriptorLogOutput: LogOutput {
    /// The standard error stream.
    package static let standardError = DescriptorLogOutput(descriptor: STDERR_FILENO)

    private let descriptor: Mutex<Int32>

    /// - Parameter descriptor: an open descriptor, which stays the caller's.
    package init(descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
    }

    package func write(_ line: String) {
        var line = line
        line.withUTF8 { bytes in
            descriptor.withLock { descriptor in
                var rest = UnsafeRawBufferPointer(bytes)
                while !rest.isEmpty {
                    let count = systemWrite(descriptor, rest)
                    if count < 0 && errno == EINTR { continue }
                    guard count > 0 else { return }
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                }
            }
        }
    }

    private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #else
            Musl.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }
}
