import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The directory that `headgate up` writes its state to. Every file is replaced as a whole, so that a reader never sees half of one.
struct StateDirectory: Sendable {
    let path: String

    /// Creates the directory where it is missing, and makes sure that files can be written to it.
    ///
    /// - Throws: ``CommandFailure``, which names the directory and the remedy.
    init(path: String) throws(CommandFailure) {
        self.path = path
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure(
                "the state directory \(path) can't be created: \(FileProblem.text(error))",
                remedy: "Name a directory that this user may write to with --state-dir.")
        }
        guard access(path, W_OK | X_OK) == 0 else {
            throw CommandFailure(
                "the state directory \(path) can't be written to: \(String(cString: strerror(errno)))",
                remedy: "Name a directory that this user may write to with --state-dir.")
        }
    }

    /// Whether the files would lie among manifests, where they would be read as such: in the directory `manifests` or
    /// below it. A directory whose name begins with a dot is not read.
    static func isWatched(_ path: String, by manifests: String) -> Bool {
        let root = resolved(manifests)
        let state = resolved(path)
        guard state.count >= root.count, Array(state.prefix(root.count)) == root else { return false }
        return !state.dropFirst(root.count).contains { $0.hasPrefix(".") }
    }

    /// The components of a path without links, of which the last need not be there.
    private static func resolved(_ path: String) -> [String] {
        var existing = URL(fileURLWithPath: path).standardizedFileURL
        var missing: [String] = []
        while !FileManager.default.fileExists(atPath: existing.path), existing.path != "/" {
            missing.insert(existing.lastPathComponent, at: 0)
            existing.deleteLastPathComponent()
        }
        return existing.resolvingSymlinksInPath().pathComponents + missing
    }

    /// The directory where none is given: `$XDG_STATE_HOME/headgate`, else `~/.local/state/headgate`, else
    /// `.headgate` of the working directory.
    static func defaultPath(environment: [String: String]) -> String {
        // The XDG Base Directory Specification has relative paths ignored.
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            return "\(state)/headgate"
        }
        if let home = environment["HOME"], home.hasPrefix("/") {
            return "\(home)/.local/state/headgate"
        }
        return ".headgate"
    }

    /// Whether a file is there.
    func holds(_ name: String) -> Bool { access("\(path)/\(name)", F_OK) == 0 }

    /// Replaces a file.
    ///
    /// - Throws: ``CommandFailure`` where the directory does not take it; the file then stays as it was.
    func write(_ data: Data, to name: String) throws(CommandFailure) {
        let target = "\(path)/\(name)"
        let temporary = "\(path)/.\(name).\(getpid())"
        do {
            try data.write(to: URL(fileURLWithPath: temporary))
        } catch {
            unlink(temporary)
            throw CommandFailure("\(target) can't be written: \(FileProblem.text(error))")
        }
        guard rename(temporary, target) == 0 else {
            let problem = String(cString: strerror(errno))
            unlink(temporary)
            throw CommandFailure("\(target) can't be replaced: \(problem)")
        }
    }
}

/// Errors of files in the words of the system.
enum FileProblem {
    /// The system's text for the error that lies beneath, such as `Permission denied`.
    static func text(_ error: any Error) -> String {
        var current: NSError? = error as NSError
        while let error = current {
            if error.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(error.code))) }
            current = error.userInfo[NSUnderlyingErrorKey] as? NSError
        }
        guard let cocoa = error as? CocoaError else { return "\(error)" }
        return switch cocoa.code {
        case .fileNoSuchFile, .fileReadNoSuchFile: "No such file or directory"
        case .fileReadNoPermission, .fileWriteNoPermission: "Permission denied"
        case .fileWriteFileExists: "a file of this name exists"
        case .fileWriteOutOfSpace: "No space left on device"
        case .fileWriteVolumeReadOnly: "Read-only file system"
        default: cocoa.localizedDescription
        }
    }
}
