internal import COpenSSL

/// Certificates that verification may start from.
///
/// Sendable: complete after `init`; OpenSSL locks the store where verification adds to it, and counts references
/// atomically.
final class TrustStore: @unchecked Sendable {
    /// Owned.
    let pointer: OpaquePointer

    private init() throws(TLSConfigurationError) {
        guard let pointer = X509_STORE_new() else { throw .libraryFailure(detail: OpenSSLErrors.drain()) }
        self.pointer = pointer
    }

    deinit { X509_STORE_free(pointer) }

    /// The system's roots are read once: they are the same for all pools, and some hundred of them.
    static func shared(_ roots: TLSClientContext.TrustRoots) throws(TLSConfigurationError) -> TrustStore {
        switch roots {
        case .system: try system.get()
        case .pem(let text): try read(text)
        }
    }

    private static let system = Result { () throws(TLSConfigurationError) in
        let store = try TrustStore()
        guard X509_STORE_set_default_paths(store.pointer) == 1 else {
            throw .trustRootsUnreadable(detail: OpenSSLErrors.drain())
        }
        // A directory or file that does not exist leaves its error behind.
        ERR_clear_error()
        return store
    }

    private static func read(_ text: String) throws(TLSConfigurationError) -> TrustStore {
        let store = try TrustStore()
        let count = PEMText.reading(text) { source in
            var count = 0
            while let certificate = PEMText.nextCertificate(source) {
                if X509_STORE_add_cert(store.pointer, certificate) == 1 { count += 1 }
                X509_free(certificate)
            }
            return count
        }
        ERR_clear_error()
        guard let count, count > 0 else {
            throw .trustRootsUnreadable(detail: "no certificate in PEM form")
        }
        return store
    }
}
