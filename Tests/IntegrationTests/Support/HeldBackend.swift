import Foundation
import Testing

/// A backend that holds answers back, with headgate before it: requests to `/hold` are under way until `release()`.
final class HeldBackend: Sendable {
    static let host = "held.example"
    static let wholeBody = "first second"

    let manifests: ScratchDirectory
    private let process: ChildProcess
    private let direct: Curl

    init() async throws {
        let port = try FreePort.take()
        let python = try #require(Executables.program("python3"))
        let script = Checkout.root.appending(path: "Tests/IntegrationTests/Fixtures/held.py").path
        let child = try ChildProcess(python, [script, "127.0.0.1", String(port)])
        let direct = Curl(http: "127.0.0.1:\(port)", https: "")
        manifests = try ScratchDirectory()
        try manifests.write(
            Manifests.joined(
                Manifests.ingressClass, Manifests.service("held", port: port),
                Manifests.ingress("held", host: Self.host, service: "held")),
            to: "held.yaml")
        process = child
        self.direct = direct
        try await eventually("the backend answers") {
            (try? await direct.get("http://backend/waiting"))?.status == 200 || !child.isRunning
        }
    }

    /// Starts a request whose answer is held, and waits until it is under way.
    func holdRequest(through headgate: RunningHeadgate) async throws -> ChildProcess {
        let curl = try #require(Executables.program("curl"))
        let child = try ChildProcess(
            curl,
            [
                "--silent", "--show-error", "--no-buffer", "--max-time", "60", "--noproxy", "*", "--connect-to",
                "::\(headgate.curl.http)", "http://\(Self.host)/hold",
            ])
        try await eventually("the client has the first half") { child.outputText == "first " }
        return child
    }

    func release() async throws {
        _ = try await direct.get("http://backend/release")
    }
}
