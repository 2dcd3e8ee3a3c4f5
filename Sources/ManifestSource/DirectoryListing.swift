import Glibc
import KubernetesModel

/// Which file or directory it is, whatever path leads to it.
struct FileIdentity: Hashable, Sendable {
    var device: UInt
    var inode: UInt

    init(_ status: stat) {
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
    }

    /// What a path leads to; nil where it leads nowhere.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }
}

/// The manifest files below a directory.
struct DirectoryListing {
    /// What tells one version of a file from another.
    struct Signature: Hashable, Sendable {
        var identity: FileIdentity
        var size: Int
        var modified: Timestamp
        var changed: Timestamp

        init(_ status: stat) {
            identity = FileIdentity(status)
            size = Int(status.st_size)
            modified = Timestamp(status.st_mtim)
            changed = Timestamp(status.st_ctim)
        }
    }

    struct Timestamp: Hashable, Sendable, Comparable {
        var seconds: Int
        var nanoseconds: Int

        init(_ time: timespec) {
            seconds = time.tv_sec
            nanoseconds = time.tv_nsec
        }

        static func < (left: Timestamp, right: Timestamp) -> Bool {
            (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
        }
    }

    struct File: Sendable {
        /// The path below the directory, with slashes; for a source that is a file, its path as given.
        var name: String
        var path: String
        /// Nil where the file's status can't be read, with the reason.
        var status: Result<Signature, SystemError>
        /// Whether it is a pipe or device that was named itself, which gives its content once.
        var isStream = false

        /// Which file it is; nil where that can't be told.
        var identity: FileIdentity? { try? status.get().identity }
    }

    /// A directory that could not be listed.
    struct Failure {
        /// Its path below the root; empty for the root.
        var name: String
        var error: SystemError
    }

    private(set) var files: [File] = []
    private(set) var failures: [Failure] = []
    /// The directories that were listed, by their paths.
    private(set) var directories: [String] = []

    private static let maximumDepth = 64

    /// Lists `root`: itself where it is a file, else every `*.yaml`, `*.yml` and `*.json` below it in the byte order of
    /// their paths. Names with a leading dot are left out, as are directories with
    /// ``ManifestDirectory/exclusionMarker``; symbolic links are followed, and each file and directory counts once.
    init(root: String) {
        var status = stat()
        guard stat(root, &status) == 0 else {
            failures.append(Failure(name: "", error: SystemError(errno)))
            return
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            let isStream = status.st_mode & S_IFMT != S_IFREG
            files = [File(name: root, path: root, status: .success(Signature(status)), isStream: isStream)]
            return
        }
        var visited: Set<FileIdentity> = [FileIdentity(status)]
        list(root, prefix: "", depth: 0, visited: &visited)
        files.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var seen: Set<FileIdentity> = []
        files.removeAll { file in
            guard case .success(let signature) = file.status else { return false }
            return !seen.insert(signature.identity).inserted
        }
    }

    static func isManifest(_ name: String) -> Bool {
        name.hasSuffix(".yaml") || name.hasSuffix(".yml") || name.hasSuffix(".json")
    }

    private mutating func list(_ path: String, prefix: String, depth: Int, visited: inout Set<FileIdentity>) {
        guard let names = names(in: path, prefix: prefix) else { return }
        directories.append(path)
        for name in names where !name.hasPrefix(".") {
            let child = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
            var status = stat()
            if stat(child, &status) != 0 {
                let error = SystemError(errno)
                // A link that leads nowhere is an error; a file that is gone meanwhile is none.
                if Self.isManifest(name), lstat(child, &status) == 0 {
                    files.append(File(name: prefix + name, path: child, status: .failure(error)))
                }
            } else if status.st_mode & S_IFMT == S_IFDIR {
                guard visited.insert(FileIdentity(status)).inserted, depth < Self.maximumDepth,
                    access("\(child)/\(ManifestDirectory.exclusionMarker)", F_OK) != 0
                else { continue }
                list(child, prefix: "\(prefix)\(name)/", depth: depth + 1, visited: &visited)
            } else if Self.isManifest(name) {
                files.append(File(name: prefix + name, path: child, status: .success(Signature(status))))
            }
        }
    }

    private mutating func names(in path: String, prefix: String) -> [String]? {
        guard let directory = opendir(path) else {
            failures.append(Failure(name: prefix, error: SystemError(errno)))
            return nil
        }
        defer { closedir(directory) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
            }
            // A name that is no UTF-8 could not be reported either.
            if let name { names.append(name) }
            errno = 0
        }
        if errno != 0 {
            failures.append(Failure(name: prefix, error: SystemError(errno)))
            return nil
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

/// An error of a system call.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    package var code: Int32

    package init(_ code: Int32) {
        self.code = code
    }

    /// What the system says about the code, such as `Permission denied`.
    package var description: String { String(cString: strerror(code)) }
}
