package import KubernetesModel
package import LoadBalancerModel

/// The last good parameters of each class. They stay in force while a class's parameters are missing or invalid.
package struct ParametersMemory: Sendable, Equatable {
    /// By name of the class.
    var classes: [String: ResolvedParameters] = [:]

    /// No class has been planned for yet.
    package init() {}

    /// The last good parameters of a class; nil where it never had any that could be used.
    package func lastGood(ofClass name: String) -> IngressParametersSpec? {
        classes[name]?.spec
    }

    /// The object that holds the parameters in force for a class; nil where it has none.
    package func source(ofClass name: String) -> ObjectReference? {
        classes[name]?.source
    }
}

/// Parameters with the object that they come from.
struct ResolvedParameters: Sendable, Equatable {
    var spec: IngressParametersSpec
    /// The object that holds the parameters; the IngressClass itself where it names none.
    var source: ObjectReference

    /// No parameters, as for a class that names none.
    static func none(ofClass name: String) -> ResolvedParameters {
        ResolvedParameters(
            spec: IngressParametersSpec(), source: ObjectReference(kind: IngressClass.kind, name: name))
    }
}
