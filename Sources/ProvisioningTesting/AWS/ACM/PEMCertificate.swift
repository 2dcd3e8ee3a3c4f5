import Foundation
import SwiftASN1
import X509

/// What the services read in a certificate.
struct PEMCertificate {
    private let certificate: Certificate

    /// The certificates of a PEM text; nil stands for one that can't be read.
    static func certificates(in text: String) -> [PEMCertificate?] {
        let begin = "-----BEGIN CERTIFICATE-----"
        let end = "-----END CERTIFICATE-----"
        return text.components(separatedBy: begin).dropFirst().map { part in
            guard let range = part.range(of: end) else { return nil }
            let pem = begin + part[..<range.upperBound] + "\n"
            return (try? Certificate(pemEncoded: pem)).map { PEMCertificate(certificate: $0) }
        }
    }

    /// Whether a private key in PEM is this certificate's; nil where it can't be read.
    func isKey(_ pem: String) -> Bool? {
        guard let key = try? Certificate.PrivateKey(pemEncoded: pem) else { return nil }
        return key.publicKey == certificate.publicKey
    }

    var names: [String] {
        let extensions = try? certificate.extensions.subjectAlternativeNames
        return (extensions ?? SubjectAlternativeNames()).compactMap { name in
            if case .dnsName(let host) = name { host } else { nil }
        }
    }

    /// The first name, or else the subject's common name.
    var domain: String {
        if let first = names.first { return first }
        return subject.split(separator: ",").first { $0.hasPrefix("CN=") }.map { String($0.dropFirst(3)) } ?? ""
    }

    var subject: String { "\(certificate.subject)" }
    var issuer: String { "\(certificate.issuer)" }
    /// Seconds since 1970.
    var notBefore: Double { certificate.notValidBefore.timeIntervalSince1970 }
    var notAfter: Double { certificate.notValidAfter.timeIntervalSince1970 }

    /// Whether another certificate is of the authority that issued this one.
    func isIssued(by other: PEMCertificate) -> Bool { certificate.issuer == other.certificate.subject }

    var serial: String {
        certificate.serialNumber.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }

    /// As ACM names it.
    var keyAlgorithm: String {
        let key = "\(certificate.publicKey)"
        for (part, name) in [("P256", "EC_prime256v1"), ("P384", "EC_secp384r1"), ("P521", "EC_secp521r1")]
        where key.contains(part) {
            return name
        }
        for bits in ["1024", "3072", "4096"] where key.contains("RSA\(bits)") { return "RSA_\(bits)" }
        return "RSA_2048"
    }
}
