import Crypto
import Foundation
import ProvisioningTesting
import SwiftASN1
import X509

/// A certificate signed by its own key.
struct TestCertificate {
    let certificate: String
    let key: String

    init(_ hosts: String..., days: ClosedRange<Double> = -1...90) throws {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName(hosts[0]) }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(key.publicKey),
            notValidBefore: Date(timeIntervalSinceNow: days.lowerBound * 86_400),
            notValidAfter: Date(timeIntervalSinceNow: days.upperBound * 86_400), issuer: name, subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions { SubjectAlternativeNames(hosts.map { .dnsName($0) }) },
            issuerPrivateKey: .init(key))
        self.certificate = try certificate.serializeAsPEM().pemString + "\n"
        self.key = key.pemRepresentation
    }

    /// The parameters of its import.
    var parameters: AWSValue {
        ["Certificate": .blob(Array(certificate.utf8)), "PrivateKey": .blob(Array(key.utf8))]
    }
}
