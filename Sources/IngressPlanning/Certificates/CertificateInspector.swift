package import KubernetesModel

/// Reads the certificates of Secrets and remembers what it read, so that planning again costs a comparison for each
/// Secret that did not change. What it answers depends on the Secret alone.
package final class CertificateInspector: Sendable {
    package init() {}

    /// Reads `tls.crt` and `tls.key` of a Secret, whatever its type.
    package func inspect(_ secret: Secret) -> Result<InspectedCertificate, CertificateProblem> {
        .failure(CertificateProblem(reason: "NotRead", field: "data", message: "not read yet", remedy: ""))
    }

    /// Forgets the Secrets that were not asked for since this was last called. To be called after each planning.
    package func forgetUnused() {}
}
