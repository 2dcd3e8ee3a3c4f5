import Foundation
import KubernetesModel
import ManifestSource
import Testing

/// Each test makes a change and waits until the watch has reported it; a missing report is a time-out.
@Suite(.timeLimit(.minutes(5))) struct ManifestWatcherTests {
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

    private func watcher(_ name: String = "root") -> ManifestWatcher {
        ManifestWatcher(path: directory.path(name), quiet: .milliseconds(5), longest: .milliseconds(50))
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
        let changes = try watcher(root).changes()
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
        let changes = try watcher().changes()
        try apply(.replacedRoot)
        for await _ in changes where manifests.load().objects.count == 1 { break }
        let before = manifests.load()
        try directory.write(configMap("fresh", value: "2"), to: "root/a.yaml")
        for await _ in changes where manifests.load() != before { break }
        #expect(manifests.load() != before)
    }

    @Test("A cancelled task ends the watch")
    func cancellation() async throws {
        let changes = try watcher().changes()
        let task = Task { for await _ in changes {} }
        task.cancel()
        await task.value
    }

    @Test("Every change of a hundred is seen in the end")
    func manyChanges() async throws {
        let manifests = ManifestDirectory(directory.path("root"))
        let changes = try watcher().changes()
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
}
