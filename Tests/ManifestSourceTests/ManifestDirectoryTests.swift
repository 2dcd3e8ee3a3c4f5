import Foundation
import KubernetesModel
import LoadBalancerModel
import ManifestSource
import Synchronization
import Testing

@Suite struct ManifestDirectoryTests {
    let directory: TemporaryDirectory
    let manifests: ManifestDirectory

    init() throws {
        directory = try TemporaryDirectory()
        manifests = ManifestDirectory(directory.path)
    }

    private func names(_ snapshot: ManifestSnapshot) -> [String] { snapshot.objects.map { $0.object.metadata.name } }

    private func value(_ snapshot: ManifestSnapshot, _ name: String) -> String? {
        for case .configMap(let map) in snapshot.objects where map.metadata.name == name { return map.data["key"] }
        return nil
    }

    @Test("Manifests of a directory and its subdirectories are read in the byte order of their paths")
    func order() throws {
        try directory.write(configMap("third"), to: "b.json.yaml")
        try directory.write(configMap("second"), to: "a/deep/x.yml")
        try directory.write(configMap("first"), to: "a.yaml")
        try directory.write(#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"fourth"}}"#, to: "c.json")
        try directory.write("not: a manifest", to: "README.md")
        try directory.write("not: a manifest", to: ".hidden.yaml")
        let snapshot = manifests.load()
        #expect(names(snapshot) == ["first", "second", "third", "fourth"])
        #expect(snapshot.diagnostics.isEmpty)
        #expect(
            snapshot.locations[ObjectReference(kind: "ConfigMap", namespace: "default", name: "second")]
                == SourceLocation(file: "a/deep/x.yml", document: 1, line: 1))
    }

    @Test("A single file is read whatever its name is")
    func singleFile() throws {
        try directory.write(configMap("one"), to: "manifest.txt")
        let snapshot = ManifestDirectory(directory.path("manifest.txt")).load()
        #expect(names(snapshot) == ["one"])
    }

    @Test("A named pipe is read when it is named itself")
    func namedPipe() throws {
        let path = directory.path("pipe")
        try #require(mkfifo(path, 0o600) == 0)
        let writer = Thread {
            guard let handle = FileHandle(forWritingAtPath: path) else { return }
            try? handle.write(contentsOf: Data(configMap("piped").utf8))
            try? handle.close()
        }
        writer.start()
        let manifests = ManifestDirectory(path)
        #expect(names(manifests.load()) == ["piped"])
        // A pipe gives its content once: it isn't waited for again.
        #expect(names(manifests.load()) == ["piped"])
    }

    @Test("A named pipe in a directory is reported and not waited for")
    func pipeInDirectory() throws {
        try #require(mkfifo(directory.path("pipe.yaml"), 0o600) == 0)
        let snapshot = manifests.load()
        #expect(snapshot.diagnostics.map(\.reason) == ["FileUnreadable"])
    }

    @Test("A path that does not exist is an error that names it")
    func missingPath() throws {
        let snapshot = ManifestDirectory(directory.path("nowhere")).load()
        let diagnostic = try #require(snapshot.diagnostics.first)
        #expect(diagnostic.severity == .error)
        #expect(diagnostic.message.contains(directory.path("nowhere")))
        #expect(diagnostic.message.contains("No such file or directory"))
    }

    @Test("A mounted ConfigMap, whose files are links through ..data, gives each object once")
    func configMapVolume() throws {
        try directory.write(configMap("web", value: "1"), to: "..2024_1/web.yaml")
        try directory.link("..data", to: "..2024_1")
        try directory.link("web.yaml", to: "..data/web.yaml")
        #expect(names(manifests.load()) == ["web"])
        try directory.write(configMap("web", value: "2"), to: "..2024_2/web.yaml")
        try directory.link("..data_tmp", to: "..2024_2")
        try directory.move("..data_tmp", to: "..data")
        let snapshot = manifests.load()
        #expect(value(snapshot, "web") == "2")
        #expect(snapshot.diagnostics.isEmpty)
    }

    @Test("Links in circles and two links to one file give each object once")
    func links() throws {
        try directory.write(configMap("web"), to: "sub/web.yaml")
        try directory.link("sub/loop", to: "..")
        try directory.link("again", to: "sub")
        try directory.link("web.yaml", to: "sub/web.yaml")
        try directory.link("self.yaml", to: "self.yaml")
        let snapshot = manifests.load()
        #expect(names(snapshot) == ["web"])
        #expect(snapshot.diagnostics.map(\.object.name) == ["self.yaml"])
    }

    @Test("The same object in two files is an error that names both places, and the first stands")
    func duplicates() throws {
        try directory.write(configMap("web", value: "first"), to: "a.yaml")
        try directory.write("---\n---\n" + configMap("web", value: "second"), to: "b.yaml")
        let snapshot = manifests.load()
        #expect(value(snapshot, "web") == "first")
        let diagnostic = try #require(snapshot.diagnostics.first)
        #expect(snapshot.diagnostics.count == 1)
        #expect(diagnostic.reason == "DuplicateObject")
        #expect(diagnostic.severity == .error)
        #expect(diagnostic.message.contains("a.yaml:1, document 1"))
        #expect(diagnostic.message.contains("b.yaml:3, document 2"))
    }

    @Test("A file that is no longer YAML keeps what it held as a whole")
    func brokenFile() throws {
        try directory.write(configMap("one") + "---\n" + configMap("two"), to: "a.yaml")
        try directory.write(configMap("other"), to: "b.yaml")
        _ = manifests.load()
        try directory.replace("a.yaml", with: configMap("one", value: "new") + "---\nkind: [")
        let broken = manifests.load()
        #expect(names(broken) == ["one", "two", "other"])
        #expect(value(broken, "one") == "x")
        #expect(broken.diagnostics.first?.reason == "NotYAML")
        #expect(broken.diagnostics.first?.object == ObjectReference(kind: "File", name: "a.yaml"))
        #expect(broken.diagnostics.dropFirst().allSatisfy { $0.reason == "LastGoodStateKept" })
        try directory.replace("a.yaml", with: configMap("one", value: "new"))
        let mended = manifests.load()
        #expect(names(mended) == ["one", "other"])
        #expect(value(mended, "one") == "new")
        #expect(mended.diagnostics.isEmpty)
    }

    @Test("A refused document keeps its object's last good version, while its neighbours change")
    func brokenDocument() throws {
        try directory.write(configMap("one") + "---\n" + configMap("two") + "---\n" + configMap("three"), to: "a.yaml")
        _ = manifests.load()
        let broken = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: two}\ndata: [1]\n"
        try directory.replace("a.yaml", with: configMap("one", value: "new") + "---\n" + broken)
        let snapshot = manifests.load()
        #expect(names(snapshot) == ["one", "two"])
        #expect(value(snapshot, "one") == "new")
        #expect(value(snapshot, "two") == "x")
        // A second load of the same content changes nothing.
        #expect(manifests.load() == snapshot)
    }

    @Test("What was refused is known by object, place and cause, until it is mended")
    func refusedDocuments() throws {
        try directory.write(
            configMap("one") + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: two}\ndata: [1]\n", to: "a.yaml")
        let refused = manifests.load().refused
        #expect(refused.map(\.identity) == [ObjectIdentity(kind: "ConfigMap", namespace: "default", name: "two")])
        #expect(refused.first?.explanation.hasPrefix("a.yaml:9, document 2: data: ") == true)
        try directory.replace("a.yaml", with: configMap("one"))
        #expect(manifests.load().refused.isEmpty)
    }

    @Test("A directory that is marked as state is not read, unless it is the one that is asked for")
    func markedDirectory() throws {
        try directory.write(configMap("one"), to: "a.yaml")
        try directory.write(configMap("one"), to: "state/ingresses.json")
        try directory.write("", to: "state/\(ManifestDirectory.exclusionMarker)")
        let snapshot = manifests.load()
        #expect(snapshot.objects.count == 1)
        #expect(snapshot.diagnostics.isEmpty)
        #expect(ManifestDirectory(directory.path("state")).load().objects.count == 1)
    }

    @Test("A refused document that does not name its object keeps everything that went missing with it")
    func anonymousDocument() throws {
        try directory.write(configMap("one") + "---\n" + configMap("two"), to: "a.yaml")
        _ = manifests.load()
        try directory.replace(
            "a.yaml", with: configMap("one") + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {nam: two}\n")
        #expect(names(manifests.load()) == ["one", "two"])
    }

    @Test("A file that is no longer YAML keeps its objects from a later file, which is told of both places")
    func duplicateOfBrokenFile() throws {
        try directory.write(configMap("web", value: "old") + "---\n" + configMap("two"), to: "a.yaml")
        _ = manifests.load()
        try directory.replace("a.yaml", with: "{")
        try directory.write(configMap("web", value: "new"), to: "b.yaml")
        let snapshot = manifests.load()
        #expect(value(snapshot, "web") == "old")
        #expect(names(snapshot) == ["web", "two"])
        #expect(snapshot.diagnostics.map(\.reason) == ["NotYAML", "LastGoodStateKept", "DuplicateObject"])
        let duplicate = try #require(snapshot.diagnostics.last)
        #expect(duplicate.severity == .error)
        #expect(duplicate.message.contains("b.yaml:1, document 1"))
        #expect(duplicate.message.contains("a.yaml:1, document 1, as last read"))
        #expect(manifests.load() == snapshot)
    }

    @Test("An object that a broken file held is read from a file that comes before it")
    func movedToEarlierFile() throws {
        try directory.write(configMap("web", value: "old"), to: "b.yaml")
        _ = manifests.load()
        try directory.replace("b.yaml", with: "{")
        try directory.write(configMap("web", value: "new"), to: "a.yaml")
        let snapshot = manifests.load()
        #expect(value(snapshot, "web") == "new")
        #expect(snapshot.diagnostics.map(\.reason) == ["NotYAML", "DuplicateObject"])
        try directory.remove("b.yaml")
        #expect(manifests.load().diagnostics.isEmpty)
    }

    @Test("A refused document keeps its object from a later file")
    func duplicateOfRefusedDocument() throws {
        try directory.write(configMap("web", value: "old"), to: "a.yaml")
        try directory.write(configMap("web", value: "new"), to: "b.yaml")
        #expect(value(manifests.load(), "web") == "old")
        try directory.replace(
            "a.yaml", with: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: [1]\n")
        let snapshot = manifests.load()
        #expect(value(snapshot, "web") == "old")
        #expect(snapshot.diagnostics.last?.reason == "DuplicateObject")
    }

    @Test("A file that is removed takes its objects with it")
    func removedFile() throws {
        try directory.write(configMap("one"), to: "a.yaml")
        try directory.write(configMap("two"), to: "b/b.yaml")
        _ = manifests.load()
        try directory.remove("b")
        #expect(names(manifests.load()) == ["one"])
    }

    @Test("While the directory itself is missing, everything stays in force")
    func missingDirectory() throws {
        try directory.write(configMap("one"), to: "live/a.yaml")
        let manifests = ManifestDirectory(directory.path("live"))
        _ = manifests.load()
        try directory.move("live", to: "aside")
        let missing = manifests.load()
        #expect(names(missing) == ["one"])
        #expect(missing.diagnostics.first?.reason == "DirectoryUnreadable")
        try directory.move("aside", to: "live")
        #expect(manifests.load().diagnostics.isEmpty)
    }

    @Test("A file that can't be read is reported, and the others are read")
    func unreadableFile() throws {
        try directory.write(configMap("one"), to: "a.yaml")
        // A link into nothing fails for every user, root included.
        try directory.link("b.yaml", to: "nowhere")
        try directory.write(configMap("three"), to: "c.yaml")
        let snapshot = manifests.load()
        #expect(names(snapshot) == ["one", "three"])
        let diagnostic = try #require(snapshot.diagnostics.first)
        #expect(diagnostic.object == ObjectReference(kind: "File", name: "b.yaml"))
        #expect(diagnostic.severity == .error)
    }

    @Test("A file beyond the size limit is refused without being read")
    func hugeFile() throws {
        try directory.write("", to: "huge.yaml")
        try #require(truncate(directory.path("huge.yaml"), ManifestLimits.fileSize + 1) == 0)
        try directory.write(configMap("one"), to: "one.yaml")
        let snapshot = manifests.load()
        #expect(names(snapshot) == ["one"])
        #expect(snapshot.diagnostics.map(\.reason) == ["TooLarge"])
    }

    @Test("A file that is written all the time keeps its last good content, and the load comes to an end")
    func changingFile() throws {
        try directory.write(configMap("one"), to: "a.yaml")
        _ = manifests.load()
        let path = directory.path("a.yaml")
        let isDone = Flag()
        let writer = Thread {
            // Appending without pause: whenever the file is read, it grows meanwhile, or holds an incomplete line.
            let handle = FileHandle(forWritingAtPath: path)
            handle?.seekToEndOfFile()
            while !isDone.isSet { handle?.write(Data("# more\n".utf8)) }
        }
        writer.start()
        for _ in 0..<5 { #expect(names(manifests.load()) == ["one"]) }
        isDone.set()
    }

    @Test("Bytes of standard input make a snapshot of their own")
    func standardInput() {
        let snapshot = ManifestSnapshot(reading: Array((configMap("one") + "---\n{").utf8), name: "stdin")
        #expect(snapshot.objects.isEmpty)
        #expect(snapshot.diagnostics.map(\.object) == [ObjectReference(kind: "File", name: "stdin")])
    }
}

/// A flag that threads share.
final class Flag: Sendable {
    private let value = Mutex(false)
    var isSet: Bool { value.withLock { $0 } }
    func set() { value.withLock { $0 = true } }
}
