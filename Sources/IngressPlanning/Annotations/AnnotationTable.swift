package import KubernetesModel
package import LoadBalancerModel

/// Every annotation that Headgate reads from an Ingress.
package enum AnnotationTable {
    /// Reads the annotations of an Ingress. What cannot be honoured becomes a diagnostic, and the rest stays in force.
    package static func read(_ ingress: Ingress) -> (settings: IngressSettings, diagnostics: [Diagnostic]) {
        (IngressSettings(), [])
    }
}
