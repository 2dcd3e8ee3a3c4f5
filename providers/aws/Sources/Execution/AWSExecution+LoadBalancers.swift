import Provisioning

extension AWSExecution {
    func createLoadBalancer(
        _ spec: LoadBalancerSpec, _ creation: PendingCreation, permit: borrowing WritePermit
    ) async throws -> String {
        let told = try await findOrCreate(spec, creation, permit: permit)
        let arn = told.loadBalancerArn
        let tags = try await client.tags([arn])[arn]
        guard creation.isMarked(by: tags) else { throw creation.conflict("a load balancer with the name \(spec.name)") }
        async let attributes = client.loadBalancerAttributes(arn)
        let webACL = spec.webACL == .unmanaged ? .unmanaged : try await client.webACL(of: arn)
        let existing = LoadBalancerSpec(
            told, attributes: try await attributes, webACL: webACL, tags: ManagedTags.of(tags ?? [:]))
        let change = try creation.change(of: .loadBalancer(existing), identifier: arn)
        try await update(change, in: creation.context, permit: permit)
        return arn
    }

    private func findOrCreate(
        _ spec: LoadBalancerSpec, _ creation: PendingCreation, permit: borrowing WritePermit
    ) async throws -> LoadBalancing.LoadBalancer {
        if let told = try await client.loadBalancers(named: spec.name).first { return told }
        do {
            return try await client.createLoadBalancer(
                [
                    QueryParameter("Name", .text(spec.name)),
                    QueryParameter("Type", "application"),
                    QueryParameter("Scheme", .text(spec.scheme)),
                    QueryParameter("IpAddressType", .text(spec.ipAddressType)),
                    QueryParameter("Subnets", .texts(spec.subnets)),
                    QueryParameter(
                        "SecurityGroups", .texts(try spec.securityGroups.map(creation.context.identifier))),
                    QueryParameter("Tags", .pairs(spec.tags)),
                ], permit: permit)
        } catch let error as ProviderError where error.kind == .alreadyExists {
            guard let told = try await client.loadBalancers(named: spec.name).first else {
                throw creation.notYetVisible("a load balancer with the name \(spec.name)")
            }
            return told
        }
    }

    func updateLoadBalancer(
        to spec: LoadBalancerSpec, _ change: PendingChange, in context: OperationContext, permit: borrowing WritePermit
    ) async throws {
        let arn = QueryParameter("LoadBalancerArn", .text(change.identifier))
        if change.touches("subnets") {
            // A load balancer can become dual-stack only with subnets that are, so that both are set at once.
            try await client.write(
                .setSubnets,
                [
                    arn, QueryParameter("Subnets", .texts(spec.subnets)),
                    QueryParameter("IpAddressType", .text(spec.ipAddressType)),
                ], permit: permit)
        } else if change.touches("ipAddressType") {
            try await client.write(
                .setIPAddressType, [arn, QueryParameter("IpAddressType", .text(spec.ipAddressType))], permit: permit)
        }
        if change.touches("securityGroups") {
            let groups = try spec.securityGroups.map(context.identifier)
            try await client.write(
                .setSecurityGroups, [arn, QueryParameter("SecurityGroups", .texts(groups))], permit: permit)
        }
        try await updateTags(change, permit: permit)
        if change.touches("webACL") {
            try await setWebACL(spec.webACL.arn, of: change.identifier, permit: permit)
        }
        // The last, since the load balancer does without those that are refused.
        let attributes = change.attributes(of: spec.attributes)
        if !attributes.isEmpty { try await setAttributes(attributes, of: change.identifier, permit: permit) }
    }

    /// What AWS says of attributes that it refuses doesn't name them: whose bucket it can't write to, say.
    ///
    /// - Throws: ``ImpairedResource`` where they are refused.
    private func setAttributes(
        _ attributes: [String: String], of arn: String, permit: borrowing WritePermit
    ) async throws {
        do {
            try await client.setAttributes(attributes, ofLoadBalancer: arn, permit: permit)
        } catch var error as ProviderError where error.kind == .invalid || error.kind == .forbidden {
            error.message +=
                "; it is about the attributes \(attributes.keys.sorted().joined(separator: ", ")), which come from "
                + "provider.settings or from the annotation load-balancer-attributes: correct them there"
            throw ImpairedResource(identifier: arn, cause: error)
        }
    }

    /// WAF knows a load balancer only once it is active.
    private func setWebACL(_ webACL: String?, of arn: String, permit: borrowing WritePermit) async throws {
        let told = try await client.loadBalancers([arn]).first
        guard told?.state?.code != "provisioning" else {
            throw ProviderError(
                kind: .unavailable, operation: "wafv2:AssociateWebACL",
                message: "the load balancer \(arn) is being provisioned, and WAF takes it once it is active")
        }
        try await client.setWebACL(webACL, of: arn, permit: permit)
    }
}
