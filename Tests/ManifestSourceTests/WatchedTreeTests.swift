import Foundation
import Testing

@testable import ManifestSource

/// The system queues its events before the call that causes them returns, so nothing is waited for.
@Suite struct WatchedTreeTests {
    let directory: TemporaryDirectory
    let inotify: Inotify

    init() throws {
        directory = try TemporaryDirectory()
        inotify = try Inotify()
        try directory.write(configMap("one"), to: "root/a.yaml")
        try directory.write(configMap("single"), to: "single.yaml")
        try directory.write(configMap("outside"), to: "outside/target.yaml")
        try directory.write("x", to: "outside/other.yaml")
    }

    private func tree(_ root: String) -> WatchedTree {
        var tree = WatchedTree(root: directory.path(root), inotify: inotify)
        tree.refresh()
        return tree
    }

    @Test("Writes beside the root, and beside what a link leads to, wake nobody", arguments: ["root", "single.yaml"])
    func neighbours(root: String) throws {
        try directory.link("root/link.yaml", to: directory.path("outside/target.yaml"))
        try directory.write("x", to: "neighbour.yaml")
        let tree = tree(root)
        try append(to: "neighbour.yaml")
        try append(to: "outside/other.yaml")
        #expect(tree.inotify.events().isEmpty)
    }

    @Test("What comes and goes beside the root is no change", arguments: ["root", "single.yaml"])
    func comingAndGoing(root: String) throws {
        var tree = tree(root)
        try directory.write("x", to: "neighbour.yaml")
        try directory.move("neighbour.yaml", to: "moved.yaml")
        try directory.remove("moved.yaml")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory.path)
        #expect(tree.changes().isEmpty)
    }

    @Test(
        "A write to a file that is the root, or that a link leads to, is a change of this file",
        arguments: [("single.yaml", "single.yaml"), ("root", "outside/target.yaml")])
    func writes(root: String, file: String) throws {
        try directory.link("root/link.yaml", to: directory.path("outside/target.yaml"))
        var tree = tree(root)
        try append(to: file)
        let path = directory.path(file)
        #expect(tree.changes() == [.write(path), .complete(path)])
    }

    @Test("A file that takes the place of the root is watched in its turn", arguments: [true, false])
    func replacedFile(byRename: Bool) throws {
        var tree = tree("single.yaml")
        if byRename {
            try directory.write("x", to: "next.yaml")
            try directory.move("next.yaml", to: "single.yaml")
        } else {
            try directory.remove("single.yaml")
            try directory.write("x", to: "single.yaml")
        }
        #expect(!tree.changes().isEmpty)
        try append(to: "single.yaml")
        let path = directory.path("single.yaml")
        #expect(tree.changes() == [.write(path), .complete(path)])
    }

    @Test("The root that goes, comes or is replaced is a change")
    func root() throws {
        var tree = tree("root")
        try directory.move("root", to: "old")
        #expect(!tree.changes().isEmpty)
        tree.refresh()
        try directory.write(configMap("new"), to: "root/b.yaml")
        #expect(!tree.changes().isEmpty)
        tree.refresh()
        try append(to: "root/b.yaml")
        #expect(!tree.changes().isEmpty)
    }

    /// Writes to a file in place.
    private func append(to name: String) throws {
        let handle = try #require(FileHandle(forWritingAtPath: directory.path(name)))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("# more\n".utf8))
        try handle.close()
    }
}
