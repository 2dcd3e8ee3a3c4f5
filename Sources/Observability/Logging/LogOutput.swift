import Foundation
import Synchronization

/// Where log handlers write their lines.
package protocol LogOutput: Sendable {
    /// Writes a line, which includes its line feed, as a whole.
    func write(_ line: String)
}

/// Lines go to a file descriptor, each in one piece. What can't be written is lost: a log must never stop the work.
package final class DescriptorLogOutput: LogOutput {
    /// The standard error stream.
    package static let standardError = DescriptorLogOutput(descriptor: FileHandle.standardError.fileDescriptor)

    private let handle: Mutex<FileHandle>

    /// - Parameter descriptor: an open descriptor, which stays the caller's.
    package init(descriptor: Int32) {
        handle = Mutex(FileHandle(fileDescriptor: descriptor, closeOnDealloc: false))
    }

    package func write(_ line: String) {
        handle.withLock { handle in
            try? handle.write(contentsOf: Data(line.utf8))
        }
    }
}
