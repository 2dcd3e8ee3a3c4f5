import Foundation

/// Certificates and keys as `openssl` makes them.
struct Certificates {
    /// A certificate with its key, as PEM.
    struct Pair {
        var certificate: String
        var key: String
    }

    private let scratch: ScratchDirectory
    private let openssl: URL

    init() throws {
        guard let openssl = Executables.program("openssl") else {
            throw NeverTrue(description: "openssl is not installed")
        }
        self.openssl = openssl
        scratch = try ScratchDirectory()
    }

    /// A self-signed certificate for a host.
    ///
    /// - Parameter days: how long it is valid from now; negative for one that is expired.
    func selfSigned(_ host: String, days: Int = 30) async throws -> Pair {
        let path = { (name: String) in scratch.url.appending(path: name).path }
        let key = try await key()
        try scratch.write(key, to: "key.pem")
        try scratch.write("subjectAltName = DNS:\(host)\n", to: "extensions")
        try await run(["req", "-new", "-key", path("key.pem"), "-subj", "/CN=\(host)", "-out", path("request.pem")])
        try await run([
            "x509", "-req", "-in", path("request.pem"), "-signkey", path("key.pem"), "-days", String(days),
            "-extfile", path("extensions"), "-out", path("certificate.pem"),
        ])
        return Pair(certificate: try scratch.text(of: "certificate.pem"), key: key)
    }

    /// A key.
    func key() async throws -> String {
        try await run(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"])
    }

    @discardableResult
    private func run(_ arguments: [String]) async throws -> String {
        let result = try await Finished.running(openssl, arguments)
        guard result.status == 0 else {
            throw NeverTrue(description: "openssl \(arguments[0]) ended with \(result.status): \(result.errors)")
        }
        return result.output
    }

    /// The subject of the certificate that a client with this server name is shown.
    func subject(of host: String, at address: String) async throws -> String {
        let result = try await Finished.running(
            openssl, ["s_client", "-connect", address, "-servername", host, "-brief"])
        let lines = (result.output + result.errors).split(separator: "\n")
        return lines.first { $0.hasPrefix("Peer certificate:") }.map(String.init) ?? ""
    }
}
