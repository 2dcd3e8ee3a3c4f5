import Glibc
import KubernetesModel

/// The content of a file as it was at one moment.
struct FileContent {
    var bytes: [UInt8]
    var signature: DirectoryListing.Signature
    /// Whether the file was changed so recently that the next change might leave the same signature.
    var isRecent: Bool

    enum Failure: Error {
        case system(SystemError)
        case notARegularFile
        case tooLarge(Int)
        /// It changed each time while it was read.
        case changing
    }

    private static let attempts = 5
    private static let pause: UInt32 = 10_000
    private static let recentNanoseconds = 50_000_000

    /// Reads a file that may be written at the same time: what was read counts only if the file's status was the same
    /// before and after.
    ///
    /// - Parameter isStream: Whether it is a pipe or device, as `<(…)` and `/dev/stdin` name them, to be read until its
    ///   end.
    static func read(_ path: String, isStream: Bool) throws(Failure) -> FileContent {
        if isStream { return try readStream(path) }
        for attempt in 1...attempts {
            if let content = try readOnce(path) { return content }
            if attempt < attempts { usleep(pause) }
        }
        throw .changing
    }

    private static func readOnce(_ path: String) throws(Failure) -> FileContent? {
        // Without O_NONBLOCK, opening a named pipe would wait for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system(SystemError(errno)) }
        defer { close(descriptor) }
        let before = try status(of: descriptor)
        guard before.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile }
        guard Int(before.st_size) <= ManifestLimits.fileSize else { throw .tooLarge(Int(before.st_size)) }
        let bytes = try readAll(descriptor, expected: Int(before.st_size))
        let after = try status(of: descriptor)
        let signature = DirectoryListing.Signature(after)
        guard DirectoryListing.Signature(before) == signature, bytes.count == signature.size else { return nil }
        return FileContent(bytes: bytes, signature: signature, isRecent: isRecent(signature))
    }

    private static func readStream(_ path: String) throws(Failure) -> FileContent {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(SystemError(errno)) }
        defer { close(descriptor) }
        let status = try status(of: descriptor)
        let bytes = try readAll(descriptor, expected: 0)
        return FileContent(bytes: bytes, signature: DirectoryListing.Signature(status), isRecent: false)
    }

    private static func status(of descriptor: Int32) throws(Failure) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(SystemError(errno)) }
        return status
    }

    private static func readAll(_ descriptor: Int32, expected: Int) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(expected + 1)
        var chunk = [UInt8](repeating: 0, count: max(4_096, min(expected + 1, 1 << 20)))
        while bytes.count <= ManifestLimits.fileSize {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw .system(SystemError(errno))
            }
            bytes += chunk[..<count]
        }
        return bytes
    }

    private static func isRecent(_ signature: DirectoryListing.Signature) -> Bool {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let last = max(signature.modified, signature.changed)
        let age = (now.tv_sec - last.seconds) * 1_000_000_000 + now.tv_nsec - last.nanoseconds
        return age < recentNanoseconds
    }
}
