import KubernetesModel
import LoadBalancerModel

/// Finds the parameters of classes.
struct ParameterResolution {
    /// The API group of the kinds that hold parameters.
    static let apiGroup = "headgate.dev"

    let snapshot: ClusterSnapshot

    /// The parameters that are in force for a class: those it names, else its last good ones.
    ///
    /// - Returns: nil where there are neither, so that nothing of the class may be provisioned.
    func resolve(
        className: String, lastGood: ResolvedParameters?, log: inout DiagnosticLog
    ) -> ResolvedParameters? {
        guard let ingressClass = snapshot.ingressClasses[className],
            ingressClass.spec.controller == ClassResolution.controllerName,
            let reference = ingressClass.spec.parameters
        else { return .none(ofClass: className) }
        var findings = DiagnosticLog()
        // What is wrong with the parameters is an error in any case; what comes of it for the class is none while its last
        // good ones hold.
        defer {
            log.append(
                contentsOf: findings.entries.map {
                    lastGood != nil && $0.object == ingressClass.reference ? $0.asWarning : $0
                })
        }
        switch find(reference, log: &findings) {
        case .success(let parameters):
            let violations = ParameterValidation.violations(of: parameters.spec, source: parameters.source)
            if violations.isEmpty { return parameters }
            for violation in violations {
                findings.add(
                    .error, ParametersFailure.invalidReason, on: parameters.source, field: violation.field,
                    violation.finding, value: violation.value, remedy: violation.remedy)
            }
            let fields = violations.map(\.field).joined(separator: ", ")
            let failure = ParametersFailure(
                reason: ParametersFailure.invalidReason, field: "spec.parameters",
                finding: "The parameters \(parameters.source.kind) "
                    + "'\(NamespacedName(parameters.source))' are invalid (\(fields))",
                value: parameters.source.name, remedy: "correct them")
            report(failure, on: ingressClass, lastGood: lastGood, log: &findings)
        case .failure(let failure):
            report(failure, on: ingressClass, lastGood: lastGood, log: &findings)
        }
        return lastGood
    }

    private func report(
        _ failure: ParametersFailure, on ingressClass: IngressClass, lastGood: ResolvedParameters?,
        log: inout DiagnosticLog
    ) {
        let consequence =
            lastGood == nil
            ? "nothing of this class is provisioned or changed until they resolve"
            : "the last good parameters stay in force"
        log.add(
            .error, failure.reason, on: ingressClass.reference, field: failure.field,
            "\(failure.finding), so \(consequence)", value: failure.value, remedy: failure.remedy)
    }

    private func find(
        _ reference: IngressClassParametersReference, log: inout DiagnosticLog
    ) -> Result<ResolvedParameters, ParametersFailure> {
        switch reference.scope {
        case .cluster: findInCluster(reference)
        case .namespace: findInNamespace(reference, log: &log)
        }
    }

    private func findInCluster(
        _ reference: IngressClassParametersReference
    ) -> Result<ResolvedParameters, ParametersFailure> {
        guard reference.apiGroup == Self.apiGroup else { return .failure(.foreignGroup(reference)) }
        guard reference.kind == ClusterIngressParameters.kind else {
            return .failure(
                ParametersFailure(
                    reason: "UnsupportedParametersKind", field: "spec.parameters.kind",
                    finding: "The parameters are of kind '\(reference.kind)', which is none of cluster scope",
                    value: reference.kind,
                    remedy: "name a \(ClusterIngressParameters.kind), or set spec.parameters.scope to Namespace for "
                        + "an \(IngressParameters.kind) or a \(ConfigMap.kind)"))
        }
        guard let object = snapshot.clusterIngressParameters[reference.name] else {
            return .failure(.missing(snapshot.missing(reference.kind, name: reference.name)))
        }
        return .success(ResolvedParameters(spec: object.spec, source: object.reference))
    }

    private func findInNamespace(
        _ reference: IngressClassParametersReference, log: inout DiagnosticLog
    ) -> Result<ResolvedParameters, ParametersFailure> {
        guard let namespace = reference.namespace, !namespace.isEmpty else {
            return .failure(
                ParametersFailure(
                    reason: "ParametersNamespaceMissing", field: "spec.parameters.namespace",
                    finding: "The parameters are of scope Namespace and name no namespace",
                    value: nil, remedy: "set spec.parameters.namespace"))
        }
        let name = NamespacedName(namespace: namespace, name: reference.name)
        switch (reference.apiGroup, reference.kind) {
        case (Self.apiGroup, IngressParameters.kind):
            guard let object = snapshot.ingressParameters[name] else {
                return .failure(.missing(snapshot.missing(reference.kind, name)))
            }
            return .success(ResolvedParameters(spec: object.spec, source: object.reference))
        case ("", ConfigMap.kind):
            guard let object = snapshot.configMaps[name] else {
                return .failure(.missing(snapshot.missing(reference.kind, name)))
            }
            return ConfigMapParameters.read(object, log: &log)
        case (Self.apiGroup, _), ("", _):
            return .failure(
                ParametersFailure(
                    reason: "UnsupportedParametersKind", field: "spec.parameters.kind",
                    finding: "The parameters are of kind '\(reference.kind)' in the API group "
                        + "'\(reference.apiGroup)', which holds none",
                    value: reference.kind,
                    remedy: "name an \(IngressParameters.kind) of the group \(Self.apiGroup), or a \(ConfigMap.kind) "
                        + "without a group"))
        default:
            return .failure(.foreignGroup(reference))
        }
    }
}

extension Diagnostic {
    /// The finding with the severity of what still works, if differently.
    fileprivate var asWarning: Diagnostic {
        var copy = self
        if copy.severity == .error { copy.severity = .warning }
        return copy
    }
}

/// Why the parameters of a class cannot be used.
struct ParametersFailure: Error, Hashable {
    /// The reason where the parameters hold a value that is refused.
    static let invalidReason = "InvalidParameters"

    var reason: String
    /// The field of the IngressClass.
    var field: String
    var finding: String
    var value: String?
    var remedy: String

    static func foreignGroup(_ reference: IngressClassParametersReference) -> ParametersFailure {
        ParametersFailure(
            reason: "ForeignParametersGroup", field: "spec.parameters.apiGroup",
            finding: "The parameters are of the API group '\(reference.apiGroup)', which is not Headgate's",
            value: reference.apiGroup,
            remedy: "name parameters of the group \(ParameterResolution.apiGroup)")
    }

    static func missing(_ object: MissingObject) -> ParametersFailure {
        ParametersFailure(
            reason: object.reason("Parameters"), field: "spec.parameters.name",
            finding: object.finding, value: object.qualifiedName,
            remedy: object.remedy("create it, or correct the reference"))
    }
}

extension NamespacedName {
    /// The namespace and name of a referenced object.
    init(_ reference: ObjectReference) {
        self.init(namespace: reference.namespace, name: reference.name)
    }
}
