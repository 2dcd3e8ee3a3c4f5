import KubernetesModel
import LoadBalancerModel

/// What the manifests of a command hold.
struct ManifestInput: Sendable {
    var objects: [AnyKubernetesObject]
    /// What was found about files and documents.
    var diagnostics: [Diagnostic]
    /// False where a file or a document was refused, so that the objects are not all that were meant.
    var isComplete: Bool
}
