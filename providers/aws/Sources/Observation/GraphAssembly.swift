import Provisioning

/// Puts together what was read of an owner's resources. Pure.
struct GraphAssembly {
    let owner: Owner
    /// The tags of load balancers, listeners and rules, by ARN; what has gone meanwhile isn't among them.
    let tags: [String: [String: String]]
    /// The tags of the owner's certificates, by ARN.
    let certificates: [String: [String: String]]
    /// The ARNs of the load balancers that exist, whosever they are.
    let existing: Set<String>
    /// Those of them that aren't the owner's.
    let others: [LoadBalancing.LoadBalancer]

    func graph(
        loadBalancers: [LoadBalancerReading],
        targetGroups: [(reading: TargetGroupReading, tags: [String: String])],
        trustStores: [(store: LoadBalancing.TrustStore, tags: [String: String])],
        securityGroups: [Network.SecurityGroup]
    ) -> ObservedGraph<AWSResource> {
        var graph = ObservedGraph<AWSResource>()
        for balancer in loadBalancers { add(balancer, to: &graph) }
        let bereft = bereft(targetGroups)
        for (reading, tags) in targetGroups {
            let isUsed = !isOrphan(reading.told) || bereft.contains(reading.told.targetGroupArn)
            add(reading, tags: tags, among: isUsed ? existing : nil, to: &graph)
        }
        for (store, tags) in trustStores {
            guard let ownership = ownership(tags) else { continue }
            graph.resources.append(
                ObservedResource(
                    reference: ownership.resource, identifier: store.trustStoreArn,
                    resource: .trustStore(TrustStoreSpec(name: store.name, tags: tags)),
                    ingressClass: ownership.ingressClass))
        }
        for group in securityGroups {
            guard let ownership = ownership(group.tagSet.all().dictionary) else { continue }
            graph.resources.append(
                ObservedResource(
                    reference: ownership.resource, identifier: group.groupId,
                    resource: .securityGroup(SecurityGroupSpec(group)),
                    ingressClass: ownership.ingressClass,
                    protection: inUse(group.groupId) { $0.securityGroups.all().contains(group.groupId) }))
        }
        for (arn, tags) in certificates.sorted(by: { $0.key < $1.key }) {
            guard let ownership = ownership(tags) else { continue }
            graph.resources.append(
                ObservedResource(
                    reference: ownership.resource, identifier: arn,
                    resource: .certificate(CertificateSpec(tags: tags)),
                    ingressClass: ownership.ingressClass))
        }
        return graph
    }

    /// Whose a resource is, where it is the owner's.
    private func ownership(_ tags: [String: String]?) -> OwnershipTags? {
        tags.flatMap { OwnershipTags($0) }.flatMap { $0.owner == owner ? $0 : nil }
    }

    /// Why something isn't deleted that a load balancer of others uses, as one that was released does.
    private func inUse(_ identifier: String, by uses: (LoadBalancing.LoadBalancer) -> Bool) -> String? {
        others.first(where: uses).map { user in
            "the load balancer \(user.loadBalancerName) (\(user.loadBalancerArn)) uses it and isn't of this plan; take it "
                + "off there, or let go of it as well with headgate import --release \(identifier), and run again"
        }
    }

    private func add(_ reading: LoadBalancerReading, to graph: inout ObservedGraph<AWSResource>) {
        let arn = reading.told.loadBalancerArn
        guard let tags = tags[arn], let ownership = ownership(tags) else { return }
        let spec = LoadBalancerSpec(
            reading.told, attributes: reading.attributes, webACL: reading.webACL, tags: ManagedTags.of(tags))
        graph.resources.append(
            ObservedResource(
                reference: ownership.resource,
                identifier: arn,
                resource: .loadBalancer(spec),
                ingressClass: ownership.ingressClass,
                protection: Self.protection(of: spec, arn: arn),
                addresses: reading.told.dnsName.map { [.hostname($0)] } ?? []))
        for listener in reading.listeners { add(listener, loadBalancer: arn, to: &graph) }
    }

    private static func protection(of spec: LoadBalancerSpec, arn: String) -> String? {
        guard spec.attributes["deletion_protection.enabled"] == "true" else { return nil }
        return "deletion protection is on for the load balancer \(spec.name); turn it off where it comes "
            + "from: provider.settings.deletionProtection of the parameters, the annotation "
            + "alb.ingress.kubernetes.io/load-balancer-attributes of an Ingress, else with aws elbv2 modify-load-balancer-attributes "
            + "--load-balancer-arn \(arn) --attributes Key=deletion_protection.enabled,Value=false, and run again"
    }

    private func add(
        _ reading: ListenerReading, loadBalancer: String, to graph: inout ObservedGraph<AWSResource>
    ) {
        let arn = reading.told.listenerArn
        guard let tags = tags[arn] else { return }
        guard let ownership = ownership(tags) else {
            graph.foreign.append(
                ForeignResource(
                    identifier: arn, title: "listener on port \(reading.told.port)", container: loadBalancer))
            return
        }
        let spec = ListenerSpec(
            reading.told, loadBalancer: loadBalancer, certificates: reading.certificates.sorted(by: precedes),
            attributes: reading.attributes, tags: ManagedTags.of(tags))
        graph.resources.append(
            ObservedResource(
                reference: ownership.resource, identifier: arn, resource: .listener(spec), container: loadBalancer))
        for rule in reading.rules { add(rule, listener: arn, to: &graph) }
    }

    /// The order in which a desired listener has its certificates.
    private func precedes(_ first: String, _ second: String) -> Bool {
        func key(_ arn: String) -> String { ownership(certificates[arn])?.resource.description ?? arn }
        return key(first) < key(second)
    }

    private func add(_ rule: LoadBalancing.Rule, listener: String, to graph: inout ObservedGraph<AWSResource>) {
        guard let tags = tags[rule.ruleArn],
            let spec = RuleSpec(rule, listener: listener, tags: ManagedTags.of(tags))
        else { return }
        guard let ownership = ownership(tags) else {
            graph.foreign.append(
                ForeignResource(
                    identifier: rule.ruleArn, title: "rule with priority \(spec.priority)", container: listener,
                    position: spec.priority))
            return
        }
        graph.resources.append(
            ObservedResource(
                reference: ownership.resource,
                identifier: rule.ruleArn,
                resource: .rule(spec),
                member: ownership.ingress,
                container: listener,
                position: spec.priority))
    }

    /// Whether a target group tells of load balancers that are gone alone, as some clouds do.
    private func isOrphan(_ group: LoadBalancing.TargetGroup) -> Bool {
        let users = group.loadBalancerArns.all()
        return !users.isEmpty && !users.contains(where: existing.contains)
    }

    /// The orphans that go on for a load balancer that is made anew, by ARN: of each reference one, where it has no other
    /// target group. Where it has, an orphan is what a replacement left behind.
    private func bereft(_ groups: [(reading: TargetGroupReading, tags: [String: String])]) -> Set<String> {
        let owned = groups.compactMap { group in ownership(group.tags).map { (group.reading.told, $0.resource) } }
        let alone = Dictionary(grouping: owned, by: \.1).values.filter { $0.allSatisfy { isOrphan($0.0) } }
        return Set(alone.compactMap { $0.map(\.0.targetGroupArn).min() })
    }

    /// - Parameter existing: the load balancers that count as those which use it; nil for all that it tells of.
    private func add(
        _ reading: TargetGroupReading, tags: [String: String], among existing: Set<String>?,
        to graph: inout ObservedGraph<AWSResource>
    ) {
        guard let ownership = ownership(tags) else { return }
        let arn = reading.told.targetGroupArn
        let spec = TargetGroupSpec(
            reading.told, attributes: reading.attributes, tags: ManagedTags.of(tags), existing: existing)
        graph.resources.append(
            ObservedResource(
                reference: ownership.resource, identifier: arn, resource: .targetGroup(spec),
                ingressClass: ownership.ingressClass,
                protection: inUse(arn) { reading.told.loadBalancerArns.all().contains($0.loadBalancerArn) }))
        graph.resources.append(
            ObservedResource(
                reference: ResourceReference(
                    type: AWSResource.ResourceType.targets, name: ownership.resource.name),
                identifier: ResourceIdentifier.targets(of: arn),
                resource: .targets(TargetsSpec(reading.targets, targetGroup: arn, port: spec.port)),
                container: arn))
    }
}
