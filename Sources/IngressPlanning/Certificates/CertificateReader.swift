import Crypto
import FoundationEssentials
import KubernetesModel
import LoadBalancerModel
import SwiftASN1
import X509

/// Reads the certificate of a Secret, once and without memory.
enum CertificateReader {
    /// The largest `tls.crt` or `tls.key`, in bytes: what the API server lets a Secret be.
    static let largestFile = 1 << 20

    static func read(_ secret: Secret) throws(CertificateProblem) -> InspectedCertificate {
        let chain = try certificates(try bytes(of: .certificate, in: secret))
        let key = try privateKey(try bytes(of: .key, in: secret))
        let publicKey = key.key.publicKey
        guard let position = chain.firstIndex(where: { $0.certificate.publicKey == publicKey }) else {
            throw .keyMismatch
        }
        let leaf = chain[position].certificate
        guard leaf.signatureAlgorithm != .sha1WithRSAEncryption || leaf.issuer == leaf.subject else {
            throw .weakSignature
        }
        let hosts = hosts(of: leaf)
        var findings: [CertificateFinding] = []
        if position != 0 { findings.append(.leafNotFirst(position: position + 1)) }
        if hosts.fromCommonName { findings.append(.noAlternativeName) }
        return InspectedCertificate(
            reference: CertificateReference(
                fingerprint: hexadecimal(SHA256.hash(data: chain[position].block.der)),
                secret: secret.namespacedName.description,
                hosts: hosts.names,
                notAfter: leaf.notValidAfter.formatted(.iso8601)
            ),
            material: CertificateMaterial(
                certificateChainPEM: ordered(chain, leaf: position).map(\.block.text).joined(),
                privateKey: PrivateKeyPEM(key.block.text)
            ),
            notBefore: leaf.notValidBefore,
            notAfter: leaf.notValidAfter,
            findings: findings
        )
    }
}

// MARK: - Files

extension CertificateReader {
    /// A certificate and the block that it was read from.
    private struct Link {
        var certificate: Certificate
        var block: PEMBlock
    }

    private static func bytes(
        of file: CertificateProblem.CertificateFile,
        in secret: Secret
    ) throws(CertificateProblem) -> [UInt8] {
        let bytes = secret.data[file.rawValue]?.withBytes(\.self) ?? []
        guard !bytes.isEmpty else { throw .missing(file) }
        guard bytes.count <= largestFile else { throw .tooLarge(file, bytes: bytes.count) }
        return bytes
    }

    private static func blocks(
        _ bytes: [UInt8],
        of file: CertificateProblem.CertificateFile
    ) throws(CertificateProblem) -> [PEMBlock] {
        do {
            return try PEMFile.blocks(bytes)
        } catch {
            switch error {
            case .unterminated: throw .notPEM(file, .unterminated)
            case .notBase64: throw .notPEM(file, .notBase64)
            case .noBlock where bytes.starts(with: [0x30, 0x80]) || bytes.starts(with: [0x30, 0x82]):
                throw .notPEM(file, .der)
            case .noBlock where bytes.starts(with: Array("LS0tLS".utf8)): throw .notPEM(file, .encodedTwice)
            case .noBlock: throw .notPEM(file, .other)
            }
        }
    }

    private static func certificates(_ bytes: [UInt8]) throws(CertificateProblem) -> [Link] {
        let blocks = try blocks(bytes, of: .certificate)
        let wanted = blocks.filter { ["CERTIFICATE", "X509 CERTIFICATE"].contains($0.label) }
        guard !wanted.isEmpty else { throw .noSuchBlock(.certificate, found: blocks.map(\.label)) }
        var chain: [Link] = []
        for (index, block) in wanted.enumerated() {
            let normal = PEMBlock(label: "CERTIFICATE", der: block.der, isEncrypted: false)
            chain.append(Link(certificate: try certificate(block, position: index + 1), block: normal))
        }
        return chain
    }

    private static func certificate(_ block: PEMBlock, position: Int) throws(CertificateProblem) -> Certificate {
        do {
            return try Certificate(derEncoded: block.der)
        } catch let error as CertificateError where error.code == .unsupportedPublicKeyAlgorithm {
            throw .unsupportedPublicKey(position: position)
        } catch is CryptoKitError {
            throw .unsupportedPublicKey(position: position)
        } catch {
            throw .unreadableCertificate(position: position)
        }
    }

    private static func privateKey(
        _ bytes: [UInt8]
    ) throws(CertificateProblem) -> (key: Certificate.PrivateKey, block: PEMBlock) {
        let blocks = try blocks(bytes, of: .key)
        if blocks.contains(where: { $0.isEncrypted || $0.label == "ENCRYPTED PRIVATE KEY" }) { throw .encryptedKey }
        guard let block = blocks.first(where: { $0.label.hasSuffix("PRIVATE KEY") }) else {
            throw .noSuchBlock(.key, found: blocks.map(\.label))
        }
        do {
            // Whatever the library says of a key stays here: no part of it may reach a message.
            return (try Certificate.PrivateKey(pemDocument: PEMDocument(type: block.label, derBytes: block.der)), block)
        } catch {
            throw .unreadableKey
        }
    }
}

// MARK: - Chain and names

extension CertificateReader {
    /// The chain as TLS wants it (RFC 8446, section 4.4.2): the leaf, then each certificate that signed the one before,
    /// then the rest in the order of the file.
    private static func ordered(_ chain: [Link], leaf: Int) -> [Link] {
        var rest = chain
        var ordered = [rest.remove(at: leaf)]
        var last = ordered[0].certificate
        while last.issuer != last.subject, let next = rest.firstIndex(where: { $0.certificate.subject == last.issuer })
        {
            ordered.append(rest.remove(at: next))
            last = ordered[ordered.count - 1].certificate
        }
        return ordered + rest
    }

    /// The DNS names and addresses of the subject alternative name; without one, the common name where it is a host.
    private static func hosts(of certificate: Certificate) -> (names: [String], fromCommonName: Bool) {
        if let alternatives = try? certificate.extensions.subjectAlternativeNames {
            let names: [String] = alternatives.compactMap { name in
                switch name {
                case .dnsName(let host): host
                case .ipAddress(let address): IPAddressText.text(address.bytes)
                default: nil
                }
            }
            return (names, false)
        }
        let commonNames = certificate.subject.lazy.flatMap(\.self).filter { $0.type == .RDNAttributeType.commonName }
        guard let name = commonNames.compactMap({ String($0.value) }).last, isHost(name) else { return ([], false) }
        return ([name], true)
    }

    private static func isHost(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { TokenText.isAlphanumeric($0) || "-._*".utf8.contains($0) }
    }

    private static func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
