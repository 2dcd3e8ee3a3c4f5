internal import COpenSSL

extension ServerCertificate {
    /// The certificate of listeners that have no default one: self-signed, generated once per process, and kept.
    package static func selfSignedDefault() throws(TLSConfigurationError) -> ServerCertificate {
        try generatedDefault.get()
    }

    private static let generatedDefault = Result { () throws(TLSConfigurationError) in
        try generateSelfSigned(
            commonName: "Headgate default certificate", alternativeNames: "DNS:localhost,IP:127.0.0.1,IP:::1")
    }

    /// Ten years: nothing trusts the certificate, and it must outlast the process.
    private static let validity = 3650 * 86_400

    /// Generates an ECDSA P-256 key and a certificate for it.
    private static func generateSelfSigned(
        commonName: String, alternativeNames: String
    ) throws(TLSConfigurationError) -> ServerCertificate {
        defer { ERR_clear_error() }
        guard let key = headgate_EVP_EC_gen("P-256") else { throw .libraryFailure(detail: OpenSSLErrors.drain()) }
        guard let leaf = X509_new(), let intermediates = headgate_sk_X509_new() else {
            EVP_PKEY_free(key)
            throw .libraryFailure(detail: OpenSSLErrors.drain())
        }
        guard fill(leaf, key: key, commonName: commonName, alternativeNames: alternativeNames) else {
            let detail = OpenSSLErrors.drain()
            X509_free(leaf)
            EVP_PKEY_free(key)
            headgate_sk_X509_free_all(intermediates)
            throw .libraryFailure(detail: detail)
        }
        return ServerCertificate(
            fingerprint: try CertificateFingerprint.sha256(of: leaf), leaf: leaf, key: key,
            intermediates: intermediates)
    }

    private static func fill(
        _ certificate: OpaquePointer, key: OpaquePointer, commonName: String, alternativeNames: String
    ) -> Bool {
        var serial: UInt64 = 0
        let hasSerial = withUnsafeMutableBytes(of: &serial) { bytes in
            RAND_bytes(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(bytes.count)) == 1
        }
        return hasSerial
            // Version 3 is numbered 2 (RFC 5280, section 4.1.2.1); serial numbers are positive.
            && X509_set_version(certificate, 2) == 1
            && ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1) == 1
            && X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) != nil
            && X509_gmtime_adj(X509_getm_notAfter(certificate), validity) != nil
            && X509_set_pubkey(certificate, key) == 1
            && setName(of: certificate, commonName: commonName)
            && addExtension(NID_basic_constraints, "critical,CA:FALSE", to: certificate)
            && addExtension(NID_key_usage, "critical,digitalSignature", to: certificate)
            && addExtension(NID_ext_key_usage, "serverAuth", to: certificate)
            && addExtension(NID_subject_alt_name, alternativeNames, to: certificate)
            && X509_sign(certificate, key, EVP_sha256()) > 0
    }

    private static func setName(of certificate: OpaquePointer, commonName: String) -> Bool {
        let name = X509_get_subject_name(certificate)
        return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, commonName, -1, -1, 0) == 1
            && X509_set_issuer_name(certificate, name) == 1
    }

    private static func addExtension(_ identifier: Int32, _ value: String, to certificate: OpaquePointer) -> Bool {
        guard let addition = X509V3_EXT_conf_nid(nil, nil, identifier, value) else { return false }
        defer { X509_EXTENSION_free(addition) }
        return X509_add_ext(certificate, addition, -1) == 1
    }
}
