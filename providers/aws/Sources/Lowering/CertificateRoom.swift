internal import Provisioning

extension ResourceGraph<AWSResource> {
    /// Lets certificates of listeners go before new ones come, as many as AWS has no room for beside each other.
    ///
    /// - Parameter current: the identifiers of the observed resources that stand for those of the graph.
    mutating func makeRoomForCertificates(
        beside observed: ObservedGraph<AWSResource>, current: [ResourceReference: String]
    ) {
        let listeners = resources.compactMap { node -> (node: DesiredResource<AWSResource>, spec: ListenerSpec)? in
            guard case .listener(let spec) = node.resource else { return nil }
            return (node, spec)
        }
        let existing = Dictionary(
            observed.resources.compactMap { resource -> (String, ListenerSpec)? in
                guard case .listener(let spec) = resource.resource else { return nil }
                return (resource.identifier, spec)
            }
        ) { first, _ in first }
        for balancer in Dictionary(grouping: listeners, by: \.spec.loadBalancer).values {
            let turnovers = balancer.map { listener in
                Turnover(
                    wanted: listener.spec.certificates,
                    present: current[listener.node.reference].flatMap { existing[$0]?.certificates } ?? [],
                    current: current)
            }
            let quota = balancer.map(\.spec.certificateQuota).min() ?? .max
            var excess = turnovers.reduce(0) { $0 + $1.coming + $1.present.count } - quota
            for (listener, turnover) in zip(balancer, turnovers) where excess > 0 && turnover.going > 0 {
                var (node, spec) = listener
                spec.certificatesToRemoveFirst = min(excess, turnover.going)
                excess -= spec.certificatesToRemoveFirst
                node.resource = .listener(spec)
                self[node.reference] = node
            }
        }
    }

    /// What becomes of the certificates of one listener.
    private struct Turnover {
        let present: Set<ResourceLink>
        /// How many are new.
        let coming: Int
        let going: Int

        init(wanted: [ResourceLink], present: [ResourceLink], current: [ResourceReference: String]) {
            let wanted = Set(
                wanted.map { link in
                    guard case .resource(let reference) = link, let identifier = current[reference] else { return link }
                    return .identifier(identifier)
                })
            self.present = Set(present)
            coming = wanted.subtracting(present).count
            going = self.present.subtracting(wanted).count
        }
    }
}
