import LoadBalancerModel
import Provisioning
import Testing

extension ProviderConformance {
    /// A member of a precedence list that can't be made holds back those behind it that could take its requests, so that
    /// no request takes a wrong route meanwhile, and no others.
    func keepsPrecedence() async throws {
        let engine = ProvisioningEngine(provider: try await makeSubject().makeProvider())
        let desired = try await engine.propose(plans.base).changeSet.desired
        for list in desired.precedence {
            let refused = list.members.first { !heldBack(by: $0, in: list, of: desired).isEmpty }
            guard let refused else { continue }
            let subject = try await makeSubject()
            let refusing = ProvisioningEngine(
                provider: WatchedProvider(
                    try await subject.makeProvider(),
                    before: { operation in
                        guard case .create(let node) = operation, node.reference == refused else { return }
                        throw ProviderError(
                            kind: .invalid, operation: "create", code: "Refused",
                            message: "\(refused) is refused in this test")
                    }))
            let proposal = try await refusing.propose(plans.base)
            let report = try await refusing.execute(proposal, assets: subject.assets, options: subject.options)
            #expect(report.failures.map(\.step.reference) == [refused])
            let standing = Set(try await refusing.provider.observe(plans.owner).resources.map(\.reference))
            let missing = heldBack(by: refused, in: list, of: desired).union([refused])
            for member in list.members {
                #expect(
                    standing.contains(member) == !missing.contains(member), "\(member) while \(refused) is missing")
            }
            try await apply(plans.base, on: subject)
            try await expectRest(plans.base, on: subject)
            #expect(try await subject.inventory() == inventory(of: plans.base))
        }
    }

    /// The members that can meet a missing one in a request, or one that is held back itself.
    private func heldBack<Resource>(
        by missing: ResourceReference, in list: PrecedenceList, of graph: ResourceGraph<Resource>
    ) -> Set<ResourceReference> {
        func reach(_ reference: ResourceReference) -> RequestReach { graph[reference]?.resource.reach ?? .everything }
        var absent = [missing]
        for member in list.members.drop(while: { $0 != missing }).dropFirst()
        where absent.contains(where: { reach($0).meets(reach(member)) }) {
            absent.append(member)
        }
        return Set(absent.dropFirst())
    }
}
