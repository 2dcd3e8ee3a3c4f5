import FoundationEssentials
import Glibc
import Synchronization

/// The transcript of `--trace-api FILE`: a JSON object per line and try, appended to a file that only its owner reads.
package final class FileTranscript: TranscriptRecorder {
    /// A file that can't be written.
    package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
        package let path: String
        package let reason: String

        package var description: String { "the transcript of API calls can't be written to \(path): \(reason)" }
    }

    private let path: String
    private let file: Mutex<OpenFile>

    /// Opens the file, or makes it.
    ///
    /// - Throws: ``FileError``.
    package init(path: String) throws(FileError) {
        self.path = path
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(path: path, reason: String(cString: strerror(errno))) }
        let file = OpenFile(descriptor: descriptor)
        // A file that was there may be open to others. A terminal or pipe keeps its mode.
        if file.isRegular, fchmod(descriptor, 0o600) != 0 {
            throw FileError(path: path, reason: String(cString: strerror(errno)))
        }
        self.file = Mutex(file)
    }

    /// Writes an entry. A failure doesn't stop the call that it tells of: ``firstFailure`` has it.
    package func record(_ entry: TranscriptEntry) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(entry) else { return }
        file.withLock { $0.append(Array(line) + [UInt8(ascii: "\n")]) }
    }

    /// Why an entry is missing from the file, where one is.
    package var firstFailure: FileError? {
        file.withLock { $0.failure }.map { FileError(path: path, reason: String(cString: strerror($0))) }
    }
}

/// A descriptor to append to, closed with its owner.
private struct OpenFile: ~Copyable {
    let descriptor: CInt
    /// The first error number of a write.
    private(set) var failure: CInt?

    init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    var isRegular: Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Writes a line in one go where the system takes it in one, so that lines of several processes don't mix.
    mutating func append(_ line: [UInt8]) {
        var rest = line[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else {
                failure = failure ?? errno
                return
            }
            rest = rest.dropFirst(written)
        }
    }
}
