import Foundation
import Testing

@Suite("Updates of a directory", .timeLimit(.minutes(5)), .serialized)
struct DirectoryUpdateTests {
    private static func answers(_ host: String, _ status: Int, _ headgate: RunningHeadgate) async throws -> Bool {
        try await headgate.curl.get("http://\(host)/").status == status
    }

    /// Writes a version of a volume as the kubelet does: a directory of its own, and a link that is swapped to it.
    private static func publish(_ files: [String: String], version: String, in directory: URL) throws {
        let manager = FileManager.default
        let data = directory.appending(path: "..data")
        let previous = try? manager.destinationOfSymbolicLink(atPath: data.path)
        let folder = directory.appending(path: version)
        try manager.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        let new = directory.appending(path: "..data_tmp").path
        try manager.createSymbolicLink(atPath: new, withDestinationPath: version)
        guard rename(new, data.path) == 0 else { throw NeverTrue(description: "..data can't be swapped") }
        for name in files.keys {
            let link = directory.appending(path: name).path
            if (try? manager.destinationOfSymbolicLink(atPath: link)) == nil {
                try manager.createSymbolicLink(atPath: link, withDestinationPath: "..data/\(name)")
            }
        }
        for name in try manager.contentsOfDirectory(atPath: directory.path)
        where !name.hasPrefix(".") && files[name] == nil {
            try manager.removeItem(at: directory.appending(path: name))
        }
        if let previous { try manager.removeItem(at: directory.appending(path: previous)) }
    }

    @Test("A ConfigMap volume takes effect whenever its link is swapped", arguments: [true, false])
    func configMapVolume(isRoot: Bool) async throws {
        let site = try await GoodSite()
        let good = try site.manifests.text(of: "good.yaml")
        let volume = try ScratchDirectory()
        // The volume is what -f names, or a directory below it.
        let directory = isRoot ? volume.url : volume.url.appending(path: "volume")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        func ingress(_ number: Int) -> String { GoodSite.ingress("version-\(number).example") }
        try Self.publish(["good.yaml": good, "ingress.yaml": ingress(0)], version: "..2026_0", in: directory)
        let headgate = try await RunningHeadgate(volume.url)
        #expect(try await site.isServed("version-0.example", by: headgate))
        for number in 1...5 {
            try Self.publish(
                ["good.yaml": good, "ingress.yaml": ingress(number)], version: "..2026_\(number)", in: directory)
            try await eventually("version \(number) is served") {
                try await site.isServed("version-\(number).example", by: headgate)
            }
            #expect(try await Self.answers("version-\(number - 1).example", 404, headgate))
            #expect(try await site.isServed(by: headgate))
        }
        try Self.publish(["good.yaml": good], version: "..2026_last", in: directory)
        try await eventually("the key is gone") { try await Self.answers("version-5.example", 404, headgate) }
        #expect(try await site.isServed(by: headgate))
        #expect(try headgate.diagnostics() == [])
    }

    @Test("A link to a directory may be swapped as a whole, as releases are")
    func releaseLink() async throws {
        let site = try await GoodSite()
        let good = try site.manifests.text(of: "good.yaml")
        let releases = try ScratchDirectory()
        for number in 1...2 {
            try releases.write(good, to: "release-\(number)/good.yaml")
            try releases.write(GoodSite.ingress("release-\(number).example"), to: "release-\(number)/ingress.yaml")
        }
        let current = releases.url.appending(path: "current")
        try FileManager.default.createSymbolicLink(atPath: current.path, withDestinationPath: "release-1")
        let headgate = try await RunningHeadgate(current)
        #expect(try await site.isServed("release-1.example", by: headgate))
        let new = releases.url.appending(path: "new").path
        try FileManager.default.createSymbolicLink(atPath: new, withDestinationPath: "release-2")
        #expect(rename(new, current.path) == 0)
        try await eventually("the other release is served") {
            try await site.isServed("release-2.example", by: headgate)
        }
        #expect(try await Self.answers("release-1.example", 404, headgate))
    }

    @Test("A file written in place, renamed into place, moved away and removed takes effect")
    func singleFiles() async throws {
        let site = try await GoodSite()
        let headgate = try await RunningHeadgate(site.manifests.url)
        try site.manifests.write(GoodSite.ingress("written.example"), to: "victim.yaml")
        try await eventually("a new file is served") { try await site.isServed("written.example", by: headgate) }
        try site.manifests.replace("victim.yaml", with: GoodSite.ingress("renamed.example"))
        try await eventually("a renamed file is served") { try await site.isServed("renamed.example", by: headgate) }
        #expect(try await Self.answers("written.example", 404, headgate))
        // Editors keep backups: what no longer ends as a manifest is none.
        let file = site.manifests.url.appending(path: "victim.yaml")
        try FileManager.default.moveItem(at: file, to: site.manifests.url.appending(path: "victim.yaml.bak"))
        try await eventually("it is gone with its file") { try await Self.answers("renamed.example", 404, headgate) }
        try FileManager.default.moveItem(at: site.manifests.url.appending(path: "victim.yaml.bak"), to: file)
        try await eventually("it is back") { try await site.isServed("renamed.example", by: headgate) }
        try site.manifests.remove("victim.yaml")
        try await eventually("it is removed") { try await Self.answers("renamed.example", 404, headgate) }
        #expect(try await site.isServed(by: headgate))
        #expect(try headgate.diagnostics() == [])
    }

    @Test("A new subdirectory is watched, moved with what it holds, and removed")
    func subdirectories() async throws {
        let site = try await GoodSite()
        let headgate = try await RunningHeadgate(site.manifests.url)
        try site.manifests.write(GoodSite.ingress("deep.example"), to: "a/b/c/victim.yaml")
        try await eventually("what is deep below is served") { try await site.isServed("deep.example", by: headgate) }
        try site.manifests.replace("a/b/c/victim.yaml", with: GoodSite.ingress("deeper.example"))
        try await eventually("a change there is served") { try await site.isServed("deeper.example", by: headgate) }
        let moved = site.manifests.url.appending(path: "moved")
        try FileManager.default.moveItem(at: site.manifests.url.appending(path: "a"), to: moved)
        try site.manifests.replace("moved/b/c/victim.yaml", with: GoodSite.ingress("moved.example"))
        try await eventually("a change behind the move is served") {
            try await site.isServed("moved.example", by: headgate)
        }
        try site.manifests.remove("moved")
        try await eventually("it is gone with its directory") {
            try await Self.answers("moved.example", 404, headgate)
        }
        #expect(try await site.isServed(by: headgate))
        #expect(try headgate.diagnostics() == [])
    }

    @Test("Changes one upon the other take effect, each of them")
    func oneAfterTheOther() async throws {
        let site = try await GoodSite()
        let headgate = try await RunningHeadgate(site.manifests.url)
        for change in 1...9 {
            try site.manifests.replace("victim.yaml", with: GoodSite.ingress("change-\(change).example"))
            try await eventually("change \(change) is served") {
                try await site.isServed("change-\(change).example", by: headgate)
            }
        }
    }
}
