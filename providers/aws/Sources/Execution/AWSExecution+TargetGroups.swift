import Provisioning

extension AWSExecution {
    func createTargetGroup(
        _ spec: TargetGroupSpec, _ creation: PendingCreation, permit: borrowing WritePermit
    ) async throws -> String {
        let told = try await findOrCreate(spec, creation, permit: permit)
        let arn = told.targetGroupArn
        let tags = try await client.tags([arn])[arn]
        guard creation.isMarked(by: tags) else { throw creation.conflict("a target group with the name \(spec.name)") }
        let users = try await client.loadBalancers(told.loadBalancerArns.all())
        let existing = TargetGroupSpec(
            told, attributes: try await client.targetGroupAttributes(arn), tags: ManagedTags.of(tags ?? [:]),
            existing: Set(users.map(\.loadBalancerArn)))
        let change = try creation.change(of: .targetGroup(existing), identifier: arn)
        try await update(change, in: creation.context, permit: permit)
        return arn
    }

    private func findOrCreate(
        _ spec: TargetGroupSpec, _ creation: PendingCreation, permit: borrowing WritePermit
    ) async throws -> LoadBalancing.TargetGroup {
        let check = [
            "path", "port", "protocol", "intervalSeconds", "timeoutSeconds", "healthyThreshold",
            "unhealthyThreshold", "successCodes",
        ]
        do {
            return try await client.createTargetGroup(
                [
                    QueryParameter("Name", .text(spec.name)),
                    QueryParameter("Protocol", .text(spec.protocol)),
                    QueryParameter("ProtocolVersion", .text(spec.protocolVersion)),
                    QueryParameter("Port", .integer(spec.port)),
                    QueryParameter("VpcId", .text(spec.vpc)),
                    QueryParameter("TargetType", .text(spec.targetType)),
                    QueryParameter("IpAddressType", .text(spec.ipAddressType)),
                    QueryParameter("HealthCheckEnabled", .boolean(true)),
                    QueryParameter("Tags", .pairs(spec.tags)),
                ] + check.compactMap { Self.parameter(ofHealthCheck: $0, of: spec) }, permit: permit)
        } catch let error as ProviderError where error.kind == .alreadyExists {
            guard let told = try await client.targetGroups(named: spec.name).first else {
                throw creation.notYetVisible("a target group with the name \(spec.name)")
            }
            return told
        }
    }

    private static func parameter(ofHealthCheck field: String, of spec: TargetGroupSpec) -> QueryParameter? {
        let check = spec.healthCheck
        return switch field {
        case "path": QueryParameter("HealthCheckPath", .text(check.path))
        case "port": QueryParameter("HealthCheckPort", .text(check.port))
        case "protocol": QueryParameter("HealthCheckProtocol", .text(check.protocol))
        case "intervalSeconds": QueryParameter("HealthCheckIntervalSeconds", .integer(check.intervalSeconds))
        case "timeoutSeconds": QueryParameter("HealthCheckTimeoutSeconds", .integer(check.timeoutSeconds))
        case "healthyThreshold": QueryParameter("HealthyThresholdCount", .integer(check.healthyThreshold))
        case "unhealthyThreshold": QueryParameter("UnhealthyThresholdCount", .integer(check.unhealthyThreshold))
        case "successCodes":
            QueryParameter(
                "Matcher",
                .structure([
                    QueryParameter(spec.protocolVersion == "GRPC" ? "GrpcCode" : "HttpCode", .text(check.successCodes))
                ]))
        default: nil
        }
    }

    func updateTargetGroup(
        to spec: TargetGroupSpec, _ change: PendingChange, permit: borrowing WritePermit
    ) async throws {
        let prefix = "healthCheck."
        let parameters = change.paths.sorted().filter { $0.hasPrefix(prefix) }
            .compactMap { Self.parameter(ofHealthCheck: String($0.dropFirst(prefix.count)), of: spec) }
        if !parameters.isEmpty { try await client.modifyTargetGroup(change.identifier, parameters, permit: permit) }
        let attributes = change.attributes(of: spec.attributes)
        if !attributes.isEmpty {
            try await client.setAttributes(attributes, ofTargetGroup: change.identifier, permit: permit)
        }
        try await updateTags(change, permit: permit)
    }

    /// Registers what is missing, then takes away what is too many.
    func updateTargets(
        from old: TargetsSpec, to spec: TargetsSpec, _ change: PendingChange, permit: borrowing WritePermit
    ) async throws {
        let group = ResourceIdentifier.targetGroup(ofTargets: change.identifier)
        let wanted = Set(spec.targets.map(\.description))
        let present = Set(old.targets.map(\.description))
        try await client.register(
            spec.targets.filter { !present.contains($0.description) }, in: group, permit: permit)
        try await client.deregister(
            old.targets.filter { !wanted.contains($0.description) }, from: group, permit: permit)
    }
}
