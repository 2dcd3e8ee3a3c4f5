import Glibc
import KubernetesModel
import LoadBalancerModel
import Synchronization

/// A file of manifests, or a directory of them with its subdirectories.
///
/// Loading it again reads what has changed. What a mistake takes away stays in force as it was last read: the whole
/// content of a file that is no YAML, or that can't be read, and the object of a document that is refused. Only what is
/// removed, with its file or from a file that is good, goes. While it is watched (``changes(_:)``), a file that is being
/// written to is not read.
package final class ManifestDirectory: Sendable {
    /// A directory below the root that holds a file of this name holds no manifests.
    package static let exclusionMarker = ".headgate-state"

    /// The path of the directory or file.
    package let path: String
    private let state = Mutex(State())

    private struct State {
        var files: [String: CachedFile] = [:]
        /// Tells which files are being written to; nil where nothing is watched.
        var watch: WatchLoop?
    }

    private struct CachedFile {
        var state: FileState
        /// The version that the state is of; nil where the file must be read again in any case.
        var signature: DirectoryListing.Signature?
        /// The content, as long as the signature can't tell whether it is the same: it is read again, and parsed again
        /// only where it differs.
        var recentBytes: [UInt8]?
        /// Whether the content was read just now.
        var isFresh = false
        /// What is to be said of the file apart from its content.
        var note: Diagnostic?
    }

    package init(_ path: String) {
        self.path = path
    }

    /// Loads the manifests, and reports what is wrong with them.
    package func load() -> ManifestSnapshot {
        state.withLock { state in
            let listing = DirectoryListing(root: path)
            var merge = SnapshotMerge()
            for failure in listing.failures { merge.add(diagnostic(of: failure)) }
            state.files = updated(state.files, listing, watch: state.watch)
            for (_, file) in state.files.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                merge.add(file.state)
                if let note = file.note { merge.add(note) }
            }
            return merge.finish()
        }
    }

    /// Asks a watch from now on which files are being written to.
    func follow(_ watch: WatchLoop) { state.withLock { $0.watch = watch } }

    private func updated(
        _ files: [String: CachedFile], _ listing: DirectoryListing, watch: WatchLoop?
    ) -> [String: CachedFile] {
        var result: [String: CachedFile] = [:]
        let written = watch?.filesBeingWritten() ?? [:]
        for file in listing.files {
            let cached = files[file.name]
            if let identity = file.identity, let pace = written[identity] {
                result[file.name] = Self.heldBack(cached, file, pace)
                continue
            }
            let current = updated(cached, file)
            // What was begun to be written while it was read does not count either.
            if current?.isFresh == true, let identity = file.identity, let pace = watch?.filesBeingWritten()[identity] {
                result[file.name] = Self.heldBack(cached, file, pace)
            } else {
                result[file.name] = current
            }
        }
        // What lies below a directory that can't be listed now may well be there still.
        for failure in listing.failures {
            for (name, file) in files where result[name] == nil && name.hasPrefix(failure.name) {
                var file = file
                file.signature = nil
                result[name] = file
            }
        }
        return result
    }

    /// What a file that is being written to held before; nil for one that is new.
    private static func heldBack(
        _ cached: CachedFile?, _ file: DirectoryListing.File, _ pace: WritesInProgress.Pace
    ) -> CachedFile? {
        guard pace == .slow else {
            return cached.map { CachedFile(state: $0.state) }
        }
        return CachedFile(state: cached?.state ?? FileState(), note: beingWritten(file))
    }

    private func updated(_ cached: CachedFile?, _ file: DirectoryListing.File) -> CachedFile? {
        var cached = cached
        cached?.isFresh = false
        cached?.note = nil
        if file.isStream, let cached { return cached }
        let previous = cached?.state ?? FileState()
        switch file.status {
        case .success(let signature) where cached?.signature == signature: return cached
        case .success: break
        case .failure(let error):
            return CachedFile(state: FileState(unreadable: Self.unreadable(file, "\(error)"), previous: previous))
        }
        do throws(FileContent.Failure) {
            let content = try FileContent.read(file.path, isStream: file.isStream)
            let state =
                if let cached, cached.recentBytes == content.bytes {
                    cached.state
                } else {
                    FileState(ManifestParser.parse(content.bytes, file: file.name), previous: previous)
                }
            return CachedFile(
                state: state, signature: content.isRecent ? nil : content.signature,
                recentBytes: content.isRecent ? content.bytes : nil, isFresh: true)
        } catch {
            if case .system(let error) = error, error.code == ENOENT { return nil }
            return CachedFile(state: FileState(unreadable: Self.diagnostic(of: error, file), previous: previous))
        }
    }

    // MARK: Diagnostics

    private static func diagnostic(of failure: FileContent.Failure, _ file: DirectoryListing.File) -> Diagnostic {
        switch failure {
        case .system(let error): unreadable(file, "\(error)")
        case .notARegularFile: unreadable(file, "it is no regular file")
        case .tooLarge(let size):
            Diagnostic(
                object: .file(file.name), severity: .error, reason: ManifestFinding.Reason.tooLarge.rawValue,
                message: "\(file.name): the file has \(size) bytes, more than the \(ManifestLimits.fileSize) of a "
                    + "manifest; split it into several files",
                value: "\(size)", remedy: "split it into several files")
        case .changing:
            Diagnostic(
                object: .file(file.name), severity: .warning, reason: "FileChanging",
                message: "\(file.name): the file changed each time while it was read; write it elsewhere and rename it",
                remedy: "write it elsewhere and rename it")
        }
    }

    private static func beingWritten(_ file: DirectoryListing.File) -> Diagnostic {
        let remedy = "close the file, or write it elsewhere and rename it"
        return Diagnostic(
            object: .file(file.name), severity: .info, reason: "FileBeingWritten",
            message:
                "\(file.name): the file is being written to, and is read when it is closed or no longer written to; "
                + remedy,
            remedy: remedy)
    }

    private static func unreadable(_ file: DirectoryListing.File, _ reason: String) -> Diagnostic {
        Diagnostic(
            object: .file(file.name), severity: .error, reason: "FileUnreadable",
            message: "\(file.name): the file can't be read: \(reason); check that it is there and may be read",
            remedy: "check that it is there and may be read")
    }

    private func diagnostic(of failure: DirectoryListing.Failure) -> Diagnostic {
        let name = failure.name.isEmpty ? path : String(failure.name.dropLast())
        return Diagnostic(
            object: .file(name), severity: .error, reason: "DirectoryUnreadable",
            message: "\(name): can't be read: \(failure.error); check that it is there and may be read",
            remedy: "check that it is there and may be read")
    }
}
