import Glibc
import KubernetesModel
import LoadBalancerModel
import Synchronization

/// A file of manifests, or a directory of them with its subdirectories.
///
/// Loading it again reads what has changed. What a mistake takes away stays in force as it was last read: the whole
/// content of a file that is no YAML, or that can't be read, and the object of a document that is refused. Only what is
/// removed, with its file or from a file that is good, goes.
package final class ManifestDirectory: Sendable {
    /// The path of the directory or file.
    package let path: String
    private let state = Mutex(State())

    private struct State {
        var files: [String: CachedFile] = [:]
    }

    private struct CachedFile {
        var state: FileState
        /// The version that the state is of; nil where the file must be read again in any case.
        var signature: DirectoryListing.Signature?
        /// The content, as long as the signature can't tell whether it is the same: it is read again, and parsed again
        /// only where it differs.
        var recentBytes: [UInt8]?
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
            state.files = updated(state.files, listing)
            for (_, file) in state.files.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                merge.add(file.state)
            }
            return merge.finish()
        }
    }

    private func updated(_ files: [String: CachedFile], _ listing: DirectoryListing) -> [String: CachedFile] {
        var result: [String: CachedFile] = [:]
        for file in listing.files {
            result[file.name] = updated(files[file.name], file)
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

    private func updated(_ cached: CachedFile?, _ file: DirectoryListing.File) -> CachedFile? {
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
                recentBytes: content.isRecent ? content.bytes : nil)
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
