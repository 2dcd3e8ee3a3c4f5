import Provisioning

extension AWSClient {
    /// Load balancers by ARN. One that doesn't exist is left out.
    func loadBalancers(_ arns: [String]) async throws -> [LoadBalancing.LoadBalancer] {
        try await existing(arns) { arns in
            try await pages(
                .describeLoadBalancers, [QueryParameter("LoadBalancerArns", .texts(arns))],
                next: { (answer: LoadBalancing.LoadBalancers) in answer.nextMarker },
                items: { $0.loadBalancers.all() })
        }
    }

    /// Every load balancer of the account in the region, of any type.
    func allLoadBalancers() async throws -> [LoadBalancing.LoadBalancer] {
        try await pages(
            .describeLoadBalancers, [], next: { (answer: LoadBalancing.LoadBalancers) in answer.nextMarker },
            items: { $0.loadBalancers.all() })
    }

    /// The load balancers of a name: one, or none.
    func loadBalancers(named name: String) async throws -> [LoadBalancing.LoadBalancer] {
        try await orNone {
            let answer: LoadBalancing.LoadBalancers = try await read(
                .describeLoadBalancers, [QueryParameter("Names", .texts([name]))])
            return answer.loadBalancers.all()
        }
    }

    func loadBalancerAttributes(_ arn: String) async throws -> [String: String] {
        let answer: LoadBalancing.Attributes = try await read(
            .describeLoadBalancerAttributes, [QueryParameter("LoadBalancerArn", .text(arn))])
        return answer.attributes.all().dictionary
    }

    func createLoadBalancer(
        _ parameters: [QueryParameter], permit: borrowing WritePermit
    ) async throws -> LoadBalancing.LoadBalancer {
        let answer: LoadBalancing.LoadBalancers = try await write(.createLoadBalancer, parameters, permit: permit)
        return try one(answer.loadBalancers.all(), of: .createLoadBalancer)
    }

    /// Sets attributes, and leaves all others as they are.
    func setAttributes(
        _ attributes: [String: String], ofLoadBalancer arn: String, permit: borrowing WritePermit
    ) async throws {
        try await write(
            .modifyLoadBalancerAttributes,
            [QueryParameter("LoadBalancerArn", .text(arn)), QueryParameter("Attributes", .pairs(attributes))],
            permit: permit)
    }

    func deleteLoadBalancer(_ arn: String, permit: borrowing WritePermit) async throws {
        try await write(.deleteLoadBalancer, [QueryParameter("LoadBalancerArn", .text(arn))], permit: permit)
    }

    /// What AWS allows in the account, by AWS's names for it, such as `rules-per-application-load-balancer`.
    func accountLimits() async throws -> [String: Int] {
        let limits: [LoadBalancing.Limits.Limit] = try await pages(
            .describeAccountLimits, [], next: { (answer: LoadBalancing.Limits) in answer.nextMarker },
            items: { $0.limits.all() })
        return Dictionary(limits.compactMap { limit in limit.max.flatMap { Int($0) }.map { (limit.name, $0) } }) {
            first, _ in first
        }
    }

    // MARK: Tags

    /// The tags of resources of Elastic Load Balancing, by ARN. One that doesn't exist is left out.
    func tags(_ arns: [String]) async throws -> [String: [String: String]] {
        let descriptions = try await existing(arns) { arns in
            let answer: LoadBalancing.TagDescriptions = try await read(
                .describeTags, [QueryParameter("ResourceArns", .texts(arns))])
            return answer.tagDescriptions.all()
        }
        return Dictionary(descriptions.map { ($0.resourceArn, $0.tags.all().dictionary) }) { first, _ in first }
    }

    func addTags(_ tags: [String: String], to arn: String, permit: borrowing WritePermit) async throws {
        try await write(
            .addTags, [QueryParameter("ResourceArns", .texts([arn])), QueryParameter("Tags", .pairs(tags))],
            permit: permit)
    }

    func removeTags(_ keys: [String], from arn: String, permit: borrowing WritePermit) async throws {
        try await write(
            .removeTags,
            [QueryParameter("ResourceArns", .texts([arn])), QueryParameter("TagKeys", .texts(keys.sorted()))],
            permit: permit)
    }

    // MARK: Trust stores

    /// Trust stores by ARN. One that doesn't exist is left out.
    func trustStores(_ arns: [String]) async throws -> [LoadBalancing.TrustStore] {
        try await existing(arns) { try await trustStores([QueryParameter("TrustStoreArns", .texts($0))]) }
    }

    /// The trust stores of a name: one, or none.
    func trustStores(named name: String) async throws -> [LoadBalancing.TrustStore] {
        try await orNone { try await trustStores([QueryParameter("Names", .texts([name]))]) }
    }

    private func trustStores(_ parameters: [QueryParameter]) async throws -> [LoadBalancing.TrustStore] {
        try await pages(
            .describeTrustStores, parameters, next: { (answer: LoadBalancing.TrustStores) in answer.nextMarker },
            items: { $0.trustStores.all() })
    }

    func createTrustStore(
        _ parameters: [QueryParameter], permit: borrowing WritePermit
    ) async throws -> LoadBalancing.TrustStore {
        let answer: LoadBalancing.TrustStores = try await write(.createTrustStore, parameters, permit: permit)
        return try one(answer.trustStores.all(), of: .createTrustStore)
    }

    func deleteTrustStore(_ arn: String, permit: borrowing WritePermit) async throws {
        try await write(.deleteTrustStore, [QueryParameter("TrustStoreArn", .text(arn))], permit: permit)
    }
}

// MARK: - What may be gone

extension AWSClient {
    /// How many resources an operation that takes several by ARN is asked for at once.
    static let batchSize = 20

    /// Asks for things in batches, all at once. AWS refuses a batch in which one is missing; what is missing is left out.
    func existing<Item: Sendable>(
        _ ids: [String], _ fetch: @escaping @Sendable ([String]) async throws -> [Item]
    ) async throws -> [Item] {
        let batches = stride(from: 0, to: ids.count, by: Self.batchSize).map {
            Array(ids[$0..<min($0 + Self.batchSize, ids.count)])
        }
        return try await concurrently(batches) { try await Self.existing(in: $0, fetch) }.flatMap(\.self)
    }

    /// Asks for a batch, and where one is missing for each half of it.
    private static func existing<Item: Sendable>(
        in batch: [String], _ fetch: @escaping @Sendable ([String]) async throws -> [Item]
    ) async throws -> [Item] {
        do {
            return try await fetch(batch)
        } catch let error as ProviderError where error.kind == .notFound {
            guard batch.count > 1 else { return [] }
            let middle = batch.count / 2
            return try await existing(in: Array(batch[..<middle]), fetch)
                + (try await existing(in: Array(batch[middle...]), fetch))
        }
    }

    /// What a look-up finds; nothing where AWS says that there is none.
    func orNone<Item>(_ fetch: () async throws -> [Item]) async throws -> [Item] {
        do {
            return try await fetch()
        } catch let error as ProviderError where error.kind == .notFound {
            return []
        }
    }

    /// The one thing that an answer must hold.
    func one<Item>(_ items: [Item], of operation: AWSOperation) throws -> Item {
        guard let item = items.first else {
            throw ProviderError(
                kind: .unexpectedAnswer, operation: "\(operation.service.rawValue):\(operation.rawValue)",
                message: "the answer doesn't hold what was asked for; check that the endpoint is that of the service")
        }
        return item
    }
}
