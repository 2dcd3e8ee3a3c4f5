import Provisioning

/// Marks resources as the owner's, and takes the marks away.
struct AWSOwnership: Sendable {
    let client: AWSClient

    func adopt(_ identifier: String, as tags: OwnershipTags, permit: borrowing WritePermit) async throws {
        switch try Self.kind(of: identifier, operation: "import") {
        case .certificate: try await client.addTags(tags.tags, toCertificate: identifier, permit: permit)
        case .securityGroup: try await client.createTags(tags.tags, on: Self.id(identifier), permit: permit)
        default: try await client.addTags(tags.tags, to: identifier, permit: permit)
        }
    }

    func release(_ identifier: String, permit: borrowing WritePermit) async throws {
        let kind = try Self.kind(of: identifier, operation: "release")
        let keys = (try await tags(of: identifier, kind) ?? [:]).keys.filter { $0.hasPrefix(OwnershipTags.Key.prefix) }
            .sorted()
        guard !keys.isEmpty else { return }
        switch kind {
        case .certificate: try await client.removeTags(keys, fromCertificate: identifier, permit: permit)
        case .securityGroup: try await client.deleteTags(keys, from: Self.id(identifier), permit: permit)
        default: try await client.removeTags(keys, from: identifier, permit: permit)
        }
    }

    func inspect(_ identifier: String) async throws -> InspectedResource {
        let kind = try Self.kind(of: identifier, operation: "inspect")
        guard let tags = try await tags(of: identifier, kind) else {
            throw ProviderError(
                kind: .notFound, operation: "inspect",
                message:
                    "\(identifier) doesn't exist in this account and region; check the identifier, --region and the "
                    + "credentials' account")
        }
        return InspectedResource(type: Self.type(of: kind), tags: tags)
    }

    /// The tags of a resource; nil where it doesn't exist.
    private func tags(of identifier: String, _ kind: ResourceIdentifier.Kind) async throws -> [String: String]? {
        switch kind {
        case .certificate: return try await client.tags(ofCertificate: identifier)
        case .securityGroup:
            let groups = try await client.securityGroups([("group-id", [Self.id(identifier)])])
            return groups.first?.tagSet.all().dictionary
        default: return try await client.tags([identifier])[identifier]
        }
    }

    private static func type(of kind: ResourceIdentifier.Kind) -> String {
        switch kind {
        case .loadBalancer: AWSResource.ResourceType.loadBalancer
        case .targetGroup: AWSResource.ResourceType.targetGroup
        case .trustStore: AWSResource.ResourceType.trustStore
        case .certificate: AWSResource.ResourceType.certificate
        case .securityGroup: AWSResource.ResourceType.securityGroup
        case .listener: AWSResource.ResourceType.listener
        case .rule: AWSResource.ResourceType.rule
        case .targets: AWSResource.ResourceType.targets
        }
    }

    private static func kind(of identifier: String, operation: String) throws -> ResourceIdentifier.Kind {
        guard let kind = ResourceIdentifier.kind(of: identifier), kind != .targets else {
            throw ProviderError(
                kind: .invalid, operation: operation,
                message:
                    "\(identifier) is nothing that can be Headgate's on AWS; give the ARN of an Application Load Balancer, "
                    + "a listener, a rule, a target group, a trust store or a certificate, or the id of a security group"
            )
        }
        return kind
    }

    /// The id of a security group that may be named by its ARN.
    private static func id(_ identifier: String) -> String {
        identifier.split(separator: "/").last.map(String.init) ?? identifier
    }

    /// Whose load balancers there are in a cluster, or in any where none is named.
    func owners(in cluster: String?) async throws -> [Owner] {
        let key = OwnershipTags.Key.cluster
        async let groups = client.securityGroups([
            cluster.map { ("tag:\(key)", [$0]) } ?? ("tag-key", [key])
        ])
        let tagged = try await client.resources(
            tagged: [key: cluster.map { [$0] } ?? []], types: ["elasticloadbalancing", "acm"]
        ).map(\.tagsByKey)
        let all = tagged + (try await groups.map { $0.tagSet.all().dictionary })
        return Set(all.compactMap { OwnershipTags($0)?.owner }).filter { cluster == nil || $0.cluster == cluster }
            .sorted()
    }
}
