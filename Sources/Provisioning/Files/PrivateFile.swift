internal import Foundation

/// A file that only its owner may read.
package enum PrivateFile {
    /// Writes a file beside the one at a path, and puts it in that one's place.
    ///
    /// - Throws: `POSIXError`; what was there stays then.
    package static func replace(_ path: String, _ content: [UInt8]) throws {
        let temporary = "\(path).\(UUID().uuidString).tmp"
        // Made with its permissions, so that at no moment anybody else can read it.
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try file.write(contentsOf: Data(content))
            try file.synchronize()
            try file.close()
            guard rename(temporary, path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        } catch {
            unlink(temporary)
            throw error
        }
    }
}
