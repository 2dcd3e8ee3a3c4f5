import KubernetesModel
import LoadBalancerModel

/// Tells of settings for ports that no load balancer of their class listens on: a network that is let in to a mistaken port
/// guards nothing.
struct UnusedListenerSettings {
    /// A class of the provider that has such settings, and the ports of its load balancers.
    private var classes: [String: (settings: ClassSettings, ports: Set<Int>)] = [:]

    init(_ drafts: [LoadBalancerDraft], plans: [LoadBalancerPlan]) {
        let ports = Dictionary(plans.map { ($0.identity, $0.listeners.map(\.port)) }) { first, _ in first }
        for draft in drafts where draft.settings.isForAWS {
            classes[draft.identity.ingressClass, default: (draft.settings, [])].ports
                .formUnion(ports[draft.identity] ?? [])
        }
    }

    func report(to log: inout DiagnosticLog) {
        for (settings, ports) in classes.values {
            for name in settings.ownSettings.keys.sorted() {
                let parts = name.split(separator: ".")
                guard parts.count > 2, parts[0] == "listeners", let port = Int(parts[1]), !ports.contains(port) else {
                    continue
                }
                let isGiven = settings.overrides[name] != nil
                log.add(
                    .warning, "UnusedListenerSetting",
                    on: isGiven ? ObjectReference(kind: "Controller", name: "headgate") : settings.parameters.source,
                    field: isGiven ? "--set" : "spec.provider.settings.\(name)",
                    "\(name) is for the port \(port), which nothing listens on; the ports are \(ports.list)",
                    value: settings.ownSettings[name].map { SecretNames.shown($0, named: name) },
                    remedy: "name one of those ports, or remove the setting")
            }
        }
    }
}

extension Collection<Int> {
    /// In order and separated by commas, for people.
    var list: String { sorted().map { String($0) }.joined(separator: ", ") }
}
