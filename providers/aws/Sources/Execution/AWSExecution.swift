internal import Foundation
import ProviderHTTP
import Provisioning

/// Does single steps on AWS.
///
/// Each may be done again after it has taken effect, in part or in whole: what is there already is found by its name or
/// place and its ownership tags, and brought to where it should be.
struct AWSExecution: Sendable {
    let client: AWSClient
    let time: any TimeSource

    func perform(
        _ operation: ResourceOperation<AWSResource>, in context: OperationContext, permit: borrowing WritePermit
    ) async throws -> String {
        switch operation {
        case .create(let node):
            return try await create(node, in: context, permit: permit)
        case .update(let existing, let node, let paths):
            let change = PendingChange(
                identifier: existing.identifier, existing: existing.resource, desired: node.resource, paths: paths)
            try await update(change, in: context, permit: permit)
            return existing.identifier
        case .reorder(let reordering):
            let priorities = try reordering.moves.filter { $0.from != $0.to }.map { move in
                (rule: try context.identifier(of: move.resource), priority: move.to)
            }
            if !priorities.isEmpty { try await client.setPriorities(priorities, permit: permit) }
            return ""
        case .delete(let existing):
            try await delete(existing, permit: permit)
            return existing.identifier
        }
    }

    private func create(
        _ node: DesiredResource<AWSResource>, in context: OperationContext, permit: borrowing WritePermit
    ) async throws -> String {
        let creation = PendingCreation(
            ownership: OwnershipTags(owner: context.owner, resource: node.reference), resource: node.resource,
            context: context)
        switch node.resource {
        case .loadBalancer(let spec): return try await createLoadBalancer(spec, creation, permit: permit)
        case .securityGroup(let spec): return try await createSecurityGroup(spec, creation, permit: permit)
        case .listener(let spec): return try await createListener(spec, creation, permit: permit)
        case .rule(let spec): return try await createRule(spec, creation, permit: permit)
        case .targetGroup(let spec): return try await createTargetGroup(spec, creation, permit: permit)
        case .targets(let spec):
            let group = try context.identifier(of: spec.targetGroup)
            try await client.register(spec.targets, in: group, permit: permit)
            return ResourceIdentifier.targets(of: group)
        case .certificate(let spec): return try await createCertificate(spec, creation, permit: permit)
        case .trustStore(let spec): return try await createTrustStore(spec, creation, permit: permit)
        }
    }

    /// Sets the fields of a resource that differ, and touches nothing else.
    func update(
        _ change: PendingChange, in context: OperationContext, permit: borrowing WritePermit
    ) async throws {
        guard !change.paths.isEmpty else { return }
        switch (change.existing, change.desired) {
        case (.loadBalancer, .loadBalancer(let spec)):
            try await updateLoadBalancer(to: spec, change, in: context, permit: permit)
        case (.securityGroup, .securityGroup(let spec)):
            try await updateSecurityGroup(to: spec, change, permit: permit)
        case (.listener(let old), .listener(let spec)):
            try await updateListener(from: old, to: spec, change, in: context, permit: permit)
        case (.rule(let old), .rule(let spec)):
            try await updateRule(from: old, to: spec, change, in: context, permit: permit)
        case (.targetGroup, .targetGroup(let spec)):
            try await updateTargetGroup(to: spec, change, permit: permit)
        case (.targets(let old), .targets(let spec)):
            try await updateTargets(from: old, to: spec, change, permit: permit)
        case (.certificate, .certificate(let spec)):
            try await updateCertificate(to: spec, change, in: context, permit: permit)
        case (.trustStore, .trustStore(let spec)):
            try await updateTrustStore(to: spec, change, permit: permit)
        default:
            throw ProviderError(
                kind: .invalid, operation: "update",
                message:
                    "\(change.identifier) can't be made another kind of resource; this is a fault of the provider, "
                    + "please report it")
        }
    }

    private func delete(_ existing: ObservedResource<AWSResource>, permit: borrowing WritePermit) async throws {
        let identifier = existing.identifier
        switch existing.resource {
        case .loadBalancer: try await client.deleteLoadBalancer(identifier, permit: permit)
        case .securityGroup: try await client.deleteSecurityGroup(identifier, permit: permit)
        case .listener: try await client.deleteListener(identifier, permit: permit)
        case .rule: try await client.deleteRule(identifier, permit: permit)
        case .targetGroup: try await client.deleteTargetGroup(identifier, permit: permit)
        case .targets(let spec):
            let group = ResourceIdentifier.targetGroup(ofTargets: identifier)
            try await client.deregister(spec.targets, from: group, permit: permit)
        case .certificate: try await client.deleteCertificate(identifier, permit: permit)
        case .trustStore: try await client.deleteTrustStore(identifier, permit: permit)
        }
    }
}

/// A resource that is about to be made.
struct PendingCreation {
    /// The tags by which a later run finds it.
    let ownership: OwnershipTags
    let resource: AWSResource
    let context: OperationContext

    /// Whether tags are those of this very resource.
    func isMarked(by tags: [String: String]?) -> Bool {
        guard let found = tags.flatMap({ OwnershipTags($0) }) else { return false }
        return found.owner == ownership.owner && found.resource == ownership.resource
    }

    /// The change that makes what was found into what should be.
    ///
    /// - Throws: ``ProviderError`` of kind `alreadyExists` where that can't be made of it.
    func change(of existing: AWSResource, identifier: String) throws -> PendingChange {
        let differences = differences(from: existing)
        for field in differences {
            guard case .replacing(let reason) = field.change else { continue }
            throw ProviderError(
                kind: .alreadyExists, operation: "create",
                message:
                    "\(identifier) is there already and differs in \(field.path), which can't be changed (\(reason)); "
                    + "run again, so that it is replaced")
        }
        return PendingChange(
            identifier: identifier, existing: existing, desired: resource,
            paths: Set(differences.filter { $0.change != .reordering }.map(\.path)))
    }

    private func differences(from existing: AWSResource) -> [ResourceField] {
        let compared = resource.fields(comparedWith: existing)
        let told = Dictionary(compared.existing.map { ($0.path, resolved($0.value)) }) { first, _ in first }
        let paths = Set(compared.desired.map(\.path))
        return compared.desired.filter { resolved($0.value) != told[$0.path] ?? .absent }
            + compared.existing.filter { !paths.contains($0.path) && $0.value != .absent }
    }

    private func resolved(_ value: FieldValue) -> FieldValue {
        value.mapLinks { link in
            guard case .resource(let reference) = link, let identifier = context.identifiers[reference] else {
                return link
            }
            return .identifier(identifier)
        }
    }

    /// Something stands where the resource should be, and isn't it.
    func conflict(_ what: String) -> ProviderError {
        ProviderError(
            kind: .alreadyExists, operation: "create \(ownership.resource)",
            message: "\(what) exists, and isn't tagged as \(ownership.resource) of Headgate's load balancer "
                + "\(ownership.owner.loadBalancer); remove or rename it, or make it Headgate's with headgate import")
    }

    /// AWS says that something is there, and doesn't tell of it: its reads are behind.
    func notYetVisible(_ what: String) -> ProviderError {
        ProviderError(
            kind: .unavailable, operation: "create \(ownership.resource)",
            message: "AWS says that \(what) exists, and doesn't tell of it yet")
    }
}

/// A change of a resource that exists.
struct PendingChange {
    let identifier: String
    let existing: AWSResource
    let desired: AWSResource
    /// The fields to set.
    let paths: Set<String>

    /// Whether a field, or one below it, is to be set.
    func touches(_ path: String) -> Bool {
        paths.contains { $0 == path || $0.hasPrefix("\(path)[") || $0.hasPrefix("\(path).") }
    }

    /// The attributes to set, of those desired.
    func attributes(of desired: [String: String]) -> [String: String] {
        desired.filter { paths.contains("attributes[\($0.key)]") }
    }

    /// The tags to set, of those desired.
    var tagsToAdd: [String: String] { desired.tags.filter { paths.contains("tags[\($0.key)]") } }

    /// The keys of tags to take away.
    var tagsToRemove: [String] {
        existing.tags.keys.filter { paths.contains("tags[\($0)]") && desired.tags[$0] == nil }.sorted()
    }
}

extension AWSExecution {
    /// Sets the tags of a resource of Elastic Load Balancing.
    func updateTags(_ change: PendingChange, permit: borrowing WritePermit) async throws {
        if !change.tagsToAdd.isEmpty {
            try await client.addTags(change.tagsToAdd, to: change.identifier, permit: permit)
        }
        if !change.tagsToRemove.isEmpty {
            try await client.removeTags(change.tagsToRemove, from: change.identifier, permit: permit)
        }
    }
}
