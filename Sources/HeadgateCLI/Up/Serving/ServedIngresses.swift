import DataPlane
import IngressPlanning
import KubernetesModel

/// The Ingresses that are ours, with the addresses that they are served on.
enum ServedIngresses {
    /// - Parameters:
    ///   - snapshot: the objects.
    ///   - placement: which plan is served where.
    ///   - members: the Ingresses of each load balancer.
    ///   - bound: what the listeners of each group are bound to; a group that is absent is not served.
    ///   - publishAddress: the address that is shown in place of the listeners' own.
    ///   - machine: the addresses of the machine.
    /// - Returns: the Ingresses with their status, ordered by namespace and name.
    static func ingresses(
        snapshot: ClusterSnapshot,
        placement: Placement,
        members: [String: [NamespacedName]],
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
        let ours = Set(members.values.joined())
        return snapshot.ingresses
            .filter { ours.contains($0.namespacedName) }
            .map { ingress in
                var ingress = ingress
                ingress.status = IngressStatus(loadBalancer: entries[ingress.namespacedName] ?? [])
                return ingress
            }
            .sorted { $0.namespacedName < $1.namespacedName }
    }
}
