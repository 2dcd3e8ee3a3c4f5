import KubernetesModel
import LoadBalancerModel

/// Finds annotations whose name should be that of a backend and is none's: what they ask for is lost, and a path that
/// was to be open under conditions only is open to all.
enum UnmatchedNames {
    static func report(_ member: Member, log: inout DiagnosticLog) {
        let routing = member.settings.routing
        let paths = member.ingress.spec.rules.flatMap { $0.paths.map(\.backend) }
        let backends = paths + [member.ingress.spec.defaultBackend].compactMap(\.self)
        report(
            "actions", Set(routing.actions.keys).union(routing.unreadableActions),
            known: Set(backends.compactMap(\.actionName)), of: member,
            what: "backend with the port \(RoutingSettings.port)", effect: "so that the action is never taken",
            log: &log)
        let services = Set(paths.compactMap(\.serviceName))
        report(
            "conditions", Set(routing.conditions.keys).union(routing.unreadableConditions), known: services, of: member,
            what: "backend of a path", effect: "so that no path is served under these conditions", log: &log)
        report(
            "transforms", Set(routing.transforms.keys), known: services, of: member, what: "backend of a path",
            effect: "so that no path is rewritten", log: &log)
    }

    private static func report(
        _ family: String, _ names: Set<String>, known: Set<String>, of member: Member, what: String, effect: String,
        log: inout DiagnosticLog
    ) {
        for name in names.subtracting(known).sorted() {
            let key = AnnotationDialect.awsLoadBalancerController.key("\(family).\(name)")
            let choice =
                known.isEmpty ? "and there is none" : "of which there are \(known.sorted().joined(separator: ", "))"
            log.add(
                .warning, "AnnotationWithoutEffect", on: member.reference,
                field: "metadata.annotations[\(key)]",
                "No \(what) is named '\(name)', \(effect)", value: name,
                remedy: "write the name of a \(what), \(choice), or remove the annotation")
        }
    }
}
