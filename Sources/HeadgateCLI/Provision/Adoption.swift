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
            let found = try await inspect(adoption)
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
                        + "\(provider.name) \(adoption.identifier)")
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

    private func inspect(_ adoption: Adoption) async throws -> InspectedResource {
        do {
            return try await provider.inspect(adoption.identifier)
        } catch let error as ProviderError where error.kind == .notFound {
            throw CommandFailure(
                "\(adoption.identifier) doesn't exist with \(provider.name) in this account and region",
                remedy: "Check the identifier, --region and the credentials' account.")
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
