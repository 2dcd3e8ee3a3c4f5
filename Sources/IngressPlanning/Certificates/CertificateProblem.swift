/// Why the certificate of a Secret cannot be served. Nothing of the key is ever in it.
package enum CertificateProblem: Error, Hashable, Sendable {
    /// The Secret has no such data, or it is empty.
    case missing(CertificateFile)
    /// The data is larger than a Secret of Kubernetes can be.
    case tooLarge(CertificateFile, bytes: Int)
    /// The data is not PEM.
    case notPEM(CertificateFile, PEMSlip)
    /// There are PEM blocks, but none of the kind wanted.
    case noSuchBlock(CertificateFile, found: [String])
    /// A certificate cannot be decoded; the position counts from 1.
    case unreadableCertificate(position: Int)
    /// The key cannot be decoded, or is of a kind that is not supported.
    case unreadableKey
    /// The key is encrypted.
    case encryptedKey
    /// The public key of a certificate, which may be the key's, or its signature is of a kind that is not supported; the
    /// position counts from 1.
    case unsupportedAlgorithm(position: Int)
    /// The certificate is signed with an algorithm that clients refuse.
    case weakSignature
    /// The key belongs to none of the certificates.
    case keyMismatch

    /// One of the two files of a TLS Secret.
    package enum CertificateFile: String, Hashable, Sendable, CaseIterable {
        case certificate = "tls.crt"
        case key = "tls.key"
    }

    /// What the data seems to be instead of PEM.
    package enum PEMSlip: Hashable, Sendable {
        case der, encodedTwice, unterminated, notBase64, other
    }

    /// The keys and certificates that are supported.
    static let supportedKeys = "RSA of at least 2048 bits, ECDSA on P-256, P-384 or P-521, and Ed25519"
}

extension CertificateProblem {
    /// A short, stable label in upper camel case, safe for events and metrics.
    package var reason: String {
        switch self {
        case .missing(.certificate): "CertificateMissing"
        case .missing(.key): "CertificateKeyMissing"
        case .tooLarge: "CertificateTooLarge"
        case .notPEM(.certificate, _), .noSuchBlock(.certificate, _): "CertificateNotPEM"
        case .notPEM(.key, _), .noSuchBlock(.key, _): "CertificateKeyNotPEM"
        case .unreadableCertificate: "CertificateUnreadable"
        case .unreadableKey: "CertificateKeyUnreadable"
        case .encryptedKey: "CertificateKeyEncrypted"
        case .unsupportedAlgorithm: "CertificateAlgorithmUnsupported"
        case .weakSignature: "CertificateSignatureWeak"
        case .keyMismatch: "CertificateKeyMismatch"
        }
    }

    /// The field of the Secret at fault, such as `data[tls.crt]`.
    package var field: String {
        switch self {
        case .missing(let file), .tooLarge(let file, _), .notPEM(let file, _), .noSuchBlock(let file, _):
            "data[\(file.rawValue)]"
        case .unreadableKey, .encryptedKey, .keyMismatch: "data[tls.key]"
        case .unreadableCertificate, .unsupportedAlgorithm, .weakSignature: "data[tls.crt]"
        }
    }

    /// What was found, as a sentence.
    package var message: String {
        switch self {
        case .missing(let file): "`\(file.rawValue)` is missing or empty."
        case .tooLarge(let file, let bytes):
            "`\(file.rawValue)` has \(bytes) bytes, more than the \(CertificateReader.largestFile) that a Secret holds."
        case .notPEM(let file, let slip): "`\(file.rawValue)` is not PEM\(Self.clause(slip))."
        case .noSuchBlock(let file, let found):
            "`\(file.rawValue)` holds no \(file == .key ? "private key" : "certificate"), but \(Self.list(found))."
        case .unreadableCertificate(let position): "Certificate \(position) of `tls.crt` cannot be decoded."
        case .unreadableKey: "`tls.key` cannot be decoded, or its algorithm is not supported."
        case .encryptedKey: "`tls.key` is encrypted, and there is no passphrase for it."
        case .unsupportedAlgorithm(let position):
            "Certificate \(position) of `tls.crt` has a key or a signature of an algorithm that is not supported."
        case .weakSignature: "The certificate is signed with SHA-1, which clients refuse."
        case .keyMismatch: "`tls.key` is not the key of a certificate in `tls.crt`."
        }
    }

    /// What to do about it, as a sentence.
    package var remedy: String {
        switch self {
        case .missing:
            "Put the certificate chain into `tls.crt` and its key into `tls.key`; where a controller issues it, wait."
        case .tooLarge: "Store nothing but the certificate chain and the key."
        case .notPEM(.certificate, .der): "Convert it with `openssl x509 -inform der -in tls.crt -out tls.pem`."
        case .notPEM(.key, .der): "Convert it with `openssl pkey -inform der -in tls.key -out key.pem`."
        case .notPEM(_, .encodedTwice): "Encode it once in `data`, or put the PEM text into `stringData`."
        case .notPEM(.certificate, _), .noSuchBlock(.certificate, _):
            "Store the chain as `-----BEGIN CERTIFICATE-----` blocks, the certificate of the host first."
        case .notPEM(.key, _), .noSuchBlock(.key, _):
            "Store the key as a `-----BEGIN PRIVATE KEY-----` block."
        case .unreadableCertificate: "Look at it with `openssl x509 -noout -text`, and issue it anew."
        case .unreadableKey:
            "Convert it with `openssl pkcs8 -topk8 -nocrypt -in tls.key`; supported are \(Self.supportedKeys)."
        case .encryptedKey: "Store it without encryption: `openssl pkey -in tls.key -out plain.key`."
        case .unsupportedAlgorithm: "Issue it with a key and a signature that are supported: \(Self.supportedKeys)."
        case .weakSignature: "Issue it anew with SHA-256 or better."
        case .keyMismatch: "Store the key that the certificate was issued for, or issue a certificate for this key."
        }
    }

    private static func clause(_ slip: PEMSlip) -> String {
        switch slip {
        case .der: ", but seems to be DER"
        case .encodedTwice: ", but seems to be base64 of PEM: encoded twice"
        case .unterminated: ": a block has no `END` line of its own"
        case .notBase64: ": the content of a block is not base64"
        case .other: ""
        }
    }

    private static func list(_ labels: [String]) -> String {
        labels.prefix(3).map { "a `\(AnnotationText.shown($0))`" }.joined(separator: ", ")
    }
}
