import Foundation
import Testing

/// The script of Fixtures with this name.
private func fixture(_ name: String) -> String {
    Checkout.root.appending(path: "Tests/IntegrationTests/Fixtures/\(name)").path
}

@Suite("Bodies and tunnels", .timeLimit(.minutes(10)), .serialized)
struct StreamingTests {
    static let gibibyte = 1 << 30

    /// The load balancer before a backend that sends and takes bodies of any size.
    private func start() async throws -> (backend: ChildProcess, headgate: RunningHeadgate, manifests: ScratchDirectory)
    {
        let port = try FreePort.take()
        let python = try #require(Executables.program("python3"))
        let backend = try ChildProcess(python, [fixture("backend.py"), "127.0.0.1", String(port)])
        let manifests = try ScratchDirectory()
        try manifests.write(
            Manifests.joined(
                Manifests.ingressClass, Manifests.service("files", port: port),
                Manifests.ingress("files", host: "files.example", service: "files")),
            to: "files.yaml")
        let headgate = try await RunningHeadgate(manifests.url)
        try await eventually("the backend answers") {
            try await headgate.curl.get("http://files.example/bytes/1").status == 200
        }
        return (backend, headgate, manifests)
    }

    @Test("1 GiB goes down, by length and in chunks, in less than 100 MiB of memory", arguments: ["bytes", "chunks"])
    func download(kind: String) async throws {
        let (backend, headgate, manifests) = try await start()
        let answer = try await headgate.curl.get(
            "http://files.example/\(kind)/\(Self.gibibyte)",
            ["--max-time", "300", "--output", "/dev/null", "--write-out", "size=%{size_download}\n"])
        #expect(answer.trailer == "size=\(Self.gibibyte)")
        #expect(try headgate.process.memory().peak < 100)
        withExtendedLifetime((backend, manifests)) {}
    }

    @Test("1 GiB goes up, by length and in chunks, in less than 100 MiB of memory", arguments: [false, true])
    func upload(chunked: Bool) async throws {
        let (backend, headgate, manifests) = try await start()
        let source = try ScratchDirectory()
        let file = source.url.appending(path: "zeros")
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        let handle = try FileHandle(forWritingTo: file)
        try handle.truncate(atOffset: UInt64(Self.gibibyte))
        try handle.close()
        let answer = try await headgate.curl.get(
            "http://files.example/",
            ["--max-time", "300", "--upload-file", file.path] + (chunked ? ["-H", "Transfer-Encoding: chunked"] : []))
        #expect(answer.body == "\(Self.gibibyte)\n")
        #expect(try headgate.process.memory().peak < 100)
        withExtendedLifetime((backend, manifests)) {}
    }

    @Test("A WebSocket client echoes messages of all sizes", arguments: ["ws", "wss"])
    func webSocket(scheme: String) async throws {
        let port = try FreePort.take()
        let server = try ChildProcess(Checkout.python, [fixture("websocket.py"), "server", "127.0.0.1", String(port)])
        let manifests = try ScratchDirectory()
        try manifests.write(
            Manifests.joined(
                Manifests.ingressClass, Manifests.service("chat", port: port),
                Manifests.ingress("chat", host: "chat.example", service: "chat")),
            to: "chat.yaml")
        let headgate = try await RunningHeadgate(manifests.url)
        try await eventually("the server answers") {
            try await headgate.curl.get("http://chat.example/").status == 426
        }
        let listener = (scheme == "ws" ? headgate.curl.http : headgate.curl.https).split(separator: ":")
        let client = try await Finished.running(
            Checkout.python,
            [fixture("websocket.py"), "client", "\(scheme)://chat.example/", "127.0.0.1", String(listener[1])])
        #expect(client.output == "echoed\n", "\(client.errors)")
        #expect(server.isRunning)
    }
}

@Suite("Changes", .timeLimit(.minutes(10)), .serialized)
struct ChangeTests {
    private struct LoadReport: Decodable {
        var requests: Int
        var failures: [String]
    }

    @Test("100 changes of the manifests under load lose no request and reset no connection")
    func changesUnderLoad() async throws {
        let manifests = try ScratchDirectory()
        let ports = [try FreePort.take(), try FreePort.take()]
        let services = Manifests.joined(
            Manifests.ingressClass, Manifests.service("one", port: ports[0]),
            Manifests.service("two", port: ports[1], addresses: ["127.0.0.1", "127.0.0.2"]))
        try manifests.write(services, to: "services.yaml")
        try manifests.write(Manifests.ingress("site", host: "site.example", service: "one"), to: "site.yaml")
        let echo = try await RunningEcho(manifests.url)
        let headgate = try await RunningHeadgate(manifests.url)
        let listener = headgate.curl.http.split(separator: ":")
        let python = try #require(Executables.program("python3"))
        let load = try ChildProcess(
            python, [fixture("load.py"), "127.0.0.1", String(listener[1]), "site.example", "8"])

        for change in 1...100 {
            let service = change.isMultiple(of: 2) ? "one" : "two"
            // Every change moves the site to the other Service, and renames a second host, by which it shows.
            try manifests.replace(
                "site.yaml",
                with: Manifests.joined(
                    Manifests.ingress("site", host: "site.example", service: service),
                    Manifests.ingress("mark", host: "change-\(change).example", service: service)))
            try await eventually("change \(change) is served") {
                try await headgate.curl.get("http://change-\(change).example/").echo?.service == "default/\(service)"
            }
        }

        load.signal(SIGTERM)
        #expect(try await load.exitStatus() == 0)
        let report = try JSONDecoder().decode(LoadReport.self, from: Data(load.outputText.utf8))
        #expect(report.failures == [])
        #expect(report.requests > 1000)
        #expect(echo.process.isRunning)
    }

    @Test("A broken file is reported, its last good state keeps serving, and its repair takes effect")
    func brokenFile() async throws {
        let manifests = try ScratchDirectory()
        let port = try FreePort.take()
        let services = Manifests.joined(Manifests.ingressClass, Manifests.service("one", port: port))
        try manifests.write(services, to: "services.yaml")
        try manifests.write(Manifests.ingress("site", host: "site.example", service: "one"), to: "site.yaml")
        let echo = try await RunningEcho(manifests.url)
        let headgate = try await RunningHeadgate(manifests.url)

        try manifests.write("{ this is: [not yaml\n", to: "site.yaml")
        try await eventually("the broken file is reported") {
            try headgate.diagnostics().contains { $0.message.contains("site.yaml") && $0.severity == "error" }
        }
        #expect(try await headgate.curl.get("http://site.example/").echo?.service == "default/one")

        try manifests.replace("site.yaml", with: Manifests.ingress("site", host: "new.example", service: "one"))
        try await eventually("the repaired file is served") {
            try await headgate.curl.get("http://new.example/").status == 200
        }
        #expect(try await headgate.curl.get("http://site.example/").status == 404)
        #expect(try headgate.diagnostics().filter { $0.severity == "error" } == [])
        #expect(echo.process.isRunning)
    }
}
