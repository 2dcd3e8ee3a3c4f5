internal import COpenSSL

/// A chain that was read from PEM, owned until it is taken.
struct CertificateChain: ~Copyable {
    /// The first certificate.
    let leaf: OpaquePointer
    private let intermediates: OpaquePointer
    private var isOwned = true

    init(pem: String, fingerprint: String) throws(TLSConfigurationError) {
        guard let intermediates = headgate_sk_X509_new() else {
            throw .libraryFailure(detail: OpenSSLErrors.drain())
        }
        let (leaf, problem) =
            PEMText.reading(pem) { source in Self.readAll(source, into: intermediates) } ?? (nil, nil)
        guard let leaf, problem == nil else {
            X509_free(leaf)
            headgate_sk_X509_free_all(intermediates)
            throw .chainUnreadable(fingerprint: fingerprint, detail: problem ?? "no certificate in it")
        }
        self.leaf = leaf
        self.intermediates = intermediates
    }

    deinit {
        guard isOwned else { return }
        X509_free(leaf)
        headgate_sk_X509_free_all(intermediates)
    }

    /// Hands both over to the caller, who owns them from now on.
    mutating func take() -> (leaf: OpaquePointer, intermediates: OpaquePointer) {
        isOwned = false
        return (leaf, intermediates)
    }

    /// Reads the leaf and appends what follows it. There is no problem exactly where the text ends without another
    /// block.
    private static func readAll(
        _ source: OpaquePointer, into intermediates: OpaquePointer
    ) -> (leaf: OpaquePointer?, problem: String?) {
        var leaf: OpaquePointer?
        while let certificate = PEMText.nextCertificate(source) {
            if leaf == nil {
                leaf = certificate
            } else if headgate_sk_X509_push(intermediates, certificate) == 0 {
                X509_free(certificate)
                return (leaf, OpenSSLErrors.drain())
            }
        }
        let end = ERR_peek_last_error()
        let isEndOfBlocks =
            headgate_ERR_GET_LIB(end) == Int32(ERR_LIB_PEM) && headgate_ERR_GET_REASON(end) == PEM_R_NO_START_LINE
        let text = OpenSSLErrors.drain()
        return (leaf, isEndOfBlocks ? nil : text)
    }
}

/// PEM text as OpenSSL reads it.
enum PEMText {
    /// Lends the text as a BIO for the time of the call; nil for an empty text.
    static func reading<Result>(_ pem: String, _ body: (OpaquePointer) -> Result) -> Result? {
        var pem = pem
        return pem.withUTF8 { bytes in
            guard let source = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
            defer { BIO_free(source) }
            return body(source)
        }
    }

    /// The first private key of the text; nil where there is none or it is encrypted. The caller owns it.
    static func readPrivateKey(_ pem: String) -> OpaquePointer? {
        reading(pem) { source in PEM_read_bio_PrivateKey(source, nil, { _, _, _, _ in -1 }, nil) } ?? nil
    }

    /// The next certificate; nil at the end and where it can't be read. The caller owns it.
    ///
    /// The callbacks here answer that there is no password, where OpenSSL would ask for one at the terminal.
    static func nextCertificate(_ source: OpaquePointer) -> OpaquePointer? {
        PEM_read_bio_X509(source, nil, { _, _, _, _ in -1 }, nil)
    }
}

/// The name of a certificate in plans.
enum CertificateFingerprint {
    /// SHA-256 over the DER form, 64 lower-case hexadecimal digits.
    static func sha256(of certificate: OpaquePointer) throws(TLSConfigurationError) -> String {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        guard X509_digest(certificate, EVP_sha256(), &digest, nil) == 1 else {
            throw .libraryFailure(detail: OpenSSLErrors.drain())
        }
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
