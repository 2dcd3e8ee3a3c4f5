/// Why the certificate of a Secret cannot be served. Nothing of the key is ever in it.
package struct CertificateProblem: Error, Hashable, Sendable {
    /// A short, stable label in upper camel case, such as `CertificateKeyMismatch`.
    package var reason: String
    /// The field of the Secret, such as `data[tls.crt]`.
    package var field: String
    /// What was found.
    package var message: String
    /// What to do about it.
    package var remedy: String

    package init(reason: String, field: String, message: String, remedy: String) {
        self.reason = reason
        self.field = field
        self.message = message
        self.remedy = remedy
    }
}
