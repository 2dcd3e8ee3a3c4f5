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
        let keys = try await tags(of: identifier, kind).keys.filter { $0.hasPrefix(OwnershipTags.Key.prefix) }.sorted()
        guard !keys.isEmpty else { return }
        switch kind {
        case .certificate: try await client.removeTags(keys, fromCertificate: identifier, permit: permit)
        case .securityGroup: try await client.deleteTags(keys, from: Self.id(identifier), permit: permit)
        default: try await client.removeTags(keys, from: identifier, permit: permit)
        }
    }

    private func tags(of identifier: String, _ kind: ResourceIdentifier.Kind) async throws -> [String: String] {
        switch kind {
        case .certificate: return try await client.tags(ofCertificate: identifier) ?? [:]
        case .securityGroup:
            let groups = try await client.securityGroups([("group-id", [Self.id(identifier)])])
            return groups.first?.tagSet.all().dictionary ?? [:]
        default: return try await client.tags([identifier])[identifier] ?? [:]
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

    /// Whose load balancers there are in a cluster.
    func owners(in cluster: String) async throws -> [Owner] {
        async let groups = client.securityGroups([("tag:\(OwnershipTags.Key.cluster)", [cluster])])
        let tagged = try await client.resources(
            tagged: [OwnershipTags.Key.cluster: [cluster]], types: ["elasticloadbalancing", "acm"]
        ).map(\.tagsByKey)
        let all = tagged + (try await groups.map { $0.tagSet.all().dictionary })
        let owners = Set(all.compactMap { OwnershipTags($0)?.owner }).filter { $0.cluster == cluster }
        return owners.sorted { $0.loadBalancer < $1.loadBalancer }
    }
}
