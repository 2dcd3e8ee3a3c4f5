import Foundation
import Testing

/// A way to spoil a file of manifests, and what must be said of it.
struct BadFile: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// Puts what is bad in the place of a file, at once.
    var spoil: @Sendable (ScratchDirectory, String) throws -> Void
    var reason: String
    /// What the message says, the file and the remedy among it.
    var says: [String]

    /// A file with this content.
    init(_ description: String, content: @autoclosure @escaping @Sendable () -> Data, reason: String, says: [String]) {
        testDescription = description
        spoil = { try $0.replace($1, with: content()) }
        self.reason = reason
        self.says = says
    }

    init(
        _ description: String, reason: String, says: [String],
        spoil: @escaping @Sendable (ScratchDirectory, String) throws -> Void
    ) {
        testDescription = description
        self.spoil = spoil
        self.reason = reason
        self.says = says
    }
}

@Suite("Bad files", .timeLimit(.minutes(5)), .serialized)
struct BadFileTests {
    static let file = "victim.yaml"

    static let badFiles: [BadFile] = [
        BadFile(
            "malformed YAML", content: Data("apiVersion: v1\nkind: Service\nmetadata: {name: x\nspec: [\n".utf8),
            reason: "NotYAML", says: ["victim.yaml:", "correct the syntax"]),
        BadFile(
            "a tab as indentation", content: Data("apiVersion: v1\nmetadata:\n\tname: x\n".utf8),
            reason: "NotYAML", says: ["victim.yaml:3", "tab"]),
        BadFile(
            "10 MB of random octets", content: randomOctets(10 << 20, seed: 7), reason: "NotText",
            says: ["victim.yaml", "move it out of the directory"]),
        BadFile(
            "10 MB of a single letter", content: Data(repeating: UInt8(ascii: "x"), count: 10 << 20),
            reason: "NotAnObject", says: ["victim.yaml", "apiVersion, kind and metadata"]),
        BadFile(
            "10 MB of opening brackets", content: Data(repeating: UInt8(ascii: "["), count: 10 << 20),
            reason: "TooComplex", says: ["victim.yaml"]),
        BadFile(
            "a YAML alias bomb", content: Data(aliasBomb().utf8), reason: "TooComplex",
            says: ["victim.yaml", "use fewer aliases"]),
        BadFile("an alias of itself", content: Data("a: &a [*a]\n".utf8), reason: "NotYAML", says: ["victim.yaml"]),
        BadFile(
            "a link that leads nowhere", reason: "FileUnreadable", says: ["victim.yaml", "No such file or directory"],
            spoil: { directory, name in
                let link = directory.url.appending(path: ".link").path
                try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "nowhere")
                guard rename(link, directory.url.appending(path: name).path) == 0 else {
                    throw NeverTrue(description: "the link can't be put in place")
                }
            }),
    ]

    @Test("A file that is bad from the start is reported, and the rest is served", arguments: badFiles)
    func atStart(bad: BadFile) async throws {
        let site = try await GoodSite()
        try bad.spoil(site.manifests, Self.file)
        let headgate = try await RunningHeadgate(site.manifests.url)
        #expect(try await site.isServed(by: headgate))
        try await expectReport(bad, headgate)
        try await eventually("the log tells it") { headgate.process.errorText.contains(bad.reason) }
        #expect(try await headgate.stop() == 0)
    }

    @Test("A file that turns bad is reported while what it held stays, until it is repaired", arguments: badFiles)
    func whileRunning(bad: BadFile) async throws {
        let site = try await GoodSite()
        try site.manifests.write(GoodSite.ingress("victim.example"), to: Self.file)
        let headgate = try await RunningHeadgate(site.manifests.url)
        #expect(try await site.isServed("victim.example", by: headgate))

        try bad.spoil(site.manifests, Self.file)
        try await expectReport(bad, headgate)
        #expect(try await site.isServed("victim.example", by: headgate), "the last good state stays")
        #expect(try await site.isServed(by: headgate))
        // Other files go on taking effect beside it.
        try site.manifests.write(Manifests.ingress("other", host: "other.example", service: "backend"), to: "z.yaml")
        try await eventually("another change is served") { try await site.isServed("other.example", by: headgate) }

        try site.manifests.replace(Self.file, with: GoodSite.ingress("repaired.example"))
        try await eventually("the repair is served") { try await site.isServed("repaired.example", by: headgate) }
        #expect(try await headgate.curl.get("http://victim.example/").status == 404)
        try await eventually("nothing is left to say") { try headgate.diagnostics().isEmpty }
        #expect(headgate.process.isRunning)
    }

    private func expectReport(_ bad: BadFile, _ headgate: RunningHeadgate) async throws {
        let found = try await headgate.diagnostic(bad.testDescription) {
            $0.object.name == Self.file && $0.severity == "error"
        }
        #expect(found.object.kind == "File")
        #expect(found.reason == bad.reason, "\(found.message)")
        for part in bad.says {
            #expect(found.message.contains(part), "\(found.message)")
        }
        #expect(found.message.utf8.count < 1_000, "what is bad is not told at length")
    }

    @Test("Documents that are refused leave the other documents of their file in force")
    func refusedDocument() async throws {
        let site = try await GoodSite()
        let refused = """
            apiVersion: v1
            kind: Service
            metadata:
              name: refused
            spec:
              ports:
                - port: eighty

            """
        try site.manifests.write(Manifests.joined(refused, GoodSite.ingress("victim.example")), to: Self.file)
        let headgate = try await RunningHeadgate(site.manifests.url)
        #expect(try await site.isServed("victim.example", by: headgate))
        let found = try await headgate.diagnostic("the wrong type") { $0.object.name == "refused" }
        #expect(found.object.kind == "Service")
        #expect(found.object.namespace == "default")
        #expect(found.severity == "error")
        #expect(found.field == "spec.ports[0].port")
        #expect(found.message.contains("victim.yaml:7, document 1"), "\(found.message)")
    }
}

/// Octets that look random and are the same each time.
private func randomOctets(_ count: Int, seed: UInt64) -> Data {
    var state = seed
    return Data(
        (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        })
}

/// A few lines that stand for 10⁹ values.
private func aliasBomb() -> String {
    var lines = [
        "apiVersion: v1", "kind: ConfigMap", "metadata: {name: bomb}", "x0: &x0 [lol, lol, lol, lol, lol, lol, lol]",
    ]
    for level in 1...10 {
        let aliases = Array(repeating: "*x\(level - 1)", count: 9).joined(separator: ", ")
        lines.append("x\(level): &x\(level) [\(aliases)]")
    }
    return lines.joined(separator: "\n") + "\n"
}
