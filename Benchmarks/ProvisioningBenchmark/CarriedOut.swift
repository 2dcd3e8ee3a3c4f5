import AWSProvider
import Provisioning

extension ObservedGraph<AWSResource> {
    /// What exists once a graph was carried out: the same resources, which name each other by identifier.
    init(carryingOut graph: ResourceGraph<AWSResource>) {
        self.init(
            resources: graph.resources.map { node in
                let resource = node.resource.naming(Self.identifier)
                var existing = ObservedResource(
                    reference: node.reference, identifier: Self.arn(of: node.reference), resource: resource)
                if case .rule(let rule) = resource {
                    existing.position = rule.priority
                    existing.member = node.members.first
                    if case .identifier(let listener) = rule.listener { existing.container = listener }
                }
                if case .listener(let listener) = resource, case .identifier(let balancer) = listener.loadBalancer {
                    existing.container = balancer
                }
                if case .targets(let targets) = resource, case .identifier(let group) = targets.targetGroup {
                    existing.container = group
                }
                return existing
            })
    }

    private static func arn(of reference: ResourceReference) -> String {
        "arn:aws:elasticloadbalancing:eu-central-1:123456789012:\(reference)"
    }

    private static func identifier(_ link: ResourceLink) -> ResourceLink {
        guard case .resource(let reference) = link else { return link }
        return .identifier(arn(of: reference))
    }
}

extension AWSResource {
    /// The resource with its links in another form.
    fileprivate func naming(_ name: (ResourceLink) -> ResourceLink) -> AWSResource {
        switch self {
        case .loadBalancer(var spec):
            spec.securityGroups = spec.securityGroups.map(name)
            return .loadBalancer(spec)
        case .listener(var spec):
            spec.loadBalancer = name(spec.loadBalancer)
            spec.defaultActions = spec.defaultActions.map { $0.naming(name) }
            return .listener(spec)
        case .rule(var spec):
            spec.listener = name(spec.listener)
            spec.actions = spec.actions.map { $0.naming(name) }
            return .rule(spec)
        case .targetGroup(var spec):
            spec.loadBalancer = spec.loadBalancer.map(name)
            return .targetGroup(spec)
        case .targets(var spec):
            spec.targetGroup = name(spec.targetGroup)
            return .targets(spec)
        case .securityGroup, .certificate, .trustStore: return self
        }
    }
}

extension RuleAction {
    fileprivate func naming(_ name: (ResourceLink) -> ResourceLink) -> RuleAction {
        guard case .forward(var forward) = self else { return self }
        for index in forward.targetGroups.indices {
            forward.targetGroups[index].targetGroup = name(forward.targetGroups[index].targetGroup)
        }
        return .forward(forward)
    }
}
