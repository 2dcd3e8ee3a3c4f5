import Provisioning

extension AWSClient {
    /// Target groups by ARN. One that doesn't exist is left out.
    func targetGroups(_ arns: [String]) async throws -> [LoadBalancing.TargetGroup] {
        try await existing(arns) { try await targetGroups([QueryParameter("TargetGroupArns", .texts($0))]) }
    }

    /// The target groups that the rules of a load balancer refer to.
    func targetGroups(ofLoadBalancer arn: String) async throws -> [LoadBalancing.TargetGroup] {
        try await orNone { try await targetGroups([QueryParameter("LoadBalancerArn", .text(arn))]) }
    }

    /// The target groups of a name: one, or none.
    func targetGroups(named name: String) async throws -> [LoadBalancing.TargetGroup] {
        try await orNone { try await targetGroups([QueryParameter("Names", .texts([name]))]) }
    }

    private func targetGroups(_ parameters: [QueryParameter]) async throws -> [LoadBalancing.TargetGroup] {
        try await pages(
            .describeTargetGroups, parameters, next: { (answer: LoadBalancing.TargetGroups) in answer.nextMarker },
            items: { $0.targetGroups.all() })
    }

    func targetGroupAttributes(_ arn: String) async throws -> [String: String] {
        let answer: LoadBalancing.Attributes = try await read(
            .describeTargetGroupAttributes, [QueryParameter("TargetGroupArn", .text(arn))])
        return answer.attributes.all().dictionary
    }

    /// The targets of a target group with their health, those that are draining among them.
    func targetHealth(_ arn: String) async throws -> [LoadBalancing.TargetHealth] {
        let answer: LoadBalancing.TargetHealths = try await read(
            .describeTargetHealth, [QueryParameter("TargetGroupArn", .text(arn))])
        return answer.targetHealthDescriptions.all()
    }

    func createTargetGroup(
        _ parameters: [QueryParameter], permit: borrowing WritePermit
    ) async throws -> LoadBalancing.TargetGroup {
        let answer: LoadBalancing.TargetGroups = try await write(.createTargetGroup, parameters, permit: permit)
        return try one(answer.targetGroups.all(), of: .createTargetGroup)
    }

    /// Changes what the parameters name, and leaves all else as it is.
    func modifyTargetGroup(
        _ arn: String, _ parameters: [QueryParameter], permit: borrowing WritePermit
    ) async throws {
        try await write(.modifyTargetGroup, [QueryParameter("TargetGroupArn", .text(arn))] + parameters, permit: permit)
    }

    /// Sets attributes, and leaves all others as they are.
    func setAttributes(
        _ attributes: [String: String], ofTargetGroup arn: String, permit: borrowing WritePermit
    ) async throws {
        try await write(
            .modifyTargetGroupAttributes,
            [QueryParameter("TargetGroupArn", .text(arn)), QueryParameter("Attributes", .pairs(attributes))],
            permit: permit)
    }

    func deleteTargetGroup(_ arn: String, permit: borrowing WritePermit) async throws {
        try await write(.deleteTargetGroup, [QueryParameter("TargetGroupArn", .text(arn))], permit: permit)
    }

    /// How many targets are registered or deregistered with one call.
    static let targetBatchSize = 200

    func register(_ targets: [TargetsSpec.Target], in arn: String, permit: borrowing WritePermit) async throws {
        for batch in Self.batches(targets) {
            let list = batch.map { target in
                var parameters = [
                    QueryParameter("Id", .text(target.id)), QueryParameter("Port", .integer(target.port)),
                ]
                if let zone = target.availabilityZone {
                    parameters.append(QueryParameter("AvailabilityZone", .text(zone)))
                }
                return ParameterValue.structure(parameters)
            }
            try await write(
                .registerTargets,
                [QueryParameter("TargetGroupArn", .text(arn)), QueryParameter("Targets", .list(list))], permit: permit)
        }
    }

    func deregister(_ targets: [TargetsSpec.Target], from arn: String, permit: borrowing WritePermit) async throws {
        for batch in Self.batches(targets) {
            let list = batch.map { target in
                ParameterValue.structure([
                    QueryParameter("Id", .text(target.id)), QueryParameter("Port", .integer(target.port)),
                ])
            }
            try await write(
                .deregisterTargets,
                [QueryParameter("TargetGroupArn", .text(arn)), QueryParameter("Targets", .list(list))], permit: permit)
        }
    }

    private static func batches(_ targets: [TargetsSpec.Target]) -> [ArraySlice<TargetsSpec.Target>] {
        stride(from: 0, to: targets.count, by: targetBatchSize).map {
            targets[$0..<min($0 + targetBatchSize, targets.count)]
        }
    }
}
