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
        let key = try privateKey(try bytes(of: .key, in: secret), chain: chain)
        let (leaf, position) = try leaf(of: chain, publicKey: key.publicKey)
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
                certificateChainPEM: ordered(chain, leaf: leaf, position: position).map(\.block.text).joined(),
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
        /// Absent where the library does not know one of its algorithms, which clients may.
        var certificate: Certificate?
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
            let certificate = try? Certificate(derEncoded: block.der)
            guard certificate != nil || hasFormOfCertificate(block.der) else {
                throw .unreadableCertificate(position: index + 1)
            }
            let normal = PEMBlock(label: "CERTIFICATE", der: block.der, isEncrypted: false)
            chain.append(Link(certificate: certificate, block: normal))
        }
        return chain
    }

    /// Whether the bytes have the outer form of a certificate (RFC 5280, section 4.1): a sequence of two sequences and
    /// a bit string.
    private static func hasFormOfCertificate(_ der: [UInt8]) -> Bool {
        guard let node = try? DER.parse(der), node.identifier == .sequence, case .constructed(let parts) = node.content
        else { return false }
        return parts.map(\.identifier) == [.sequence, .sequence, .bitString]
    }

    private static func privateKey(
        _ bytes: [UInt8],
        chain: [Link]
    ) throws(CertificateProblem) -> (publicKey: Certificate.PublicKey, block: PEMBlock) {
        let blocks = try blocks(bytes, of: .key)
        if blocks.contains(where: { $0.isEncrypted || $0.label == "ENCRYPTED PRIVATE KEY" }) { throw .encryptedKey }
        guard let block = blocks.first(where: { $0.label.hasSuffix("PRIVATE KEY") }) else {
            throw .noSuchBlock(.key, found: blocks.map(\.label))
        }
        let document = PEMDocument(type: block.label, derBytes: block.der)
        // Whatever the library says of a key stays here: no part of it may reach a message.
        guard let key = try? Certificate.PrivateKey(pemDocument: document) else {
            throw chain[0].certificate == nil ? .unsupportedAlgorithm(position: 1) : .unreadableKey
        }
        return (key.publicKey, block)
    }
}

// MARK: - Chain and names

extension CertificateReader {
    /// The certificate that the key belongs to, and where it stands.
    private static func leaf(
        of chain: [Link],
        publicKey: Certificate.PublicKey
    ) throws(CertificateProblem) -> (certificate: Certificate, position: Int) {
        for (position, link) in chain.enumerated() {
            if let certificate = link.certificate, certificate.publicKey == publicKey { return (certificate, position) }
        }
        guard let unknown = chain.firstIndex(where: { $0.certificate == nil }) else { throw .keyMismatch }
        throw .unsupportedAlgorithm(position: unknown + 1)
    }

    /// The chain as TLS wants it (RFC 8446, section 4.4.2): the leaf, then each certificate that signed the one before,
    /// then the rest in the order of the file.
    private static func ordered(_ chain: [Link], leaf: Certificate, position: Int) -> [Link] {
        var rest = chain
        var ordered = [rest.remove(at: position)]
        var last = leaf
        while last.issuer != last.subject,
            let next = rest.firstIndex(where: { $0.certificate?.subject == last.issuer }),
            let issuer = rest[next].certificate
        {
            ordered.append(rest.remove(at: next))
            last = issuer
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
