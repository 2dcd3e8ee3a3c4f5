import Foundation
import Testing

/// Permissions, which apply to everybody but root: as root, headgate runs as another user here.
@Suite("Unreadable files", .timeLimit(.minutes(5)), .serialized)
struct UnreadableFileTests {
    private func setMode(_ mode: Int, _ name: String, in site: GoodSite) throws {
        try FileManager.default.setAttributes(
            [.posixPermissions: mode], ofItemAtPath: site.manifests.url.appending(path: name).path)
    }

    private func isReport(of name: String) -> (StateDiagnostic) -> Bool {
        { $0.object.kind == "File" && $0.object.name.hasPrefix(name) && $0.severity == "error" }
    }

    @Test("A file that may not be read is reported, and the rest is served")
    func atStart() async throws {
        let site = try await GoodSite()
        try site.manifests.write(GoodSite.ingress("victim.example"), to: "victim.yaml")
        try setMode(0, "victim.yaml", in: site)
        let headgate = try await RunningHeadgate(site.manifests.url, launcher: try Rights.nobody() ?? [])
        #expect(try await site.isServed(by: headgate))
        let found = try await headgate.diagnostic("the file", where: isReport(of: "victim.yaml"))
        #expect(found.message.contains("victim.yaml"))
        #expect(found.message.contains("Permission denied"))
        #expect(try await headgate.curl.get("http://victim.example/").status == 404)
        try setMode(0o644, "victim.yaml", in: site)
        try await eventually("the file is served") { try await site.isServed("victim.example", by: headgate) }
        try await eventually("nothing is left to say") { try headgate.diagnostics().isEmpty }
    }

    @Test(
        "A file that turns unreadable, by itself or with its directory, keeps what it held", arguments: [true, false])
    func whileRunning(directory: Bool) async throws {
        let site = try await GoodSite()
        try site.manifests.write(GoodSite.ingress("victim.example"), to: "sub/victim.yaml")
        let headgate = try await RunningHeadgate(site.manifests.url, launcher: try Rights.nobody() ?? [])
        #expect(try await site.isServed("victim.example", by: headgate))
        let spoiled = directory ? "sub" : "sub/victim.yaml"
        try setMode(0, spoiled, in: site)
        // A new content that can't be seen must not be what makes the difference.
        try await headgate.diagnostic("what is unreadable", where: isReport(of: "sub"))
        #expect(try await site.isServed("victim.example", by: headgate))
        #expect(try await site.isServed(by: headgate))
        try setMode(directory ? 0o755 : 0o644, spoiled, in: site)
        try await eventually("nothing is left to say") { try headgate.diagnostics().isEmpty }
        #expect(try await site.isServed("victim.example", by: headgate))
    }
}
