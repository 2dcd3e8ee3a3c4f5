/// What a plan refers to by fingerprint or digest and must never hold itself: keys, and the bytes of files.
package struct PlanAssets: Sendable, Equatable {
    /// Certificates with their keys, by ``CertificateReference/fingerprint``.
    package var certificates: [String: CertificateMaterial]
    /// File contents, by ``StaticFile/digest``.
    package var files: [String: [UInt8]]

    package init(certificates: [String: CertificateMaterial] = [:], files: [String: [UInt8]] = [:]) {
        self.certificates = certificates
        self.files = files
    }

    /// Adds what `other` holds.
    package mutating func merge(_ other: PlanAssets) {
        certificates.merge(other.certificates) { mine, _ in mine }
        files.merge(other.files) { mine, _ in mine }
    }
}

/// A certificate chain with its private key.
package struct CertificateMaterial: Sendable, Equatable {
    /// The leaf and its intermediates as PEM, leaf first.
    package var certificateChainPEM: String
    package var privateKey: PrivateKeyPEM

    package init(certificateChainPEM: String, privateKey: PrivateKeyPEM) {
        self.certificateChainPEM = certificateChainPEM
        self.privateKey = privateKey
    }
}

/// A private key as PEM, which never shows in a description, a dump, or an encoding.
package struct PrivateKeyPEM: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let pem: String

    package init(_ pem: String) {
        self.pem = pem
    }

    /// Hands the key to the code that loads it.
    package func withPEM<Result>(_ body: (String) throws -> Result) rethrows -> Result {
        try body(pem)
    }

    package var description: String { "[redacted]" }
    package var debugDescription: String { "[redacted]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
