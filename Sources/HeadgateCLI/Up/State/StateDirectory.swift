import Foundation
import ManifestSource

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The directory that `headgate up` writes its state to. Every file is replaced as a whole, so that a reader never sees half of one.
struct StateDirectory: Sendable {
    let path: String

    /// Creates the directory where it is missing, and makes sure that files can be written to it. Where it lies among
    /// manifests it is marked, so that its files are not taken for some.
    ///
    /// - Throws: ``CommandFailure``, which names the directory and the remedy.
    init(path: String, isAmongManifests: Bool = false) throws(CommandFailure) {
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
        guard isAmongManifests, !holds(ManifestDirectory.exclusionMarker) else { return }
        try write(Data("The state of headgate up: no manifests.\n".utf8), to: ManifestDirectory.exclusionMarker)
    }

    /// Whether a state directory, which need not be there yet, lies below `manifests`. There it is not read, so it must
    /// take no manifests out of sight.
    ///
    /// - Throws: ``CommandFailure`` where it is the directory of manifests itself, or holds some.
    static func isBelow(_ manifests: String, _ path: String) throws(CommandFailure) -> Bool {
        let root = resolved(manifests)
        let state = resolved(path)
        guard state.starts(with: root) else { return false }
        let remedy = "Name a directory of its own with --state-dir."
        guard state.count > root.count else {
            throw CommandFailure("the state directory \(path) is that of the manifests", remedy: remedy)
        }
        let names =
            FileManager.default.enumerator(atPath: NSString.path(withComponents: state))?.compactMap { $0 as? String }
            ?? []
        let own = [ListenersDocument.fileName, DiagnosticsDocument.fileName, StateFiles.ingressesName]
        let manifest = names.sorted().first { name in
            [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) } && !own.contains(name)
                && !name.split(separator: "/").contains { $0.hasPrefix(".") }
        }
        if let manifest {
            throw CommandFailure(
                "the state directory \(path) holds \(manifest), which would no longer be read as one of the manifests in "
                    + manifests,
                remedy: remedy)
        }
        return true
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
