import Provisioning

extension AWSExecution {
    func createSecurityGroup(
        _ spec: SecurityGroupSpec, _ creation: PendingCreation, permit: borrowing WritePermit
    ) async throws -> String {
        do {
            let id = try await client.createSecurityGroup(spec, permit: permit)
            try await authorize(spec.ingress.map(Network.PermissionPart.init), in: id, permit: permit)
            // A new group lets everything out by IPv4.
            try await letOut(to: spec.egress.filter { $0 != SecurityGroupSpec.everywhere }, of: id, permit: permit)
            return id
        } catch let error as ProviderError where error.kind == .alreadyExists {
            let groups = try await client.securityGroups([("group-name", [spec.name]), ("vpc-id", [spec.vpc])])
            guard let told = groups.first else {
                throw creation.notYetVisible("a security group with the name \(spec.name)")
            }
            guard creation.isMarked(by: told.tagSet.all().dictionary) else {
                throw creation.conflict("a security group with the name \(spec.name) in \(spec.vpc)")
            }
            let change = try creation.change(
                of: .securityGroup(SecurityGroupSpec(told)), identifier: told.groupId)
            try await update(change, in: creation.context, permit: permit)
            return told.groupId
        }
    }

    private func authorize(
        _ permissions: [Network.PermissionPart], in group: String, permit: borrowing WritePermit
    ) async throws {
        if !permissions.isEmpty { try await client.authorize(permissions, in: group, permit: permit) }
    }

    /// Lets everything out to networks one by one: EC2 refuses a call in which one is there already, such as IPv6 in a new
    /// group of a VPC that has it.
    private func letOut(to networks: [String], of group: String, permit: borrowing WritePermit) async throws {
        for network in networks {
            do {
                try await client.authorizeEgress(to: [network], in: group, permit: permit)
            } catch let error as ProviderError where error.kind == .alreadyExists {
                continue
            }
        }
    }

    /// Lets in what is missing, then shuts out what is too much.
    func updateSecurityGroup(
        to spec: SecurityGroupSpec, _ change: PendingChange, permit: borrowing WritePermit
    ) async throws {
        if change.touches("ingress") {
            // EC2 refuses a call in which one permission is there already or not there any more, so that it is asked first.
            let told = try await client.securityGroups([("group-id", [change.identifier])])
            let present = Set(told.flatMap { $0.ipPermissions.all() }.flatMap(\.parts))
            let wanted = spec.ingress.map(Network.PermissionPart.init)
            try await authorize(wanted.filter { !present.contains($0) }, in: change.identifier, permit: permit)
            let surplus = present.subtracting(wanted).sorted { $0.title < $1.title }
            if !surplus.isEmpty { try await client.revoke(surplus, in: change.identifier, permit: permit) }
        }
        if change.touches("egress") { try await letOut(to: spec.egress, of: change.identifier, permit: permit) }
        if !change.tagsToAdd.isEmpty {
            try await client.createTags(change.tagsToAdd, on: change.identifier, permit: permit)
        }
        if !change.tagsToRemove.isEmpty {
            try await client.deleteTags(change.tagsToRemove, from: change.identifier, permit: permit)
        }
    }
}
