import Foundation
import Testing

@Suite("What keeps headgate from starting", .timeLimit(.minutes(5)), .serialized)
struct StartFailureTests {
    /// Runs `headgate up` where it can't serve.
    private func up(_ site: GoodSite, _ arguments: [String], launcher: [String] = []) async throws -> Finished {
        let state = try ScratchDirectory()
        let command =
            launcher + [
                Executables.headgate.path, "up", "-f", site.manifests.url.path, "--state-dir", state.url.path,
            ] + arguments
        return try await Finished.running(URL(filePath: command[0]), Array(command.dropFirst()))
    }

    @Test(
        "A port in use of which nothing else is bound is named with the remedy, while its holder goes on serving",
        arguments: ["--http-address", "--https-address", "--management-address"])
    func portInUse(flag: String) async throws {
        let site = try await GoodSite()
        let holder = try await RunningHeadgate(site.manifests.url)
        let taken = flag == "--https-address" ? holder.curl.https : holder.curl.http
        let others =
            switch flag {
            case "--http-address": ["--https-address", "off", "--management-address", "127.0.0.1:0"]
            case "--https-address": ["--http-address", "off", "--management-address", "127.0.0.1:0"]
            default: ["--http-address", "127.0.0.1:0", "--https-address", "127.0.0.1:0"]
            }
        let result = try await up(site, [flag, taken] + others)
        #expect(result.status == 1)
        #expect(result.errors.contains("\(flag) \(taken): address already in use"), "\(result.errors)")
        #expect(result.errors.contains("0 picks a free one"), "\(result.errors)")
        #expect(try await site.isServed(by: holder))
    }

    @Test("A port in use beside others is told of, the rest is served, and it is bound once it is free")
    func portInUseBesideOthers() async throws {
        let site = try await GoodSite()
        let port = try FreePort.take()
        let holder = try await RunningHeadgate(site.manifests.url, ["--http-address", "127.0.0.1:\(port)"])
        let headgate = try await RunningHeadgate(site.manifests.url, ["--http-address", "127.0.0.1:\(port)"])
        #expect(try await site.isServed(by: headgate))
        #expect(!headgate.listeners.contains { $0.address == "127.0.0.1:\(port)" })
        let diagnostic = try await headgate.diagnostic("the port in use") { $0.reason == "ListenerNotBound" }
        #expect(diagnostic.severity == "error")
        #expect(diagnostic.field == "--http-address")
        #expect(diagnostic.message.contains("127.0.0.1:\(port)"))
        #expect(try !headgate.state.text(of: "ingresses.json").contains(": \(port)"))
        #expect(headgate.process.errorText.contains("--http-address 127.0.0.1:\(port): address already in use"))

        #expect(try await holder.stop() == 0)
        try await eventually("it is bound", within: 60) {
            try headgate.state.text(of: "listeners.json").contains("127.0.0.1:\(port)")
        }
        let answer = try await Curl(http: "127.0.0.1:\(port)", https: "").get("http://\(GoodSite.host)/")
        #expect(answer.echo?.service == "default/backend")
        try await eventually("nothing is left to say") { try headgate.diagnostics().isEmpty }
        #expect(try headgate.state.text(of: "ingresses.json").contains(": \(port)"))
    }

    @Test("A privileged port without rights is named with the remedy")
    func privilegedPort() async throws {
        let site = try await GoodSite()
        let first = try String(contentsOfFile: "/proc/sys/net/ipv4/ip_unprivileged_port_start", encoding: .utf8)
        let unprivileged = try #require(Int(first.trimmingCharacters(in: .whitespacesAndNewlines)))
        try #require(unprivileged > 1, "no port of this machine is privileged")
        let port = min(unprivileged - 1, 81)
        let launcher = try Rights.withoutPrivilegedPorts()
        let result = try await up(
            site,
            [
                "--http-address", "127.0.0.1:\(port)", "--https-address", "off", "--management-address", "127.0.0.1:0",
            ], launcher: launcher)
        #expect(result.status == 1)
        #expect(
            result.errors.contains("--http-address 127.0.0.1:\(port): permission denied"), "\(result.errors)")
        #expect(result.errors.contains("CAP_NET_BIND_SERVICE"), "\(result.errors)")
    }

    @Test("An address that the machine has not is named with the remedy")
    func foreignAddress() async throws {
        let site = try await GoodSite()
        // An address of documentation (RFC 5737), which no interface has.
        let result = try await up(
            site, ["--http-address", "192.0.2.1:0", "--https-address", "off", "--management-address", "127.0.0.1:0"])
        #expect(result.status == 1)
        #expect(result.errors.contains("192.0.2.1"), "\(result.errors)")
        #expect(result.errors.contains("no interface of this machine has the address"), "\(result.errors)")
    }

    @Test("A directory of manifests that isn't there, or may not be read, is named")
    func manifests() async throws {
        let missing = try await Finished.running(Executables.headgate, ["up", "-f", "/nonexistent/manifests"])
        #expect(missing.status == 1)
        #expect(missing.errors.contains("/nonexistent/manifests can't be read: No such file or directory"))

        let site = try await GoodSite()
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: site.manifests.url.path)
        guard let nobody = try Rights.nobody() else { return }
        let forbidden = try await up(site, [], launcher: nobody)
        #expect(forbidden.status == 1)
        #expect(forbidden.errors.contains("Permission denied"), "\(forbidden.errors)")
        #expect(forbidden.errors.contains("Check that this user may read it"), "\(forbidden.errors)")
    }

    @Test("A state directory or access log that can't be written is named")
    func outputs() async throws {
        let site = try await GoodSite()
        let log = try await up(
            site,
            [
                "--access-log", "/nonexistent/access.log", "--http-address", "127.0.0.1:0", "--https-address", "off",
                "--management-address", "127.0.0.1:0",
            ])
        #expect(log.status == 1)
        #expect(log.errors.contains("/nonexistent/access.log"), "\(log.errors)")

        try site.manifests.write("a file", to: "occupied")
        let occupied = site.manifests.url.appending(path: "occupied").path
        let state = try await Finished.running(
            Executables.headgate, ["up", "-f", site.manifests.url.path, "--state-dir", occupied])
        #expect(state.status == 1)
        #expect(state.errors.contains(occupied), "\(state.errors)")
        #expect(state.errors.contains("--state-dir"), "\(state.errors)")
    }

    @Test(
        "In a log of JSON what keeps it from starting is one object, and nothing else is written",
        arguments: [
            ["--http-address", "192.0.2.1:0", "--https-address", "off", "--management-address", "127.0.0.1:0"],
            ["--http-address", "127.0.0.1:0", "--https-address", "off", "--management-address", "192.0.2.1:0"],
            ["-f", "/nonexistent/manifests"], ["--trusted-proxies", "nowhere"],
            ["--access-log", "/nonexistent/access.log", "--http-address", "127.0.0.1:0", "--https-address", "off"],
        ])
    func jsonLog(arguments: [String]) async throws {
        let site = try await GoodSite()
        let result = try await up(site, arguments + ["--log-format", "json"])
        #expect(result.status == 1)
        let lines = result.errors.split(separator: "\n").map(String.init)
        let entries = lines.compactMap { try? JSONDocument(parsing: $0) }
        #expect(entries.count == lines.count, "\(result.errors)")
        let failure = try #require(entries.last)
        #expect(failure["level"] == "error")
        #expect(failure["message"]?.string?.isEmpty == false)
        #expect(failure["error"]?.string?.isEmpty == false)
    }

    @Test(
        "A value that a flag doesn't take is told with the flag, the value and what it takes",
        arguments: [
            ("--http-address", "localhost"), ("--http-address", "127.0.0.1:70000"), ("--http-address", "::1:80"),
            ("--https-address", "example.com:443"), ("--management-address", "9090"),
            ("--publish-address", "1.2.3"), ("--default-backend", "service"), ("--workers", "0"),
            ("--workers", "many"), ("--log-format", "xml"),
        ])
    func wrongUsage(flag: String, value: String) async throws {
        let site = try await GoodSite()
        let result = try await up(site, [flag, value])
        #expect(result.status == 64)
        #expect(result.errors.contains(flag), "\(result.errors)")
        #expect(result.errors.contains(value), "\(result.errors)")
    }
}
