import Provisioning

/// A resource that is to become Headgate's, as `headgate import` is given it.
struct Adoption: Hashable, Sendable {
    var reference: ResourceReference
    /// The cloud's identifier.
    var identifier: String

    init(reference: ResourceReference, identifier: String) {
        self.reference = reference
        self.identifier = identifier
    }

    /// Reads `type/name=identifier`; nil where a part is missing.
    init?(_ text: String) {
        guard let separator = text.firstIndex(of: "="), let reference = ResourceReference(text[..<separator]) else {
            return nil
        }
        let identifier = String(text[text.index(after: separator)...])
        guard !identifier.isEmpty else { return nil }
        self.init(reference: reference, identifier: identifier)
    }
}

/// What has to hold before resources become Headgate's, for what is Headgate's is changed and deleted. Only reads.
struct AdoptionCheck<Provider: LoadBalancerProvider> {
    let owner: Owner
    let provider: Provider

    /// - Throws: ``CommandFailure`` for the first resource that can't become the owner's; then nothing was changed.
    func check(_ adoptions: [Adoption]) async throws {
        try checkNames(of: adoptions)
        let present = try await provider.observe(owner).resources
        for adoption in adoptions {
            let found = try await provider.naming(adoption.identifier) {
                try await provider.inspect(adoption.identifier)
            }
            guard found.type == adoption.reference.type else {
                throw CommandFailure(
                    "\(adoption.identifier) is a \(found.type), and can't be imported as \(adoption.reference)",
                    remedy: "Import it as \(found.type)/NAME, with the name that headgate plan shows.")
            }
            if let ownership = found.ownership,
                ownership.owner != owner || ownership.resource != adoption.reference
            {
                throw CommandFailure(
                    "\(adoption.identifier) is \(ownership.resource) of the load balancer \(ownership.owner.loadBalancer) of the "
                        + "cluster \(ownership.owner.cluster) already",
                    remedy: "Release it first, if it is to change hands: headgate import --release --provider "
                        + "\(provider.name) --cluster-name \(ownership.owner.cluster) "
                        + "--name \(ownership.owner.loadBalancer) \(adoption.identifier)")
            }
            if let other = present.first(where: {
                $0.reference == adoption.reference && $0.identifier != adoption.identifier
            }) {
                throw CommandFailure(
                    "\(owner.loadBalancer) has \(adoption.reference) already: \(other.identifier)",
                    remedy: "Release that one first, or it would be deleted in favour of the other.")
            }
        }
    }

    private func checkNames(of adoptions: [Adoption]) throws {
        var references: [ResourceReference: String] = [:]
        var identifiers: [String: ResourceReference] = [:]
        for adoption in adoptions {
            if let first = references.updateValue(adoption.identifier, forKey: adoption.reference) {
                throw CommandFailure(
                    "\(adoption.reference) is given twice: \(first) and \(adoption.identifier)",
                    remedy: "Give each name once.")
            }
            if let first = identifiers.updateValue(adoption.reference, forKey: adoption.identifier) {
                throw CommandFailure(
                    "\(adoption.identifier) is given twice: as \(first) and as \(adoption.reference)",
                    remedy: "Give each resource once.")
            }
        }
    }
}

/// What has to hold before a resource is let go of, where the command line says whose it is.
struct ReleaseCheck: Sendable {
    /// The cluster whose it is to be; nil for any.
    let cluster: String?
    /// The load balancer that it is to be of; nil for any.
    let loadBalancer: String?

    /// - Throws: ``CommandFailure`` for a resource that is another's.
    func check(_ identifier: String, _ ownership: OwnershipTags) throws(CommandFailure) {
        let owner = ownership.owner
        guard owner.cluster == cluster ?? owner.cluster, owner.loadBalancer == loadBalancer ?? owner.loadBalancer else {
            let asked = [loadBalancer.map { "the load balancer \($0)" }, cluster.map { "the cluster \($0)" }]
            throw CommandFailure(
                "nothing was released: \(identifier) is \(ownership.resource) of the load balancer "
                    + "\(owner.loadBalancer) of the cluster \(owner.cluster), and not of "
                    + asked.compactMap(\.self).joined(separator: " of "),
                remedy: "Check the identifier. To release it all the same, say whose it is: --cluster-name "
                    + "\(owner.cluster) --name \(owner.loadBalancer)")
        }
    }
}

extension LoadBalancerProvider {
    /// Runs a call about a resource that a user named by its identifier.
    ///
    /// - Throws: ``CommandFailure`` for one that doesn't exist, and for what is no identifier; else what the call throws.
    func naming<Result>(_ identifier: String, _ call: () async throws -> Result) async throws -> Result {
        do {
            return try await call()
        } catch let error as ProviderError where error.kind == .notFound {
            throw CommandFailure(
                "\(identifier) doesn't exist with \(name) in this account and region",
                remedy: "Check the identifier, --region and the credentials' account.")
        } catch let error as ProviderError where error.kind == .invalid && error.code.isEmpty {
            // Refused before the cloud was called: no operation is worth a mention.
            throw CommandFailure(error.message)
        }
    }
}
