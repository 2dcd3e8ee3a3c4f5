internal import Provisioning

/// What stays although a graph lacks it: listeners of quarantined Ingresses, and whatever a policy doesn't delete. What the
/// graph has besides mustn't cut it off.
struct StayingResources {
    private let observed: ObservedGraph<AWSResource>
    /// The ports of listeners.
    private var ports: Set<Int> = []
    /// The identifiers of certificates.
    private var certificates: Set<String> = []

    /// - Parameter identifiers: of the observed resources that stay.
    init(
        _ identifiers: Set<String>, in observed: ObservedGraph<AWSResource>, beside graph: ResourceGraph<AWSResource>
    ) {
        self.observed = observed
        for resource in observed.resources
        where identifiers.contains(resource.identifier) && graph[resource.reference] == nil {
            switch resource.resource {
            case .listener(let spec): ports.insert(spec.port)
            case .certificate: certificates.insert(resource.identifier)
            default: break
            }
        }
    }

    /// The graph with the ports let in to that were, and the certificates bound that were.
    func supported(by graph: ResourceGraph<AWSResource>) -> ResourceGraph<AWSResource> {
        guard !ports.isEmpty || !certificates.isEmpty else { return graph }
        var graph = graph
        for existing in observed.resources {
            guard var node = graph[existing.reference] else { continue }
            switch (node.resource, existing.resource) {
            case (.securityGroup(var spec), .securityGroup(let old)):
                let named = Set(spec.ingress.map(\.port))
                let missing = old.ingress.filter {
                    ports.contains($0.port) && !named.contains($0.port) && !spec.ingress.contains($0)
                }
                spec.ingress = (spec.ingress + missing).sorted()
                node.resource = .securityGroup(spec)
            case (.listener(var spec), .listener(let old)) where spec.protocol == "HTTPS":
                let bound = ([old.defaultCertificate].compactMap(\.self) + old.certificates).filter { link in
                    guard case .identifier(let identifier) = link else { return false }
                    return certificates.contains(identifier)
                }
                for link in bound where link != spec.defaultCertificate && !spec.certificates.contains(link) {
                    spec.certificates.append(link)
                }
                spec.certificates.sort { $0.sortKey < $1.sortKey }
                node.resource = .listener(spec)
            default: continue
            }
            graph[existing.reference] = node
        }
        return graph
    }
}
