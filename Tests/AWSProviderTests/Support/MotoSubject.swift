import LoadBalancerModel
import Provisioning
import ProvisioningTesting

@testable import AWSProvider

/// An account of moto as a subject of the conformance suite.
struct MotoSubject: ConformanceSubject {
    let aws: MotoAWS
    let assets: PlanAssets

    var options: ExecutionOptions { aws.options }

    func makeProvider() async throws -> AWSProvider { try aws.provider() }

    func writeCount() async throws -> Int { aws.sender.writes.count }

    func throttle(_ count: Int) async throws { aws.sender.throttle(count) }

    /// moto's reads are never behind.
    func delayReads() async throws {}

    func inventory() async throws -> [String] {
        let client = try aws.client()
        var lines: [String] = []
        var names: [String: String] = [:]
        for balancer in try await client.allLoadBalancers() {
            guard let reading = try await client.reading(of: balancer, comparedWith: .absent, in: ProposalRound())
            else { continue }
            let arns = reading.listeners.flatMap { [$0.told.listenerArn] + $0.rules.map(\.ruleArn) }
            let tags = try await client.tags([balancer.loadBalancerArn] + arns.filter { !$0.isEmpty })
            for (arn, tags) in tags { names[arn] = tags[OwnershipTags.Key.resource] ?? "foreign" }
            let spec = LoadBalancerSpec(
                balancer, attributes: reading.attributes, webACL: reading.webACL,
                tags: tags[balancer.loadBalancerArn] ?? [:])
            lines.append("load balancer \(text(.loadBalancer(spec)))")
            for listener in reading.listeners {
                let arn = listener.told.listenerArn
                lines.append(
                    "listener "
                        + text(
                            .listener(
                                ListenerSpec(
                                    listener.told, loadBalancer: balancer.loadBalancerArn,
                                    certificates: listener.certificates, attributes: listener.attributes,
                                    tags: tags[arn] ?? [:]))))
                for rule in listener.rules {
                    let tags = ConformanceInventory.tags(tags[rule.ruleArn] ?? [:])
                    guard let spec = RuleSpec(rule, listener: arn, tags: tags) else { continue }
                    lines.append("rule \(text(.rule(spec)))")
                }
            }
        }
        lines += try await backends(client, &names)
        return lines.map { line in names.reduce(line) { $0.replacing($1.key, with: $1.value) } }.sorted()
    }

    private func backends(_ client: AWSClient, _ names: inout [String: String]) async throws -> [String] {
        var lines: [String] = []
        let found = try await client.resources(tagged: [OwnershipTags.Key.cluster: []], types: ["elasticloadbalancing"])
        let arns = found.map(\.arn).filter { ResourceIdentifier.kind(of: $0) == .targetGroup }
        for group in try await client.targetGroups(arns) {
            guard let reading = try await client.reading(of: group) else { continue }
            let tags = try await client.tags([group.targetGroupArn])[group.targetGroupArn] ?? [:]
            names[group.targetGroupArn] = tags[OwnershipTags.Key.resource] ?? "foreign"
            lines.append(
                "target group "
                    + text(.targetGroup(TargetGroupSpec(group, attributes: reading.attributes, tags: tags))))
            let targets = TargetsSpec(reading.targets, targetGroup: group.targetGroupArn, port: 0)
            lines.append("targets \(text(.targets(targets)))")
        }
        for certificate in try await client.certificates() {
            let tags = try await client.tags(ofCertificate: certificate.arn) ?? [:]
            names[certificate.arn] = tags[OwnershipTags.Key.resource] ?? "foreign"
            lines.append("certificate \(text(.certificate(CertificateSpec(tags: tags))))")
        }
        for group in try await client.securityGroups([]) {
            names[group.groupId] = group.tagSet.all().dictionary[OwnershipTags.Key.resource] ?? "foreign"
            let spec = SecurityGroupSpec(group)
            lines.append("security group \(spec.ingress) \(spec.tags.sorted { $0.key < $1.key })")
        }
        return lines
    }

    private func text(_ resource: AWSResource) -> String {
        resource.fields.filter { $0.change != .reordering && $0.path != "vpc" && $0.path != "subnets" }
            .map { "\($0.path)=\($0.value)" }.joined(separator: " ")
    }

    func foreignInventory() async throws -> [String] {
        try await inventory().filter { !$0.contains(OwnershipTags.Key.resource) && !$0.hasPrefix("targets") }
    }

    // MARK: By hand

    private func ours(_ owner: Owner) async throws -> ObservedGraph<AWSResource> {
        try await aws.provider().observe(owner)
    }

    func tamper(with owner: Owner) async throws {
        let client = try aws.client()
        guard let rule = try await ours(owner).resources.first(where: { $0.reference.type == "rule" }) else { return }
        let context = OperationContext(owner: owner, identifiers: [:], assets: PlanAssets())
        let actions = try RuleAction.query([.fixedResponse(.init(statusCode: 418))], in: context)
        try await WritePermit.granting { permit in
            try await client.modifyRule(rule.identifier, [QueryParameter("Actions", actions)], permit: permit)
        }
    }

    func addForeignRule(to owner: Owner) async throws {
        let listener = try await ours(owner).resources.first { $0.reference.type == "listener" }
        guard let listener else { return }
        try await ForeignResources(client: aws.client()).addRule(to: listener.identifier)
    }

    func addForeignLoadBalancer() async throws {
        let client = try aws.client()
        let subnets = try await client.subnets([]).map(\.subnetId).sorted()
        try await ForeignResources(client: client).addLoadBalancer(subnets: Array(subnets.prefix(2)))
    }

    func setDeletionProtection(_ isOn: Bool, of owner: Owner) async throws {
        let client = try aws.client()
        let balancer = try await ours(owner).resources.first { $0.reference.type == "load-balancer" }
        guard let balancer else { return }
        try await WritePermit.granting { permit in
            try await client.setAttributes(
                ["deletion_protection.enabled": isOn ? "true" : "false"], ofLoadBalancer: balancer.identifier,
                permit: permit)
        }
    }
}
