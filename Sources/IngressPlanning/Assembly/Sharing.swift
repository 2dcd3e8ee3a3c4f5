import KubernetesModel
import LoadBalancerModel

/// Decides which Ingresses of a class share a load balancer.
enum Sharing {
    /// The groups within a class.
    enum Group {
        static func namespace(_ namespace: String) -> String { "namespace/\(namespace)" }
        /// - Parameter ingress: as `namespace/name`.
        static func ingress(_ ingress: String) -> String { "ingress/\(ingress)" }
    }

    /// Whether the group of an Ingress decides who shares its load balancer, and can't be read.
    static func isUnknown(_ settings: IngressSettings, sharing: SharingParameters?) -> Bool {
        settings.hasUnreadableGroup && (sharing?.mode ?? .group) == .group
    }

    /// The group of an Ingress within its class; empty where the whole class shares one load balancer.
    static func group(
        of ingress: Ingress, settings: IngressSettings, sharing: SharingParameters?, log: inout DiagnosticLog
    ) -> String {
        // Who writes that controller's annotation shares by group unless the class says otherwise.
        let standard: SharingParameters.Mode =
            settings.groupDialect == .awsLoadBalancerController ? .group : .class
        let mode = sharing?.mode ?? standard
        if let group = settings.group, mode != .group {
            log.add(
                .warning, "GroupIgnored", on: ingress.reference, field: "metadata.annotations",
                "The Ingress asks for the group '\(group)', and its class shares by \(mode.rawValue)", value: group,
                remedy: "remove the annotation, or set sharing.mode to group in the parameters of the class")
        }
        switch mode {
        case .class: return ""
        case .namespace: return Group.namespace(ingress.metadata.namespace)
        case .ingress: return Group.ingress("\(ingress.metadata.namespace)/\(ingress.metadata.name)")
        case .group: return "group/\(settings.group ?? sharing?.group ?? "")"
        }
    }
}
