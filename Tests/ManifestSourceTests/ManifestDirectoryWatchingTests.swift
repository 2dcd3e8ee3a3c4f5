import Foundation
import KubernetesModel
import LoadBalancerModel
import ManifestSource
import Testing

/// Each test makes a change and waits until the watch has reported it; a missing report is a time-out.
@Suite(.timeLimit(.minutes(5))) struct ManifestDirectoryWatchingTests {
    enum Change: String, CaseIterable {
        case writeInPlace, replaceByRename, newFile, removedFile, newSubdirectory, fileInNewSubdirectory,
            movedSubdirectory, removedSubdirectory, swappedDataLink, linkTargetOutside, replacedRoot, rootThatAppears
    }

    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try directory.write(configMap("one"), to: "root/a.yaml")
        try directory.write(configMap("sub"), to: "root/sub/b.yaml")
        try directory.write(configMap("outside"), to: "outside/target.yaml")
        try directory.link("root/outside.yaml", to: directory.path("outside/target.yaml"))
        try directory.write(configMap("data", value: "1"), to: "root/..1/c.yaml")
        try directory.link("root/..data", to: "..1")
        try directory.link("root/c.yaml", to: "..data/c.yaml")
    }

    private func changes(of manifests: ManifestDirectory, patience: Duration = .seconds(3_600)) throws -> AsyncStream<
        Void
    > {
        try manifests.changes(
            WatchTiming(
                quiet: .milliseconds(5), longest: .milliseconds(50), patience: patience, notice: .milliseconds(20)))
    }

    private func apply(_ change: Change) throws {
        switch change {
        case .writeInPlace: try directory.write(configMap("one", value: "2"), to: "root/a.yaml")
        case .replaceByRename: try directory.replace("root/a.yaml", with: configMap("one", value: "2"))
        case .newFile: try directory.write(configMap("new"), to: "root/new.yaml")
        case .removedFile: try directory.remove("root/a.yaml")
        case .newSubdirectory, .fileInNewSubdirectory: try directory.write(configMap("new"), to: "root/x/y/new.yaml")
        case .movedSubdirectory: try directory.move("root/sub", to: "root/other")
        case .removedSubdirectory: try directory.remove("root/sub")
        case .swappedDataLink:
            try directory.write(configMap("data", value: "2"), to: "root/..2/c.yaml")
            try directory.link("root/..data_tmp", to: "..2")
            try directory.move("root/..data_tmp", to: "root/..data")
        case .linkTargetOutside: try directory.write(configMap("outside", value: "2"), to: "outside/target.yaml")
        case .replacedRoot:
            try directory.write(configMap("fresh"), to: "next/a.yaml")
            try directory.move("root", to: "old")
            try directory.move("next", to: "root")
        case .rootThatAppears: try directory.write(configMap("late"), to: "late/a.yaml")
        }
    }

    @Test("A change is reported, and what is loaded then shows it", arguments: Change.allCases)
    func change(_ change: Change) async throws {
        let root = change == .rootThatAppears ? "late" : "root"
        let manifests = ManifestDirectory(directory.path(root))
        let changes = try changes(of: manifests)
        let before = manifests.load()
        try apply(change)
        for await _ in changes where manifests.load() != before { break }
        if change == .fileInNewSubdirectory {
            let middle = manifests.load()
            try directory.write(configMap("deeper"), to: "root/x/y/z/deeper.yaml")
            for await _ in changes where manifests.load() != middle { break }
        }
        #expect(manifests.load() != before)
    }

    @Test("After the root was replaced, changes in the new one are reported too")
    func replacedRoot() async throws {
        let manifests = ManifestDirectory(directory.path("root"))
        let changes = try changes(of: manifests)
        try apply(.replacedRoot)
        for await _ in changes where manifests.load().objects.count == 1 { break }
        let before = manifests.load()
        try directory.write(configMap("fresh", value: "2"), to: "root/a.yaml")
        for await _ in changes where manifests.load() != before { break }
        #expect(manifests.load() != before)
    }

    @Test("A cancelled task ends the watch")
    func cancellation() async throws {
        let changes = try changes(of: ManifestDirectory(directory.path("root")))
        let task = Task { for await _ in changes {} }
        task.cancel()
        await task.value
    }

    @Test("Every change of a hundred is seen in the end")
    func manyChanges() async throws {
        let manifests = ManifestDirectory(directory.path("root"))
        let changes = try changes(of: manifests)
        for number in 1...100 {
            try directory.replace("root/a.yaml", with: configMap("one", value: "\(number)"))
        }
        for await _ in changes {
            let values = manifests.load().objects.compactMap { object -> String? in
                guard case .configMap(let map) = object else { return nil }
                return map.data["key"]
            }
            if values.contains("100") { break }
        }
    }

    // MARK: Files that are being written

    /// The values of the ConfigMaps, by name.
    private func values(_ manifests: ManifestDirectory) -> [String: String] {
        Dictionary(
            manifests.load().objects.compactMap { object -> (String, String)? in
                guard case .configMap(let map) = object else { return nil }
                return (map.metadata.name, map.data["key"] ?? "")
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Opens a file for writing without a content, as a shell does for `>`.
    private func truncated(_ name: String) throws -> FileHandle {
        let descriptor = open(directory.path(name), O_WRONLY | O_TRUNC | O_CREAT, 0o644)
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    @Test(
        "A file keeps its last content from the moment when it is truncated until it is closed",
        arguments: [
            "root/a.yaml", "outside/target.yaml",
        ])
    func writtenInPieces(file: String) async throws {
        let manifests = ManifestDirectory(directory.path("root"))
        let changes = try changes(of: manifests)
        let before = values(manifests)
        let text = configMap("first", value: "2") + "---\n" + configMap("second", value: "2")
        let half = text.count / 2 + 10
        let handle = try truncated(file)
        #expect(values(manifests) == before)
        for piece in [text.prefix(half), text.dropFirst(half)] {
            try handle.write(contentsOf: Data(piece.utf8))
            // What changes beside it takes effect.
            try directory.replace("root/sub/b.yaml", with: configMap("sub", value: "\(piece.count)"))
            #expect(values(manifests)["sub"] == "\(piece.count)")
            #expect(values(manifests).filter { $0.key != "sub" } == before.filter { $0.key != "sub" })
        }
        try handle.close()
        for await _ in changes where values(manifests)["second"] == "2" { break }
        #expect(values(manifests)["first"] == "2")
    }

    @Test("A new file counts when it is closed, not before")
    func newFileInPieces() async throws {
        let manifests = ManifestDirectory(directory.path("root"))
        let changes = try changes(of: manifests)
        let handle = try truncated("root/new.yaml")
        try handle.write(contentsOf: Data((configMap("first") + "---\n").utf8))
        #expect(values(manifests)["first"] == nil)
        try handle.write(contentsOf: Data(configMap("second").utf8))
        try handle.close()
        for await _ in changes where values(manifests)["second"] != nil { break }
        #expect(values(manifests)["first"] != nil)
    }

    @Test("A file that is written to for long is told of, until it is closed")
    func slowWriter() async throws {
        let manifests = ManifestDirectory(directory.path("root"))
        let changes = try changes(of: manifests)
        let before = values(manifests)
        let handle = try truncated("root/a.yaml")
        for await _ in changes where manifests.load().diagnostics.map(\.reason) == ["FileBeingWritten"] { break }
        #expect(values(manifests) == before)
        try handle.write(contentsOf: Data(configMap("one", value: "late").utf8))
        try handle.close()
        for await _ in changes where values(manifests)["one"] == "late" { break }
        #expect(manifests.load().diagnostics.isEmpty)
    }

    @Test("A file that nobody closes is read as it is in the end")
    func neverClosed() async throws {
        let manifests = ManifestDirectory(directory.path("root"))
        let changes = try changes(of: manifests, patience: .milliseconds(100))
        _ = values(manifests)
        let handle = try truncated("root/a.yaml")
        try handle.write(contentsOf: Data(configMap("one", value: "open").utf8))
        for await _ in changes where values(manifests)["one"] == "open" { break }
        try handle.close()
    }

    @Test("A file that is being written is gone at once when it is removed, and another in its place counts at once")
    func replacedWhileWritten() async throws {
        let manifests = ManifestDirectory(directory.path("root"))
        let changes = try changes(of: manifests)
        let handle = try truncated("root/a.yaml")
        #expect(values(manifests)["one"] == nil)
        try directory.replace("root/a.yaml", with: configMap("one", value: "other"))
        #expect(values(manifests)["one"] == "other")
        let next = try truncated("root/a.yaml")
        try directory.remove("root/a.yaml")
        #expect(values(manifests)["one"] == nil)
        withExtendedLifetime((handle, next, changes)) {}
    }
}
