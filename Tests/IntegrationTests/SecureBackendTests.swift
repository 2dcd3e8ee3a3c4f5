import Foundation
import Testing

@Suite("Backends over TLS", .timeLimit(.minutes(2)), .serialized)
struct SecureBackendTests {
    /// A backend with a certificate of its own, behind an Ingress that asks for HTTPS to it.
    private func start() async throws -> (backend: ChildProcess, headgate: RunningHeadgate, files: ScratchDirectory) {
        let files = try ScratchDirectory()
        let openssl = try #require(Executables.program("openssl"))
        let certificate = files.url.appending(path: "tls.crt").path
        let key = files.url.appending(path: "tls.key").path
        let made = try await Finished.running(
            openssl,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", "/CN=backend", "-keyout", key, "-out", certificate,
            ])
        #expect(made.status == 0, "\(made.errors)")
        let port = try FreePort.take()
        let python = try #require(Executables.program("python3"))
        let script = Checkout.root.appending(path: "Tests/IntegrationTests/Fixtures/tls_backend.py").path
        let backend = try ChildProcess(python, [script, "127.0.0.1", String(port), certificate, key])
        try files.write(
            Manifests.joined(
                Manifests.ingressClass, Manifests.service("secure", port: port),
                Manifests.ingress(
                    "secure", host: "secure.example", service: "secure",
                    annotations: ["nginx.ingress.kubernetes.io/backend-protocol": "HTTPS"])),
            to: "manifests/secure.yaml")
        let headgate = try await RunningHeadgate(files.url.appending(path: "manifests"))
        try await eventually("the backend answers") {
            try await headgate.curl.get("http://secure.example/clean").status == 200
        }
        return (backend, headgate, files)
    }

    @Test("An answer that ends with the connection is whole only after the closure alert")
    func closureAlert() async throws {
        let (backend, headgate, files) = try await start()
        #expect(try await headgate.curl.get("http://secure.example/clean").body == "partial")
        await #expect(throws: Curl.Failure.self) {
            try await headgate.curl.get("http://secure.example/cut")
        }
        withExtendedLifetime((backend, files)) {}
    }
}
