import DataPlane
import IngressPlanning
import KubernetesModel

/// The Ingresses that are ours, with the addresses that they are served on.
enum ServedIngresses {
    /// - Parameters:
    ///   - snapshot: the objects.
    ///   - placement: which plan is served where.
    ///   - claimed: the Ingresses that are ours, those of which nothing is planned included.
    ///   - bound: what the listeners of each group are bound to; a group that is absent is not served.
    ///   - publishAddress: the address that is shown in place of the listeners' own.
    ///   - machine: the addresses of the machine.
    /// - Returns: the Ingresses with their status, ordered by namespace and name.
    static func ingresses(
        snapshot: ClusterSnapshot,
        placement: Placement,
        claimed: [NamespacedName: String],
        bound: [[ListenerAddress]: [BoundListener]],
        publishAddress: String?,
        machine: @autoclosure () -> MachineAddresses = .current()
    ) -> [Ingress] {
        let machine = machine()
        var entries: [NamespacedName: [IngressLoadBalancerEntry]] = [:]
        for group in [placement.shared] + placement.own {
            guard let listeners = bound[group.listeners] else { continue }
            let addresses = PublishedAddress.entries(
                listeners: listeners, override: publishAddress, machine: machine)
            for member in group.members {
                let known = entries[member] ?? []
                entries[member] = known + addresses.filter { !known.contains($0) }
            }
        }
        return snapshot.ingresses
            .filter { claimed[$0.namespacedName] != nil }
            .map { ingress in
                var ingress = ingress
                ingress.status = IngressStatus(loadBalancer: entries[ingress.namespacedName] ?? [])
                return ingress
            }
            .sorted { $0.namespacedName < $1.namespacedName }
    }
}
