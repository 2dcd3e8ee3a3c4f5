import Glibc

/// What is watched for a root, and what the system's events mean for it.
///
/// The system tells of nothing that can't concern the manifests where it can tell the difference: in a directory that
/// only holds the root, or something that a link leads to, writes to other files wake nobody.
struct WatchedTree {
    /// What an event means.
    enum Change: Equatable {
        /// Something is written to this file, and it is not closed yet.
        case write(String)
        /// This file is as it is going to be.
        case complete(String)
        case other
    }

    let root: String
    let inotify: Inotify
    private var subjects: [Int32: Subject] = [:]
    /// Whether some of it can't be watched, so that it must be looked after at intervals.
    private(set) var isIncomplete = false

    private enum Subject {
        case directory(path: String, names: WatchPlan.Names)
        case file(path: String)
    }

    private static let content: Inotify.Kinds = [.write, .closeAfterWriting]
    private static let entries: Inotify.Kinds =
        [.creation, .removal, .arrival, .attributes, .departure, .directoryOnly]

    init(root: String, inotify: Inotify) {
        self.root = root
        self.inotify = inotify
    }

    /// Watches what the tree consists of now.
    mutating func refresh() {
        var current: [Int32: Subject] = [:]
        isIncomplete = false
        let plan = WatchPlan(root: root)
        for (path, names) in plan.directories {
            let kinds = names == .manifests ? Self.entries.union(Self.content) : Self.entries
            guard let watch = watch(path, for: kinds) else { continue }
            guard case .directory(_, let others)? = current[watch] else {
                current[watch] = .directory(path: path, names: names)
                continue
            }
            // Two paths lead to one directory: it is watched for both.
            _ = self.watch(path, for: kinds.union(.added))
            current[watch] = .directory(path: path, names: names.union(others))
        }
        for path in plan.files {
            guard let watch = watch(path, for: Self.content.union(.attributes)) else { continue }
            current[watch] = .file(path: path)
        }
        for watch in subjects.keys where current[watch] == nil { inotify.forget(watch) }
        subjects = current
    }

    private mutating func watch(_ path: String, for kinds: Inotify.Kinds) -> Int32? {
        do throws(SystemError) {
            return try inotify.watch(path, for: kinds)
        } catch {
            // What went away meanwhile is told by the directory that held it.
            if error.code != ENOENT, error.code != ENOTDIR { isIncomplete = true }
            return nil
        }
    }

    /// What has happened since it was last asked, in order.
    mutating func changes() -> [Change] {
        var changes: [Change] = []
        for event in inotify.events() {
            guard let change = change(event) else { continue }
            changes.append(change)
            // A file that has come is watched at once, so that what is written to it next is noticed.
            if event.isAny(of: [.creation, .arrival]), isNamed(event) { refresh() }
        }
        return changes
    }

    private func isNamed(_ event: Inotify.Event) -> Bool {
        guard case .directory(_, .only)? = subjects[event.watch] else { return false }
        return true
    }

    /// What an event means; nil where it can't change what is loaded.
    private func change(_ event: Inotify.Event) -> Change? {
        // Where events were lost anything may have changed.
        if event.isAny(of: .overflow) { return .other }
        switch subjects[event.watch] {
        case nil: return nil
        case .file(let path)?:
            if event.isAny(of: .write) { return .write(path) }
            if event.isAny(of: .closeAfterWriting) { return .complete(path) }
            return event.isAny(of: .attributes) ? .other : nil
        case .directory(let path, let names)?:
            guard !event.name.isEmpty else {
                // It is gone or elsewhere, or its own mode has changed, which matters where manifests are read from it.
                return event.isAny(of: .departure) || (event.isAny(of: .attributes) && names == .manifests)
                    ? .other : nil
            }
            guard names.holds(event.name, isContent: event.isAny(of: Self.content)) else { return nil }
            let file = "\(path)/\(event.name)"
            if event.isAny(of: .write) { return .write(file) }
            return event.isAny(of: [.closeAfterWriting, .arrival, .removal]) ? .complete(file) : .other
        }
    }
}

extension WatchPlan.Names {
    fileprivate func union(_ other: WatchPlan.Names) -> WatchPlan.Names {
        guard case .only(let some) = self, case .only(let others) = other else { return .manifests }
        return .only(some.union(others))
    }

    /// Whether a change of a name can change what is loaded. Of a name that is no manifest's, only its coming and going
    /// counts, since it may be a directory or a link.
    fileprivate func holds(_ name: String, isContent: Bool) -> Bool {
        switch self {
        case .only(let names): names.contains(name)
        case .manifests where name.hasPrefix("."): name.hasPrefix("..") && !isContent
        case .manifests: DirectoryListing.isManifest(name) || !isContent
        }
    }
}
