internal import Foundation
internal import NIOSSL

/// The certificate authorities of a file, which are trusted in place of the system's, as `AWS_CA_BUNDLE` and
/// `SSL_CERT_FILE` have it elsewhere.
package struct TrustedCertificates: Sendable {
    /// A file of certificates that can't be used.
    package struct InvalidBundle: Error, Hashable, Sendable, CustomStringConvertible {
        package let path: String
        package let reason: String

        package var description: String {
            "the bundle of certificates \(path) can't be used: \(reason); it must be a readable file of PEM certificates"
        }
    }

    let certificates: [NIOSSLCertificate]

    /// Reads a file of one or more PEM certificates.
    ///
    /// - Throws: ``InvalidBundle``.
    package init(file path: String) throws(InvalidBundle) {
        guard FileManager.default.fileExists(atPath: path) else {
            throw InvalidBundle(path: path, reason: "there is no such file")
        }
        do {
            certificates = try NIOSSLCertificate.fromPEMFile(path)
        } catch let error as NIOSSLError {
            let reason =
                if case .failedToLoadCertificate = error { "it holds no certificate in PEM" } else { "\(error)" }
            throw InvalidBundle(path: path, reason: reason)
        } catch {
            throw InvalidBundle(path: path, reason: "\(error)")
        }
        guard !certificates.isEmpty else { throw InvalidBundle(path: path, reason: "it holds no certificate in PEM") }
    }
}
