import Foundation
import Testing

@Suite("The management address", .timeLimit(.minutes(5)), .serialized)
struct ManagementTests {
    @Test("/readyz answers 503 until the first plan serves")
    func readiness() async throws {
        let site = try await GoodSite()
        // A pipe holds the first plan back until something is written to it.
        let pipe = site.manifests.url.appending(path: "pipe").path
        #expect(mkfifo(pipe, 0o600) == 0)
        let port = try FreePort.take()
        let state = try ScratchDirectory()
        let process = try ChildProcess(
            Executables.headgate,
            [
                "up", "-f", site.manifests.url.path, "-f", pipe, "--http-address", "127.0.0.1:0", "--https-address",
                "off", "--management-address", "127.0.0.1:\(port)", "--state-dir", state.url.path,
            ])
        let management = Curl(http: "127.0.0.1:\(port)", https: "")
        func status() async throws -> Int? { try? await management.get("http://127.0.0.1/readyz").status }
        try await eventually("the management address answers") { try await status() != nil }
        #expect(try await status() == 503)
        try await OwnThread.run {
            try Data(GoodSite.ingress("piped.example").utf8).write(to: URL(filePath: pipe))
        }
        try await eventually("it is ready") { try await status() == 200 }
        let listeners = try JSONDocument(parsing: state.text(of: "listeners.json"))
        let address = try #require(listeners["listeners"]?[0]?["address"]?.string)
        let answer = try await Curl(http: address, https: "").get("http://piped.example/")
        #expect(answer.echo?.service == "default/backend")
        #expect(process.isRunning)
    }

    @Test("/metrics is valid Prometheus text and counts what happens")
    func metrics() async throws {
        let site = try await GoodSite()
        try site.manifests.write("{ \"not\": [yaml\n", to: "bad.yaml")
        let headgate = try await RunningHeadgate(site.manifests.url)
        let before = try PrometheusText(parsing: try await headgate.management("/metrics").body)
        for _ in 1...3 { #expect(try await site.isServed(by: headgate)) }
        #expect(try await headgate.curl.get("http://unknown.example/").status == 404)
        #expect(try await headgate.curl.get("https://\(GoodSite.host)/").status == 200)
        let answer = try await headgate.management("/metrics")
        #expect(answer.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
        let after = try PrometheusText(parsing: answer.body)

        func sum(_ text: PrometheusText, _ name: String, _ labels: [String: String] = [:]) -> Double {
            let samples = text[name]?.samples ?? []
            return samples.filter { sample in labels.allSatisfy { sample.labels[$0.key] == $0.value } }
                .reduce(0) { $0 + $1.value }
        }
        func growth(_ name: String, _ labels: [String: String] = [:]) -> Double {
            sum(after, name, labels) - sum(before, name, labels)
        }
        #expect(growth("headgate_listener_responses_total", ["code": "2xx"]) == 4)
        #expect(growth("headgate_listener_responses_total", ["code": "4xx"]) == 1)
        #expect(growth("headgate_listener_responses_total", ["protocol": "https", "code": "2xx"]) == 1)
        #expect(growth("headgate_ingress_responses_total", ["ingress": "default/good", "code": "2xx"]) == 4)
        #expect(growth("headgate_pool_requests_total", ["pool": "default.backend.80"]) == 4)
        #expect(growth("headgate_tls_handshakes_total") == 1)
        #expect(sum(after, "headgate_diagnostics", ["severity": "error"]) == 1)
        #expect(sum(after, "headgate_pool_targets", ["pool": "default.backend.80"]) == 1)
        #expect(sum(after, "headgate_pool_targets_healthy", ["pool": "default.backend.80"]) == 1)
        #expect(after["headgate_request_duration_seconds"]?.type == "histogram")
    }

    @Test("What is not there answers 404, and what is not read 405 or 404")
    func unknown() async throws {
        let site = try await GoodSite()
        let headgate = try await RunningHeadgate(site.manifests.url)
        #expect(try await headgate.management("/nothing").status == 404)
        #expect(try await headgate.management("/livez").status == 200)
        #expect(try await headgate.management("/readyz").status == 200)
    }
}

@Suite("Stopping", .timeLimit(.minutes(5)), .serialized)
struct GracefulStopTests {
    @Test(
        "A request under way finishes after the signal, nothing new is taken, and the status is 0",
        arguments: [SIGTERM, SIGINT])
    func graceful(signal: Int32) async throws {
        let held = try await HeldBackend()
        let headgate = try await RunningHeadgate(held.manifests.url)
        let idle = try RawConnection(headgate.curl.http)
        idle.send("GET /waiting HTTP/1.1\r\nHost: \(HeldBackend.host)\r\n\r\n")
        #expect(try await idle.receive { $0.hasSuffix("\r\n\r\n0\n") }.text.hasPrefix("HTTP/1.1 200 "))
        let client = try await held.holdRequest(through: headgate)

        headgate.process.signal(signal)
        try await eventually("it says that it stops") { await headgate.managementStatus("/readyz") == 503 }
        for address in [headgate.curl.http, headgate.curl.https] {
            try await eventually("\(address) takes no connection") { !RawConnection.isAccepted(at: address) }
        }
        #expect(try await idle.receive().isClosed, "an idle connection is closed")
        #expect(headgate.process.isRunning)
        #expect(client.isRunning)

        try await held.release()
        #expect(try await client.exitStatus() == 0)
        #expect(client.outputText == HeldBackend.wholeBody)
        #expect(try await headgate.process.exitStatus(within: 5) == 0)
    }

    @Test("A second signal ends it at once")
    func second() async throws {
        let held = try await HeldBackend()
        let headgate = try await RunningHeadgate(held.manifests.url)
        let client = try await held.holdRequest(through: headgate)
        headgate.process.signal(SIGTERM)
        try await eventually("it says that it stops") { await headgate.managementStatus("/readyz") == 503 }
        #expect(headgate.process.isRunning)
        // Signals that come at once are one.
        try await eventually("a later signal ends it") {
            if headgate.process.isRunning { headgate.process.signal(SIGTERM) }
            return !headgate.process.isRunning
        }
        #expect(try await headgate.process.exitStatus(within: 5) == 128 + SIGTERM)
        #expect(try await client.exitStatus() != 0)
    }

    @Test("The grace period ends requests that take longer")
    func gracePeriod() async throws {
        let held = try await HeldBackend()
        let headgate = try await RunningHeadgate(held.manifests.url, ["--grace-period", "500ms"])
        let client = try await held.holdRequest(through: headgate)
        headgate.process.signal(SIGTERM)
        #expect(try await headgate.process.exitStatus(within: 10) == 0)
        #expect(try await client.exitStatus() != 0)
        #expect(client.outputText == "first ")
    }

    @Test("Without requests under way it is gone at once")
    func idle() async throws {
        let site = try await GoodSite()
        let headgate = try await RunningHeadgate(site.manifests.url)
        #expect(try await site.isServed(by: headgate))
        headgate.process.signal(SIGTERM)
        #expect(try await headgate.process.exitStatus(within: 5) == 0)
    }
}
