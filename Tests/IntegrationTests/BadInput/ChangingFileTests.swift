import Foundation
import Testing

@Suite("Files that change while they are read", .timeLimit(.minutes(5)), .serialized)
struct ChangingFileTests {
    /// 2 MB of ConfigMaps before, and behind, an Ingress: what is cut off in the middle lacks it.
    private static func large(_ host: String) -> String {
        let filler = (0..<1_000).map { number in
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: filler-\(number)\ndata:\n  text: "
                + String(repeating: "\(number) ", count: 200) + "\n---\n"
        }
        return filler.joined() + GoodSite.ingress(host) + "---\n"
            + filler.map {
                $0.replacing("name: filler", with: "name: second")
            }.joined()
    }

    /// Writes a file in place again and again, in pieces, until it is cancelled; then once more as a whole.
    private static func rewrite(_ file: URL, until isDone: () -> Bool) throws {
        let text = Array(large("victim.example").utf8)
        while !isDone() {
            let handle = try FileHandle(forWritingTo: file)
            try handle.truncate(atOffset: 0)
            for start in stride(from: 0, to: text.count, by: 64 << 10) {
                try handle.write(contentsOf: text[start..<min(start + (64 << 10), text.count)])
            }
            try handle.close()
        }
        try Data(large("final.example").utf8).write(to: file)
    }

    @Test("The rest is served all the time, and the last content when the changes end", arguments: [true, false])
    func changing(fromStart: Bool) async throws {
        let site = try await GoodSite()
        try site.manifests.write(Self.large("victim.example"), to: "large.yaml")
        let file = site.manifests.url.appending(path: "large.yaml")
        let done = ScratchFlag()
        let before = fromStart ? nil : try await RunningHeadgate(site.manifests.url)
        async let writing: Void = OwnThread.run { try Self.rewrite(file) { done.isRaised } }
        let outcome: Result<RunningHeadgate, any Error>
        do {
            outcome = .success(try await served(site, before))
        } catch {
            outcome = .failure(error)
        }
        done.raise()
        try await writing
        let headgate = try outcome.get()
        try await eventually("the last content is served", within: 60) {
            try await site.isServed("final.example", by: headgate)
        }
        #expect(try await site.isServed(by: headgate))
        try await eventually("nothing is left to say") { try headgate.diagnostics().isEmpty }
    }

    @Test("A writer that pauses takes nothing of its file out of service", arguments: ["good.yaml", "link.yaml"])
    func pausingWriter(name: String) async throws {
        let site = try await GoodSite()
        let text = Array(try site.manifests.text(of: "good.yaml").utf8)
        let file = site.manifests.url.appending(path: name)
        let elsewhere = try ScratchDirectory()
        if name == "link.yaml" {
            // The file lies outside, and a link leads to it.
            let target = elsewhere.url.appending(path: "target.yaml")
            try FileManager.default.moveItem(at: site.manifests.url.appending(path: "good.yaml"), to: target)
            try FileManager.default.createSymbolicLink(at: file, withDestinationURL: target)
        }
        let headgate = try await RunningHeadgate(site.manifests.url)
        let handle = try FileHandle(forWritingTo: file)
        try handle.truncate(atOffset: 0)
        let middle = text.count / 2
        for (number, piece) in [[], text[..<middle], text[middle...]].enumerated() {
            try handle.write(contentsOf: piece)
            for _ in 1...20 { #expect(try await site.isServed(by: headgate)) }
            // What changes beside it takes effect, and leaves it alone.
            let host = "beside-\(number).example"
            try site.manifests.replace(
                "beside.yaml", with: Manifests.ingress("beside", host: host, service: "backend"))
            try await eventually("\(host) is served") {
                #expect(try await site.isServed(by: headgate))
                return try await site.isServed(host, by: headgate)
            }
        }
        try handle.write(contentsOf: Data("---\n\(GoodSite.ingress("appended.example"))".utf8))
        try handle.close()
        try await eventually("what was written is served") {
            try await site.isServed("appended.example", by: headgate)
        }
        #expect(try await site.isServed(by: headgate))
    }

    /// Serves while the file changes.
    private func served(_ site: GoodSite, _ running: RunningHeadgate?) async throws -> RunningHeadgate {
        let headgate = if let running { running } else { try await RunningHeadgate(site.manifests.url) }
        for round in 1...20 {
            #expect(try await site.isServed(by: headgate))
            // Changes beside it are not held back by it.
            try site.manifests.replace(
                "beside.yaml", with: Manifests.ingress("beside", host: "round-\(round).example", service: "backend"))
            try await eventually("round \(round) is served", within: 30) {
                try await site.isServed("round-\(round).example", by: headgate)
            }
        }
        return headgate
    }
}
