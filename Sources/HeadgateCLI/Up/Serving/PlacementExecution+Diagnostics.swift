import DataPlane
import LoadBalancerModel

extension PlacementExecution {
    /// What to say of a group that is not served as planned.
    func diagnostics(_ group: Placement.Group, _ error: EngineError) -> [Diagnostic] {
        guard case .noListener(let unbound) = error else { return [Self.notServed(group, error.description)] }
        return unbound.map { diagnostic(group, $0) } + [Self.notServed(group, "none of its listeners can be bound")]
    }

    /// What to say of a listener that could not be bound, by what gave its address.
    func diagnostic(_ group: Placement.Group, _ unbound: UnboundListener) -> Diagnostic {
        let isShared = group.listeners == fleet.commandLine
        let flag = AddressFlag(unbound.listener.protocol)
        let object =
            isShared
            ? ObjectReference(kind: "Controller", name: "headgate") : group.parameters ?? Self.ingressClass(of: group)
        let failure = BindFailure(unbound) { _ in isShared ? fleet.origin(flag) : .parameters(object) }
        let field =
            switch object.kind {
            case "Controller": flag.rawValue
            case "ConfigMap": "data.listeners"
            default: "spec.listeners"
            }
        let remedy = [failure.remedy, "It is tried again until it can be bound."].compactMap(\.self).joined(
            separator: " ")
        return Diagnostic(
            object: object, field: field, severity: .error, reason: "ListenerNotBound",
            message: "\(failure.message). \(remedy)", value: failure.address.description, remedy: remedy)
    }

    static func notServed(_ group: Placement.Group, _ cause: String) -> Diagnostic {
        Diagnostic(
            object: ingressClass(of: group), field: "spec.parameters", severity: .error, reason: "NotServed",
            message: "load balancer \(group.plan.name) is not served as planned: \(cause)")
    }

    private static func ingressClass(of group: Placement.Group) -> ObjectReference {
        ObjectReference(kind: "IngressClass", name: group.plan.identity.ingressClass)
    }
}
