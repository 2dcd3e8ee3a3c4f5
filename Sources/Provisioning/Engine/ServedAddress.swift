import LoadBalancerModel

/// A load balancer of the cloud at its address, with what it serves.
///
/// A plan that was split has several, and each host and Ingress is served by some of them alone.
package struct ServedAddress: Codable, Hashable, Sendable {
    /// The load balancer, by the name of its resource, such as `main`.
    package var name: String
    /// The address at which clients reach it now; absent where there is none yet.
    package var address: String?
    /// The hosts whose DNS records belong there, sorted; empty where all of the plan's do.
    package var hosts: [String]
    /// The Ingresses that are served there, as `namespace/name`, sorted; empty where all are served at every address.
    package var ingresses: [String]

    package init(name: String, address: String?, hosts: [String] = [], ingresses: [String] = []) {
        self.name = name
        self.address = address
        self.hosts = hosts
        self.ingresses = ingresses
    }
}

extension Proposal {
    /// The addresses at which clients reach the load balancer now, those of what is about to go left out.
    package var addresses: [ServedAddress] {
        addresses(in: stayingResources)
    }

    /// The addresses of resources that exist, and the parts of a plan that was split that have none yet.
    package func addresses(in resources: [ObservedResource<Resource>]) -> [ServedAddress] {
        let serving = Dictionary(grouping: resources.filter { !$0.addresses.isEmpty }, by: \.reference)
        let hosts = Dictionary(parts.map { ($0.loadBalancer, $0.hosts) }) { first, _ in first }
        let names = Set(serving.keys).union(hosts.keys).sorted { first, second in
            // Numbered names in the order of their numbers.
            (first.name.utf8.count, first) < (second.name.utf8.count, second)
        }
        return names.flatMap { reference in
            let found = serving[reference, default: []].sorted { $0.identifier < $1.identifier }
            let addresses: [LoadBalancerAddress?] = found.isEmpty ? [nil] : found.flatMap(\.addresses)
            let ingresses = placement.filter { $0.value.contains(reference) }.keys.sorted()
            return addresses.map { address in
                ServedAddress(
                    name: reference.name, address: address?.description, hosts: hosts[reference, default: []],
                    ingresses: ingresses)
            }
        }
    }
}
