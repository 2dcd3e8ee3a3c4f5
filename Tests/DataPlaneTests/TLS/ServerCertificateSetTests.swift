import COpenSSL
import LoadBalancerModel
import Testing

@testable import DataPlane

@Suite("A set of server certificates")
struct ServerCertificateSetTests {
    let authority: TestAuthority
    let issued: TestAuthority.Issued

    init() throws {
        authority = try TestAuthority()
        issued = try authority.issue("DNS:shop.example")
    }

    /// The errors of a set with one certificate.
    func problems(_ material: CertificateMaterial, fingerprint: String? = nil) throws -> [TLSConfigurationError] {
        try ServerCertificateSet([fingerprint ?? issued.fingerprint: material]).unusable
    }

    @Test("holds what is in order, a chain with intermediates included")
    func usable() throws {
        var material = issued.material
        material.certificateChainPEM += authority.pem
        let set = try ServerCertificateSet([issued.fingerprint: material])
        #expect(set.unusable.isEmpty)
        #expect(set[issued.fingerprint]?.fingerprint == issued.fingerprint)
        #expect(set["another"] == nil)
    }

    @Test("parses again only what has changed")
    func reuse() throws {
        let other = try authority.issue("DNS:other.example")
        let first = try ServerCertificateSet([issued.fingerprint: issued.material, other.fingerprint: other.material])
        var changed = other.material
        changed.certificateChainPEM += authority.pem
        let second = try ServerCertificateSet(
            [issued.fingerprint: issued.material, other.fingerprint: changed], reusing: first)
        #expect(first[issued.fingerprint] === second[issued.fingerprint])
        #expect(first[other.fingerprint] !== second[other.fingerprint])
        #expect(second[other.fingerprint] != nil)
    }

    @Test("names a chain that can't be read", arguments: ["", "garbage", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
    func unreadableChain(pem: String) throws {
        var material = issued.material
        material.certificateChainPEM = pem
        let problem = try #require(try problems(material).first)
        guard case .chainUnreadable(issued.fingerprint, _) = problem else {
            Issue.record("\(problem)")
            return
        }
    }

    @Test("names a chain that breaks off behind its leaf")
    func brokenIntermediate() throws {
        var material = issued.material
        material.certificateChainPEM += "-----BEGIN CERTIFICATE-----\nnot base64\n-----END CERTIFICATE-----\n"
        let problem = try #require(try problems(material).first)
        #expect(problem.description.contains("the chain can't be read"))
    }

    @Test("names a leaf that the fingerprint does not fit")
    func otherFingerprint() throws {
        #expect(
            try problems(issued.material, fingerprint: "00ff") == [
                .fingerprintMismatch(fingerprint: "00ff", found: issued.fingerprint)
            ])
    }

    @Test("names keys that can't be read, are encrypted, or belong to another certificate, and never shows one")
    func keys() throws {
        let other = try authority.issue("DNS:other.example")
        let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGw\n-----END ENCRYPTED PRIVATE KEY-----\n"
        var material = issued.material
        for text in ["", "garbage", encrypted] {
            material.privateKey = PrivateKeyPEM(text)
            #expect(try problems(material) == [.keyUnreadable(fingerprint: issued.fingerprint)])
        }
        material.privateKey = other.material.privateKey
        let problem = try #require(try problems(material).first)
        #expect(problem == .keyMismatch(fingerprint: issued.fingerprint))
        #expect(
            problem.description == "certificate \(issued.fingerprint): the private key belongs to another certificate")
    }

    @Test("names a certificate that is too weak to be served")
    func weak() throws {
        let weak = try authority.issue("DNS:shop.example", kind: .rsa(bits: 1024))
        let problem = try #require(try problems(weak.material, fingerprint: weak.fingerprint).first)
        #expect(problem == .certificateRefused(fingerprint: weak.fingerprint, detail: "ee key too small"))
    }

    @Test("leaves nothing in the error queue")
    func errorQueue() throws {
        var material = issued.material
        material.certificateChainPEM = "garbage"
        _ = try problems(material)
        _ = try problems(issued.material)
        #expect(ERR_peek_error() == 0)
    }
}
