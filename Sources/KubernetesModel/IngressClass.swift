/// `networking.k8s.io/v1` IngressClass.
package struct IngressClass: KubernetesObject {
    package static let kind = "IngressClass"
    package static let apiVersion = "networking.k8s.io/v1"
    package static let isNamespaced = false
    /// The annotation that marks the default class with the value `true`.
    package static let defaultAnnotation = "ingressclass.kubernetes.io/is-default-class"

    package var metadata: ObjectMeta
    package var spec: IngressClassSpec
}

package struct IngressClassSpec: Hashable, Sendable {
    package var controller: String = ""
    package var parameters: IngressClassParametersReference?
}

package struct IngressClassParametersReference: Hashable, Sendable {
    package enum Scope: String, Hashable, Sendable, CaseIterable {
        case cluster = "Cluster"
        case namespace = "Namespace"
    }

    /// Empty for the core group.
    package var apiGroup: String = ""
    package var kind: String
    package var name: String
    package var scope: Scope = .cluster
    package var namespace: String?
}
