@testable import KubernetesModel

extension Ingress {
    /// An Ingress with these annotations and nothing else.
    static func annotated(_ annotations: [String: String], name: String = "web", namespace: String = "shop") -> Ingress
    {
        Ingress(
            metadata: ObjectMeta(name: name, namespace: namespace, annotations: annotations),
            spec: IngressSpec()
        )
    }
}
