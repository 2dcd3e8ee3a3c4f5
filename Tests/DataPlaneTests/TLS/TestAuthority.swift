import COpenSSL
import LoadBalancerModel
import Testing

@testable import DataPlane

/// A certificate authority of a test: issues certificates with keys of their own.
final class TestAuthority {
    enum KeyKind {
        case ecdsa, rsa(bits: UInt32)

        fileprivate func generate() throws -> OpaquePointer {
            switch self {
            case .ecdsa: try #require(headgate_EVP_EC_gen("P-256"))
            case .rsa(let bits): try #require(headgate_EVP_RSA_gen(bits))
            }
        }
    }

    struct Issued {
        let fingerprint: String
        let material: CertificateMaterial
    }

    private let key: OpaquePointer
    private let certificate: OpaquePointer
    private var serial = 1

    /// The authority's own certificate.
    let pem: String

    init(name: String = "Test authority") throws {
        key = try KeyKind.ecdsa.generate()
        let certificate = try Self.make(
            subject: name, key: key, issuer: nil, signingKey: key, serial: 1, names: nil, validDays: -1...3650,
            constraints: "critical,CA:TRUE")
        self.certificate = certificate
        pem = try Self.text { PEM_write_bio_X509($0, certificate) }
    }

    deinit {
        EVP_PKEY_free(key)
        X509_free(certificate)
    }

    /// Issues a certificate; `names` in OpenSSL's notation, such as `DNS:a.example,IP:127.0.0.1`.
    func issue(
        _ names: String, kind: KeyKind = .ecdsa, validDays: ClosedRange<Int> = -1...365
    ) throws -> Issued {
        let leafKey = try kind.generate()
        defer { EVP_PKEY_free(leafKey) }
        serial += 1
        let leaf = try Self.make(
            subject: String(names.prefix(60)), key: leafKey, issuer: certificate, signingKey: key, serial: serial,
            names: names, validDays: validDays, constraints: "critical,CA:FALSE")
        defer { X509_free(leaf) }
        let chain = try Self.text { PEM_write_bio_X509($0, leaf) }
        let keyText = try Self.text { PEM_write_bio_PrivateKey($0, leafKey, nil, nil, 0, nil, nil) }
        return Issued(
            fingerprint: try CertificateFingerprint.sha256(of: leaf),
            material: CertificateMaterial(certificateChainPEM: chain, privateKey: PrivateKeyPEM(keyText)))
    }

    private static func make(
        subject: String, key: OpaquePointer, issuer: OpaquePointer?, signingKey: OpaquePointer, serial: Int,
        names: String?, validDays: ClosedRange<Int>, constraints: String
    ) throws -> OpaquePointer {
        let certificate = try #require(X509_new())
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial)
        X509_gmtime_adj(X509_getm_notBefore(certificate), validDays.lowerBound * 86_400)
        X509_gmtime_adj(X509_getm_notAfter(certificate), validDays.upperBound * 86_400)
        X509_set_pubkey(certificate, key)
        let name = X509_get_subject_name(certificate)
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, subject, -1, -1, 0)
        X509_set_issuer_name(certificate, issuer.map { X509_get_subject_name($0) } ?? name)
        var extensions = [(NID_basic_constraints, constraints)]
        if let names { extensions.append((NID_subject_alt_name, names)) }
        for (identifier, value) in extensions {
            let addition = try #require(X509V3_EXT_conf_nid(nil, nil, identifier, value))
            X509_add_ext(certificate, addition, -1)
            X509_EXTENSION_free(addition)
        }
        try #require(X509_sign(certificate, signingKey, EVP_sha256()) > 0)
        return certificate
    }

    private static func text(_ write: (OpaquePointer?) -> Int32) throws -> String {
        let output = try #require(BIO_new(BIO_s_mem()))
        defer { BIO_free(output) }
        try #require(write(output) == 1)
        var bytes = [UInt8](repeating: 0, count: Int(BIO_ctrl_pending(output)))
        BIO_read(output, &bytes, Int32(bytes.count))
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Settings of a listener with certificates of a test.
struct TestListener {
    var settings = ListenerTLS()
    var materials: [String: CertificateMaterial] = [:]

    mutating func bind(_ host: String, to issued: TestAuthority.Issued) {
        settings.certificates.append(ServerNameBinding(host: host, certificate: issued.fingerprint))
        materials[issued.fingerprint] = issued.material
    }

    /// Gives a name a policy, and the generated certificate.
    mutating func bind(_ host: String, policy: TLSPolicy?) {
        settings.certificates.append(ServerNameBinding(host: host, certificate: nil, policy: policy))
    }

    mutating func setDefault(_ issued: TestAuthority.Issued) {
        settings.defaultCertificate = issued.fingerprint
        materials[issued.fingerprint] = issued.material
    }

    func context(keys: SessionTicketKeys? = nil) throws -> TLSServerContext {
        try TLSServerContext(
            settings, certificates: try ServerCertificateSet(materials),
            ticketKeys: try keys ?? SessionTicketKeys())
    }
}
