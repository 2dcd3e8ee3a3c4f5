import Crypto
import Foundation
import SwiftASN1
import X509
import _CryptoExtras

@testable import KubernetesModel

/// A certificate authority of a test, made at run time.
struct TestAuthority {
    let name: DistinguishedName
    let key: Certificate.PrivateKey
    let certificate: Certificate
    /// The subject of who signed this authority's certificate.
    let issuer: DistinguishedName

    /// A root, or an intermediate where `issuer` signs it.
    init(
        _ commonName: String = "Test Root",
        issuer: TestAuthority? = nil,
        key: Certificate.PrivateKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
    ) throws {
        name = try DistinguishedName { CommonName(commonName) }
        self.key = key
        self.issuer = issuer?.name ?? name
        certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: key.publicKey,
            notValidBefore: TestClock.now - 86_400,
            notValidAfter: TestClock.now + 3_650 * 86_400,
            issuer: self.issuer,
            subject: name,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
            },
            issuerPrivateKey: issuer?.key ?? key
        )
    }

    var pem: String {
        get throws { try certificate.serializeAsPEM().pemString + "\n" }
    }

    /// The certificate with a public key and signatures whose algorithms nobody knows: ECDSA under other identifiers.
    var pemOfUnknownAlgorithm: String {
        get throws {
            let ecdsa: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D]
            let der = try certificate.serializeAsPEM().derBytes.split(
                separator: ecdsa, omittingEmptySubsequences: false)
            return PEMDocument(
                type: "CERTIFICATE", derBytes: Array(der.joined(separator: [0x2A, 0x86, 0x48, 0xCE, 0x3E]))
            )
            .pemString + "\n"
        }
    }

    /// Issues a certificate for the hosts, valid for 30 days from a day ago unless told otherwise.
    func issue(
        _ hosts: [GeneralName],
        commonName: String = "test",
        key: Certificate.PrivateKey = Certificate.PrivateKey(P256.Signing.PrivateKey()),
        from: Date = TestClock.now - 86_400,
        until: Date = TestClock.now + 30 * 86_400,
        signature: Certificate.SignatureAlgorithm = .ecdsaWithSHA256
    ) throws -> TestCertificate {
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: key.publicKey,
            notValidBefore: from,
            notValidAfter: until,
            issuer: name,
            subject: DistinguishedName { CommonName(commonName) },
            signatureAlgorithm: signature,
            extensions: Certificate.Extensions {
                if !hosts.isEmpty { SubjectAlternativeNames(hosts) }
            },
            issuerPrivateKey: self.key
        )
        return TestCertificate(certificate: certificate, key: key)
    }

    /// Issues a certificate for DNS names.
    func issue(
        hosts: String...,
        from: Date = TestClock.now - 86_400,
        until: Date = TestClock.now + 30 * 86_400
    ) throws -> TestCertificate {
        try issue(hosts.map { .dnsName($0) }, from: from, until: until)
    }
}

/// A certificate and its key.
struct TestCertificate {
    let certificate: Certificate
    let key: Certificate.PrivateKey

    /// The certificate as PEM.
    var pem: String {
        get throws { try certificate.serializeAsPEM().pemString + "\n" }
    }

    /// The key as PEM.
    var keyPEM: String {
        get throws { try key.serializeAsPEM().pemString + "\n" }
    }

    /// A TLS Secret of the certificate, with `chain` behind it.
    func secret(_ name: String = "tls", namespace: String = "shop", chain: String = "") throws -> Secret {
        try .tls(name, namespace: namespace, certificate: pem + chain, key: keyPEM)
    }
}

/// The time that tests call now.
enum TestClock {
    static let now = Date(timeIntervalSince1970: 1_790_000_000)
}

extension Secret {
    /// A TLS Secret with the texts as they are.
    static func tls(
        _ name: String = "tls",
        namespace: String = "shop",
        certificate: String?,
        key: String?
    ) -> Secret {
        var data: [String: SecretValue] = [:]
        data["tls.crt"] = certificate.map { SecretValue(Array($0.utf8)) }
        data["tls.key"] = key.map { SecretValue(Array($0.utf8)) }
        return Secret(metadata: ObjectMeta(name: name, namespace: namespace), type: "kubernetes.io/tls", data: data)
    }
}

extension P256.Signing.PrivateKey {
    /// The key in the form of SEC 1 (RFC 5915), as `openssl ecparam -genkey` writes it.
    var sec1PEM: String {
        let der =
            [0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20] + Array(rawRepresentation)
            + [0xA0, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
        let parameters = PEMDocument(
            type: "EC PARAMETERS", derBytes: [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07])
        return parameters.pemString + "\n" + PEMDocument(type: "EC PRIVATE KEY", derBytes: der).pemString + "\n"
    }
}
