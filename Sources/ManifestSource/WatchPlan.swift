import Glibc

/// What to watch, so that no change of the manifests below a root goes unnoticed.
struct WatchPlan: Equatable {
    /// Which names of a directory matter.
    enum Names: Equatable {
        /// Those of manifests, of directories, and of what symbolic links may go through.
        case manifests
        /// These names alone, and of them only that they come and go: the root, and what links lead to.
        case only(Set<String>)
    }

    private(set) var directories: [String: Names] = [:]
    /// The files that no such directory is watched for the content of, so that they are watched themselves.
    private(set) var files: Set<String> = []

    private static let maximumLinks = 40

    /// Plans for the directory tree, or the file, at `root`, whether it is there or not.
    init(root: String) {
        follow(root)
        let listing = DirectoryListing(root: root)
        for directory in listing.directories {
            directories[directory] = .manifests
            followLinks(in: directory)
        }
        files = files.filter { directories[Self.split($0).parent] != .manifests }
    }

    /// Plans for what the links in a directory lead to: each may be replaced, and its target as well.
    private mutating func followLinks(in directory: String) {
        guard let handle = opendir(directory) else { return }
        defer { closedir(handle) }
        while let entry = readdir(handle) {
            guard entry.pointee.d_type == DT_LNK || entry.pointee.d_type == DT_UNKNOWN else { continue }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
            }
            guard let name, !name.hasPrefix(".") else { continue }
            follow("\(directory)/\(name)")
        }
    }

    /// Plans for the last component of a path and for every link on the way to what it names.
    private mutating func follow(_ path: String) {
        var current = Self.absolute(path)
        for _ in 0..<Self.maximumLinks {
            guard let link = firstLink(in: current) else { break }
            current = link
        }
        let (parent, name) = Self.split(current)
        note(name, in: nearestDirectory(parent))
        var status = stat()
        if stat(current, &status) == 0, status.st_mode & S_IFMT == S_IFREG { files.insert(current) }
    }

    /// The path with its first link replaced by the link's target; nil where no component is a link.
    private mutating func firstLink(in path: String) -> String? {
        let components = path.split(separator: "/").map(String.init)
        var prefix = ""
        for (index, component) in components.enumerated() {
            let child = "\(prefix)/\(component)"
            if let target = Self.target(of: child) {
                note(component, in: prefix.isEmpty ? "/" : prefix)
                let rest = components[(index + 1)...].map { "/\($0)" }.joined()
                return Self.normalized(target.hasPrefix("/") ? target + rest : "\(prefix)/\(target)\(rest)")
            }
            prefix = child
        }
        return nil
    }

    private mutating func note(_ name: String, in directory: String) {
        switch directories[directory] {
        case .manifests: break
        case .only(let names): directories[directory] = .only(names.union([name]))
        case nil: directories[directory] = .only([name])
        }
    }

    /// The directory itself or, where it is missing, the nearest one above it, with a note on what to wait for there.
    private mutating func nearestDirectory(_ path: String) -> String {
        var path = path
        var status = stat()
        while path != "/", stat(path, &status) != 0 {
            let (parent, name) = Self.split(path)
            if stat(parent, &status) == 0 { note(name, in: parent) }
            path = parent
        }
        return path
    }

    // MARK: Paths

    private static func target(of path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = readlink(path, &buffer, Int(PATH_MAX))
        guard count > 0 else { return nil }
        return String(validating: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return normalized(path) }
        guard let current = getcwd(nil, 0) else { return normalized("/" + path) }
        defer { free(current) }
        return normalized(String(cString: current) + "/" + path)
    }

    /// The path without `.`, `..` and empty components.
    private static func normalized(_ path: String) -> String {
        var components: [Substring] = []
        for component in path.split(separator: "/") where component != "." {
            if component == ".." { _ = components.popLast() } else { components.append(component) }
        }
        return "/" + components.joined(separator: "/")
    }

    private static func split(_ path: String) -> (parent: String, name: String) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            return ("/", String(path.drop { $0 == "/" }))
        }
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }
}
