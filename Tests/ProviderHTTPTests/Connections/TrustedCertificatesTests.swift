import Foundation
import NIOSSL
import ProviderHTTP
import Provisioning
import Testing

@Suite("A bundle of trusted certificates", .timeLimit(.minutes(1)))
struct TrustedCertificatesTests {
    /// A certificate for an address that signed itself, made by openssl.
    private static func makeCertificate(
        for address: String = "127.0.0.1", in directory: URL
    ) throws -> (certificate: String, key: String) {
        let (certificate, key) = (directory.appending(path: "c.pem").path, directory.appending(path: "k.pem").path)
        let openssl = Process()
        openssl.executableURL = URL(filePath: "/usr/bin/env")
        openssl.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=test authority", "-addext", "subjectAltName=IP:\(address)", "-keyout", key, "-out",
            certificate,
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        try #require(openssl.terminationStatus == 0)
        return (certificate, key)
    }

    private static func serverContext(certificate: String, key: String) throws -> NIOSSLContext {
        try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
                privateKey: .privateKey(NIOSSLPrivateKey(file: key, format: .pem))))
    }

    private static func status(trust: TrustedCertificates?, url: String) async throws -> Result<Int, ProviderError> {
        try await HTTPConnections.open(configuration: ConnectionConfiguration(trust: trust)) { connections in
            let transport = APITransport(
                configuration: TransportConfiguration(time: SkippingTime()), signer: UnsignedRequests(),
                errors: StatusErrorDecoder(), connections: connections)
            do {
                return .success(try await transport.read(.describing(url)).status)
            } catch let error as ProviderError {
                return .failure(error)
            }
        }
    }

    @Test("An endpoint is trusted for the bundle's sake alone")
    func bundle() async throws {
        try await withTemporaryDirectory { directory in
            let (certificate, key) = try Self.makeCertificate(in: directory)
            let tls = try Self.serverContext(certificate: certificate, key: key)
            try await ScriptedServer.run([.answer(200), .answer(200)], tls: tls) { server in
                let url = "https://127.0.0.1:\(server.port)/"
                let trust = try TrustedCertificates(file: certificate)
                #expect(try await Self.status(trust: trust, url: url).get() == 200)
                let result = try await Self.status(trust: nil, url: url)
                let error = #expect(throws: ProviderError.self) { try result.get() }
                #expect(error?.kind == .unexpectedAnswer)
                #expect(
                    error?.message.hasPrefix("\(url.dropLast()) is not trusted: its certificate") == true,
                    "\(error as Any)")
                #expect(error?.message.contains("AWS_CA_BUNDLE") == true)
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test("An endpoint whose certificate is for another name is not trusted, whoever issued it")
    func otherName() async throws {
        try await withTemporaryDirectory { directory in
            let (certificate, key) = try Self.makeCertificate(for: "127.0.0.2", in: directory)
            let tls = try Self.serverContext(certificate: certificate, key: key)
            try await ScriptedServer.run([.answer(200)], tls: tls) { server in
                let result = try await Self.status(
                    trust: TrustedCertificates(file: certificate), url: "https://127.0.0.1:\(server.port)/")
                let error = #expect(throws: ProviderError.self) { try result.get() }
                #expect(error?.message.contains("its certificate is for another name") == true, "\(error as Any)")
                #expect(server.requests.isEmpty)
            }
        }
    }

    @Test("A file that is no bundle is an error that names it", arguments: [nil, "", "not PEM"])
    func invalidFile(content: String?) async throws {
        try await withTemporaryDirectory { directory in
            let path = directory.appending(path: "bundle.pem").path
            if let content { try Data(content.utf8).write(to: URL(filePath: path)) }
            let error = #expect(throws: TrustedCertificates.InvalidBundle.self) { try TrustedCertificates(file: path) }
            #expect(error?.description.hasPrefix("the bundle of certificates \(path) can't be used: ") == true)
        }
    }
}
