import Crypto
import Foundation
package import LoadBalancerModel
import SwiftASN1
import X509

/// A certificate of one host, signed by its own key, with its key.
package struct TestCertificate: Sendable {
    package let reference: CertificateReference
    package let material: CertificateMaterial

    /// - Parameter secret: what the reference names as its source, as `namespace/name`.
    package init(_ host: String, secret: String) throws {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName(host) }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(key.publicKey),
            notValidBefore: Date(timeIntervalSinceNow: -86_400), notValidAfter: Date(timeIntervalSinceNow: 90 * 86_400),
            issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions { SubjectAlternativeNames([.dnsName(host)]) },
            issuerPrivateKey: .init(key))
        let pem = try certificate.serializeAsPEM()
        let digits = SHA256.hash(data: pem.derBytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        reference = CertificateReference(
            fingerprint: digits.joined(), secret: secret, hosts: [host],
            notAfter: certificate.notValidAfter.formatted(.iso8601))
        material = CertificateMaterial(
            certificateChainPEM: pem.pemString + "\n", privateKey: PrivateKeyPEM(key.pemRepresentation))
    }
}
