package import Provisioning

/// The resources of AWS that the provider makes.
package enum AWSResource: ProvisionedResource {
    case loadBalancer(LoadBalancerSpec)
    case securityGroup(SecurityGroupSpec)
    case listener(ListenerSpec)
    case rule(RuleSpec)
    case targetGroup(TargetGroupSpec)
    case targets(TargetsSpec)
    case certificate(CertificateSpec)
    case trustStore(TrustStoreSpec)

    /// The types of ``ResourceReference``.
    package enum ResourceType {
        package static let loadBalancer = "load-balancer"
        package static let securityGroup = "security-group"
        package static let listener = "listener"
        package static let rule = "rule"
        package static let targetGroup = "target-group"
        package static let targets = "targets"
        package static let certificate = "certificate"
        package static let trustStore = "trust-store"
    }

    package var fields: [ResourceField] {
        switch self {
        case .loadBalancer(let spec): spec.fields
        case .securityGroup(let spec): spec.fields
        case .listener(let spec): spec.fields
        case .rule(let spec): spec.fields
        case .targetGroup(let spec): spec.fields
        case .targets(let spec): spec.fields
        case .certificate(let spec): spec.fields
        case .trustStore(let spec): spec.fields
        }
    }

    package func fields(comparedWith existing: Self) -> (existing: [ResourceField], desired: [ResourceField]) {
        switch (self, existing) {
        case (.loadBalancer(let desired), .loadBalancer(var existing)):
            existing.attributes = ManagedAttributes.loadBalancer.compared(
                existing.attributes, with: desired.attributes)
            return desired.fields(comparedWith: existing)
        case (.listener(let desired), .listener(var existing)):
            existing.attributes = ManagedAttributes.listener.compared(existing.attributes, with: desired.attributes)
            return (existing.fields, desired.fields)
        case (.securityGroup(let desired), .securityGroup(var existing)):
            // What is let out beside that was added by hand, and may stay.
            existing.egress.removeAll { !desired.egress.contains($0) }
            return (existing.fields, desired.fields)
        default: return (existing.fields, fields)
        }
    }

    package var reach: RequestReach {
        if case .rule(let spec) = self { spec.reach } else { .everything }
    }

    package func takesSameRequests(as other: AWSResource) -> Bool? {
        guard case (.rule(let spec), .rule(let other)) = (self, other) else { return nil }
        return spec.takesSameRequests(as: other)
    }

    package func renamed(_ reference: ResourceReference) -> AWSResource {
        guard case .rule(var spec) = self, var ownership = OwnershipTags(spec.tags) else { return self }
        for key in ownership.tags.keys { spec.tags[key] = nil }
        ownership.resource = reference
        spec.tags.merge(ownership.tags) { $1 }
        return .rule(spec)
    }

    package var withClosedFallback: AWSResource {
        if case .listener(let spec) = self { .listener(spec.withClosedDefault) } else { self }
    }

    package var title: String {
        switch self {
        case .loadBalancer(let spec): spec.name
        case .securityGroup(let spec): spec.name
        case .listener(let spec): "\(spec.protocol) :\(spec.port)"
        case .rule(let spec): spec.title
        case .targetGroup(let spec): spec.name
        case .targets, .certificate: ""
        case .trustStore(let spec): spec.name
        }
    }

    /// Load balancers are named once in an account and region.
    package var uniqueName: String? {
        if case .loadBalancer(let spec) = self { spec.name } else { nil }
    }

    /// The DNS name of a load balancer is generated with it.
    package var replacementInterruption: String? {
        guard case .loadBalancer = self else { return nil }
        return "clients of the old address, which goes: point DNS to the new one as soon as it is there"
    }

    /// A load balancer is `provisioning` at first, and targets are `initial` until their first checks.
    package var isAwaited: Bool {
        switch self {
        case .loadBalancer, .targets: true
        case .securityGroup, .listener, .rule, .targetGroup, .certificate, .trustStore: false
        }
    }

    /// The tags that the resource should have or has; empty for what AWS doesn't tag.
    package var tags: [String: String] {
        switch self {
        case .loadBalancer(let spec): spec.tags
        case .securityGroup(let spec): spec.tags
        case .listener(let spec): spec.tags
        case .rule(let spec): spec.tags
        case .targetGroup(let spec): spec.tags
        case .targets: [:]
        case .certificate(let spec): spec.tags
        case .trustStore(let spec): spec.tags
        }
    }
}

extension ResourceField {
    /// A field for each tag.
    static func tags(_ tags: [String: String]) -> [ResourceField] {
        tags.sorted { $0.key < $1.key }.map { key, value in
            ResourceField("tags[\(key)]", .string(value)).implied(key.hasPrefix(OwnershipTags.Key.prefix))
        }
    }

    /// A field for each attribute of the `…Attributes` operations, of which `table` has the defaults.
    static func attributes(_ attributes: [String: String], of table: AttributeTable) -> [ResourceField] {
        attributes.sorted { $0.key < $1.key }.map { key, value in
            ResourceField("attributes[\(key)]", .string(value))
                .implied(by: .optional(table.definitions[key]?.defaultValue))
        }
    }
}
