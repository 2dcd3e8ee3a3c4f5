/// An address at which clients reach a load balancer, and the Ingresses that are served there.
///
/// A plan that was split has several, and each Ingress is served at those of its hosts alone.
package struct ServedAddress: Codable, Hashable, Sendable {
    package var address: String
    /// The Ingresses, as `namespace/name`, sorted; empty where all are served at every address.
    package var ingresses: [String]

    package init(address: String, ingresses: [String] = []) {
        self.address = address
        self.ingresses = ingresses
    }
}

extension Proposal {
    /// The addresses at which clients reach the load balancer now, those of what is about to go left out.
    package var addresses: [ServedAddress] {
        let staying = Set(
            changeSet.changes.filter { $0.action == .noOp || $0.action == .update }.compactMap(\.identifier))
        return addresses(in: changeSet.observed.resources.filter { staying.contains($0.identifier) })
    }

    /// The addresses of resources that exist.
    package func addresses(in resources: [ObservedResource<Resource>]) -> [ServedAddress] {
        let serving = resources.filter { !$0.addresses.isEmpty }.sorted { first, second in
            // Numbered names in the order of their numbers.
            (first.reference.name.utf8.count, first.reference, first.identifier)
                < (second.reference.name.utf8.count, second.reference, second.identifier)
        }
        return serving.flatMap { resource in
            let ingresses = placement.filter { $0.value.contains(resource.reference) }.keys.sorted()
            return resource.addresses.map { ServedAddress(address: $0.description, ingresses: ingresses) }
        }
    }
}
