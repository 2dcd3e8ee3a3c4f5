package import KubernetesModel

/// The last good parameters of each class. They stay in force while a class's parameters are missing or invalid.
package struct ParametersMemory: Sendable, Equatable {
    /// By name of the class.
    var classes: [String: ResolvedParameters] = [:]

    /// No class has been planned for yet.
    package init() {}
}

/// Parameters with the object that they come from.
struct ResolvedParameters: Sendable, Equatable {
    var spec: IngressParametersSpec
    /// The object that holds the parameters; the IngressClass itself where it names none.
    var source: ParametersSource
}

/// The object that parameters stand in.
struct ParametersSource: Sendable, Hashable {
    var kind: String
    /// Empty for parameters of cluster scope.
    var namespace: String
    var name: String
}
