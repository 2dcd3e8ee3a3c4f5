import Crypto
import Foundation
import KubernetesModel
import LoadBalancerModel
import SwiftASN1
import Testing
import X509
import _CryptoExtras

@testable import IngressPlanning

@Suite struct CertificateInspectorTests {
    private let authority: TestAuthority
    private let inspector = CertificateInspector()

    init() throws {
        authority = try TestAuthority()
    }

    private func problem(_ secret: Secret) -> CertificateProblem? {
        guard case .failure(let problem) = inspector.inspect(secret) else { return nil }
        return problem
    }

    @Test func `A certificate is described by its fingerprint, hosts and end`() throws {
        let issued = try authority.issue(hosts: "shop.example.com", "*.shop.example.com")
        let certificate = try inspector.inspect(issued.secret(chain: authority.pem)).get()
        let der = try issued.certificate.serializeAsPEM().derBytes
        let digest = SHA256.hash(data: der).map { String(format: "%02x", $0) }.joined()
        #expect(certificate.reference.fingerprint == digest)
        #expect(certificate.reference.secret == "shop/tls")
        #expect(certificate.reference.hosts == ["shop.example.com", "*.shop.example.com"])
        #expect(certificate.reference.notAfter == issued.certificate.notValidAfter.formatted(.iso8601))
        #expect(certificate.findings(at: TestClock.now).isEmpty)
        #expect(certificate.isValid(at: TestClock.now))
        #expect(try certificate.material.certificateChainPEM == issued.pem + authority.pem)
    }

    @Test(arguments: ["P-256", "P-384", "P-521", "Ed25519", "RSA"])
    func `Keys of every supported algorithm are accepted`(algorithm: String) throws {
        let key =
            switch algorithm {
            case "P-384": Certificate.PrivateKey(P384.Signing.PrivateKey())
            case "P-521": Certificate.PrivateKey(P521.Signing.PrivateKey())
            case "Ed25519": Certificate.PrivateKey(Curve25519.Signing.PrivateKey())
            case "RSA": Certificate.PrivateKey(try _RSA.Signing.PrivateKey(keySize: .bits2048))
            default: Certificate.PrivateKey(P256.Signing.PrivateKey())
            }
        let issued = try authority.issue([.dnsName("a.example")], key: key)
        let certificate = try inspector.inspect(issued.secret()).get()
        #expect(try certificate.material.privateKey.withPEM { $0 } == issued.keyPEM)
    }

    @Test func `A key may have the form of PKCS 8, PKCS 1 or SEC 1`() throws {
        let rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let ecdsa = P256.Signing.PrivateKey()
        let withRSA = try authority.issue([.dnsName("a.example")], key: Certificate.PrivateKey(rsa)).pem
        let withECDSA = try authority.issue([.dnsName("a.example")], key: Certificate.PrivateKey(ecdsa)).pem
        for (certificate, key, label) in [
            (withRSA, rsa.pemRepresentation, "RSA PRIVATE KEY"), (withRSA, rsa.pkcs8PEMRepresentation, "PRIVATE KEY"),
            (withECDSA, ecdsa.pemRepresentation, "PRIVATE KEY"), (withECDSA, ecdsa.sec1PEM, "EC PRIVATE KEY"),
        ] {
            let result = inspector.inspect(.tls(certificate: certificate, key: key))
            let pem = try result.get().material.privateKey.withPEM { $0 }
            #expect(pem.hasPrefix("-----BEGIN \(label)-----\n"))
        }
    }

    @Test func `A chain is put in the order that TLS wants`() throws {
        let intermediate = try TestAuthority("Intermediate", issuer: authority)
        let issued = try intermediate.issue(hosts: "a.example")
        let wrong = try Secret.tls(
            certificate: authority.pem + intermediate.pem + issued.pem, key: issued.keyPEM)
        let certificate = try inspector.inspect(wrong).get()
        #expect(try certificate.material.certificateChainPEM == issued.pem + intermediate.pem + authority.pem)
        #expect(certificate.findings == [.leafNotFirst(position: 3)])
        #expect(certificate.reference.hosts == ["a.example"])
    }

    @Test func `Certificates that belong to no chain are kept behind it`() throws {
        let issued = try authority.issue(hosts: "a.example")
        let stranger = try TestAuthority("Stranger")
        let certificate = try inspector.inspect(issued.secret(chain: stranger.pem + authority.pem)).get()
        #expect(try certificate.material.certificateChainPEM == issued.pem + authority.pem + stranger.pem)
        #expect(certificate.findings.isEmpty)
    }

    @Test func `A certificate of an algorithm that is not known here stays in the chain`() throws {
        let issued = try authority.issue(hosts: "a.example")
        let unknown = try TestAuthority("Unknown").pemOfUnknownAlgorithm
        let certificate = try inspector.inspect(issued.secret(chain: unknown + authority.pem)).get()
        #expect(try certificate.material.certificateChainPEM == issued.pem + authority.pem + unknown)
        let other = try authority.issue(hosts: "a.example")
        #expect(
            try problem(.tls(certificate: unknown + issued.pem, key: other.keyPEM))
                == .unsupportedAlgorithm(position: 1))
    }

    @Test func `An expired certificate is served with a finding`() throws {
        let end = TestClock.now - 60
        let issued = try authority.issue(hosts: "a.example", until: end)
        let certificate = try inspector.inspect(issued.secret()).get()
        #expect(certificate.findings(at: TestClock.now) == [.expired(end)])
        #expect(!certificate.isValid(at: TestClock.now))
        #expect(certificate.findings(at: end).isEmpty)
        #expect(CertificateFinding.expired(end).message.contains("2026-09-21T14:12:20Z"))
    }

    @Test func `A certificate that is not valid yet is served with a finding`() throws {
        let start = TestClock.now + 3600
        let certificate = try inspector.inspect(authority.issue(hosts: "a.example", from: start).secret()).get()
        #expect(certificate.findings(at: TestClock.now) == [.notYetValid(start)])
        #expect(certificate.findings(at: start).isEmpty)
    }

    @Test func `A certificate of other hosts is served with a finding`() throws {
        let certificate = try inspector.inspect(authority.issue(hosts: "a.example").secret()).get()
        #expect(
            certificate.findings(at: TestClock.now, hosts: ["A.example.", "b.example"])
                == [.otherHosts(wanted: "b.example", certificate: ["a.example"])])
    }

    @Test func `Addresses of the alternative name are hosts`() throws {
        let issued = try authority.issue([
            .dnsName("a.example"), .ipAddress(.init(contentBytes: [192, 0, 2, 1])),
            .ipAddress(.init(contentBytes: [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1])),
        ])
        let certificate = try inspector.inspect(issued.secret()).get()
        #expect(certificate.reference.hosts == ["a.example", "192.0.2.1", "2001:db8::1"])
    }

    @Test func `Without an alternative name the common name stands in`() throws {
        let certificate = try inspector.inspect(authority.issue([], commonName: "old.example").secret()).get()
        #expect(certificate.reference.hosts == ["old.example"])
        #expect(certificate.findings == [.noAlternativeName])
        let nameless = try inspector.inspect(authority.issue([], commonName: "Old Company").secret("other")).get()
        #expect(nameless.reference.hosts.isEmpty)
    }

    @Test func `A key of another certificate is refused`() throws {
        let mine = try authority.issue(hosts: "a.example")
        let other = try authority.issue(hosts: "a.example")
        #expect(try problem(.tls(certificate: mine.pem, key: other.keyPEM)) == .keyMismatch)
        let rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        #expect(try problem(.tls(certificate: mine.pem, key: rsa.pemRepresentation)) == .keyMismatch)
    }

    @Test func `What is missing is named`() throws {
        let issued = try authority.issue(hosts: "a.example")
        #expect(try problem(.tls(certificate: nil, key: issued.keyPEM)) == .missing(.certificate))
        #expect(try problem(.tls(certificate: issued.pem, key: nil)) == .missing(.key))
        #expect(try problem(.tls(certificate: issued.pem, key: "")) == .missing(.key))
    }

    @Test func `What is not PEM is named for what it is`() throws {
        let issued = try authority.issue(hosts: "a.example")
        let pem = try issued.pem
        let key = try issued.keyPEM
        let der = try issued.certificate.serializeAsPEM().derBytes
        #expect(problem(.tls(certificate: "hello", key: key)) == .notPEM(.certificate, .other))
        #expect(
            problem(.tls(certificate: Data(pem.utf8).base64EncodedString(), key: key))
                == .notPEM(.certificate, .encodedTwice))
        #expect(problem(.tls(certificate: String(pem.dropLast(20)), key: key)) == .notPEM(.certificate, .unterminated))
        #expect(
            problem(.tls(certificate: pem, key: "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----"))
                == .notPEM(.key, .notBase64))
        #expect(problem(.tls(certificate: key, key: key)) == .noSuchBlock(.certificate, found: ["PRIVATE KEY"]))
        #expect(problem(.tls(certificate: pem, key: pem)) == .noSuchBlock(.key, found: ["CERTIFICATE"]))
        var secret = Secret.tls(certificate: nil, key: key)
        secret.data["tls.crt"] = SecretValue(der)
        #expect(problem(secret) == .notPEM(.certificate, .der))
    }

    @Test func `Blocks with nonsense in them are refused`() throws {
        let issued = try authority.issue(hosts: "a.example")
        let nonsense = { (label: String) in "-----BEGIN \(label)-----\nMAMCAQE=\n-----END \(label)-----\n" }
        let pem = try issued.pem
        #expect(
            try problem(.tls(certificate: nonsense("CERTIFICATE"), key: issued.keyPEM))
                == .unreadableCertificate(position: 1))
        #expect(
            try problem(.tls(certificate: pem + nonsense("CERTIFICATE"), key: issued.keyPEM))
                == .unreadableCertificate(position: 2))
        for label in ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY"] {
            #expect(problem(.tls(certificate: pem, key: nonsense(label))) == .unreadableKey)
        }
    }

    @Test(arguments: [
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAMCAQE=\n-----END ENCRYPTED PRIVATE KEY-----\n",
        """
        -----BEGIN RSA PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-256-CBC,0123456789ABCDEF

        MAMCAQE=
        -----END RSA PRIVATE KEY-----
        """,
    ])
    func `An encrypted key is refused`(key: String) throws {
        #expect(try problem(.tls(certificate: authority.issue(hosts: "a.example").pem, key: key)) == .encryptedKey)
    }

    @Test func `A short RSA key is refused`() throws {
        let short = try _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: 1024))
        let issued = try authority.issue([.dnsName("a.example")], key: Certificate.PrivateKey(short))
        #expect(try problem(issued.secret()) == .unsupportedAlgorithm(position: 1))
    }

    @Test func `A certificate that is signed with SHA-1 is refused`() throws {
        let old = try TestAuthority("Old", key: Certificate.PrivateKey(_RSA.Signing.PrivateKey(keySize: .bits2048)))
        let issued = try old.issue([.dnsName("a.example")], signature: .sha1WithRSAEncryption)
        #expect(try problem(issued.secret()) == .weakSignature)
        let today = try old.issue([.dnsName("a.example")], signature: .sha256WithRSAEncryption)
        #expect(try problem(today.secret()) == nil)
    }

    @Test func `Files larger than a Secret can be are not read`() throws {
        let garbage = String(repeating: "x", count: CertificateReader.largestFile + 1)
        #expect(
            problem(.tls(certificate: garbage, key: "x"))
                == .tooLarge(.certificate, bytes: CertificateReader.largestFile + 1))
    }

    @Test func `No description of a problem holds anything of the key`() throws {
        let issued = try authority.issue(hosts: "a.example")
        let key = try issued.keyPEM
        let body = key.split(separator: "\n").dropFirst().dropLast().joined()
        let broken = [
            "-----BEGIN PRIVATE KEY-----\n\(body.dropLast(9))\n-----END PRIVATE KEY-----\n",
            "-----BEGIN EC PRIVATE KEY-----\n\(body)\n-----END EC PRIVATE KEY-----\n",
            String(key.dropLast(12)), body, key,
        ]
        let other = try authority.issue(hosts: "a.example").pem
        for text in broken {
            let found = try #require(problem(.tls(certificate: other, key: text)))
            let said = "\(found) \(found.message) \(found.remedy) \(found.field) \(String(reflecting: found))"
            for start in stride(from: 0, to: body.count - 12, by: 4) {
                #expect(!said.contains(body.dropFirst(start).prefix(12)))
            }
        }
        let certificate = try inspector.inspect(issued.secret()).get()
        var dumped = ""
        dump(certificate, to: &dumped)
        #expect(!dumped.contains(body.prefix(20)))
        #expect(!"\(certificate)".contains(body.prefix(20)))
    }

    @Test func `A changed Secret is read anew, and an unchanged one answers the same`() throws {
        let first = try authority.issue(hosts: "a.example")
        let second = try authority.issue(hosts: "b.example")
        let answer = try inspector.inspect(first.secret()).get()
        #expect(try inspector.inspect(first.secret()).get() == answer)
        #expect(try inspector.inspect(second.secret()).get().reference.hosts == ["b.example"])
        inspector.forgetUnused()
        inspector.forgetUnused()
        #expect(try inspector.inspect(first.secret()).get() == answer)
    }

    @Test func `Secrets that are not asked for any more are forgotten`() throws {
        let issued = try authority.issue(hosts: "a.example")
        _ = try inspector.inspect(issued.secret("one"))
        _ = try inspector.inspect(issued.secret("two"))
        inspector.forgetUnused()
        #expect(inspector.count == 2)
        _ = try inspector.inspect(issued.secret("two"))
        inspector.forgetUnused()
        #expect(inspector.count == 1)
    }
}
