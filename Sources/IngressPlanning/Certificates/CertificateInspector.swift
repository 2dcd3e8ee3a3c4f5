package import KubernetesModel
import Synchronization

/// Reads the certificates of Secrets and remembers what it read, so that planning again costs a comparison for each
/// Secret that did not change. What it answers depends on the Secret alone, never on what was asked before.
package final class CertificateInspector: Sendable {
    private let memory = Mutex(Memory())

    package init() {}

    /// Reads `tls.crt` and `tls.key` of a Secret, whatever its type.
    package func inspect(_ secret: Secret) -> Result<InspectedCertificate, CertificateProblem> {
        let name = secret.namespacedName
        let files = Files(certificate: secret.data["tls.crt"], key: secret.data["tls.key"])
        if let known = memory.withLock({ $0.recall(name, files: files) }) { return known }
        let result = Result { () throws(CertificateProblem) in try CertificateReader.read(secret) }
        memory.withLock { $0.remember(name, files: files, result: result) }
        return result
    }

    /// The number of Secrets that are remembered.
    var count: Int { memory.withLock(\.count) }

    /// Forgets the Secrets that were not asked for since this was last called. To be called after each planning.
    package func forgetUnused() {
        memory.withLock { $0.forgetUnused() }
    }
}

extension CertificateInspector {
    /// What an answer depends on. The bytes are shared with the Secret, so that comparing those of an unchanged one
    /// takes no time.
    private struct Files: Equatable {
        var certificate: SecretValue?
        var key: SecretValue?
    }

    private struct Memory {
        private struct Entry {
            var files: Files
            var result: Result<InspectedCertificate, CertificateProblem>
            var isUsed: Bool
        }

        private var entries: [NamespacedName: Entry] = [:]

        var count: Int { entries.count }

        mutating func recall(
            _ name: NamespacedName,
            files: Files
        ) -> Result<InspectedCertificate, CertificateProblem>? {
            guard entries[name]?.files == files else { return nil }
            entries[name]?.isUsed = true
            return entries[name]?.result
        }

        mutating func remember(
            _ name: NamespacedName,
            files: Files,
            result: Result<InspectedCertificate, CertificateProblem>
        ) {
            entries[name] = Entry(files: files, result: result, isUsed: true)
        }

        mutating func forgetUnused() {
            entries = entries.filter(\.value.isUsed)
            for name in entries.keys { entries[name]?.isUsed = false }
        }
    }
}
