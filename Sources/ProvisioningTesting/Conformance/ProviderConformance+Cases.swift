import LoadBalancerModel
import Provisioning
import Testing

extension ProviderConformance {
    func nothingWithoutExecution() async throws {
        let subject = try await makeSubject()
        let before = try await subject.inventory()
        let proposal = try await propose(plans.base, on: subject)
        #expect(proposal.changeSet.summary.create > 0)
        #expect(try await subject.writeCount() == 0)
        #expect(try await subject.inventory() == before)
    }

    func createsThenRests() async throws {
        let subject = try await makeSubject()
        try await apply(plans.base, on: subject)
        try await expectRest(plans.base, on: subject)
        let addresses = try await propose(plans.base, on: subject).addresses
        #expect(addresses.contains { $0.address != nil }, "a load balancer that exists has an address")
    }

    func updatesInPlace() async throws {
        let subject = try await makeSubject()
        try await apply(plans.base, on: subject)
        let proposal = try await propose(plans.updated, on: subject)
        #expect(proposal.changeSet.summary.replace == 0)
        try await apply(plans.updated, on: subject)
        try await expectRest(plans.updated, on: subject)
        #expect(try await subject.inventory() == inventory(of: plans.updated))
    }

    func replacesMakeBeforeBreak() async throws {
        let subject = try await makeSubject()
        try await apply(plans.base, on: subject)
        let proposal = try await propose(plans.replaced, on: subject)
        let replaced = proposal.changeSet.changes.filter { $0.action == .replace }
        #expect(!replaced.isEmpty)
        for change in replaced {
            #expect(!change.reason.isEmpty, "\(change.reference) doesn't say why it is replaced")
        }
        try await apply(plans.replaced, on: subject)
        try await expectRest(plans.replaced, on: subject)
        #expect(try await subject.inventory() == inventory(of: plans.replaced))
    }

    func repairsDrift() async throws {
        let subject = try await makeSubject()
        try await apply(plans.base, on: subject)
        let before = try await subject.inventory()
        try await subject.tamper(with: plans.owner)
        #expect(try await subject.inventory() != before)
        #expect(try await !propose(plans.base, on: subject).changeSet.isEmpty, "the change by hand wasn't found")
        try await apply(plans.base, on: subject)
        #expect(try await subject.inventory() == before)
    }

    func destroysEverything() async throws {
        let subject = try await makeSubject()
        let before = try await subject.inventory()
        try await apply(plans.base, on: subject)
        try await destroy(on: subject)
        #expect(try await subject.inventory() == before)
    }

    func survivesThrottling() async throws {
        let subject = try await makeSubject()
        try await subject.throttle(3)
        try await apply(plans.base, on: subject)
        #expect(try await subject.inventory() == inventory(of: plans.base))
    }

    func survivesLaggingReads() async throws {
        let subject = try await makeSubject()
        try await subject.delayReads()
        try await converge(plans.base, on: subject)
        try await converge(plans.updated, on: subject)
        #expect(try await subject.inventory() == inventory(of: plans.updated))
    }

    func leavesForeignResources() async throws {
        let subject = try await makeSubject()
        try await subject.addForeignLoadBalancer()
        try await apply(plans.base, on: subject)
        try await subject.addForeignRule(to: plans.owner)
        let foreign = try await subject.foreignInventory()
        let proposal = try await propose(plans.updated, on: subject)
        #expect(!proposal.changeSet.notices.isEmpty, "the foreign rule isn't reported")
        try await apply(plans.updated, on: subject)
        try await expectRest(plans.updated, on: subject)
        #expect(try await subject.foreignInventory() == foreign)
    }

    func refusesToDestroyForeignRules() async throws {
        let subject = try await makeSubject()
        try await apply(plans.base, on: subject)
        try await subject.addForeignRule(to: plans.owner)
        try await expectRefusedDestruction(on: subject)
    }

    func heedsDeletionProtection() async throws {
        let subject = try await makeSubject()
        try await apply(plans.base, on: subject)
        let before = try await subject.inventory()
        try await subject.setDeletionProtection(true, of: plans.owner)
        try await expectRefusedDestruction(on: subject)
        try await subject.setDeletionProtection(false, of: plans.owner)
        #expect(try await subject.inventory() == before)
        try await destroy(on: subject)
    }

    func quarantinesOneIngress() async throws {
        let subject = try await makeSubject()
        try await apply(plans.base, on: subject)
        let proposal = try await propose(plans.quarantining, on: subject)
        #expect(proposal.quarantined.map(\.member) == [plans.quarantinedMember])
        let touched = proposal.changeSet.changes.filter {
            $0.action != .noOp && $0.members == [plans.quarantinedMember]
        }
        #expect(touched.isEmpty, "what a quarantined Ingress has must stay: \(touched.map(\.reference.description))")
        #expect(!proposal.changeSet.isEmpty, "its neighbours must go on")
        try await apply(plans.quarantining, on: subject)
        try await expectRest(plans.quarantining, on: subject)
        try await destroy(on: subject)
    }

    /// The routes of a quarantined Ingress neither hold a replacement up nor get lost with what is replaced.
    func movesWhatQuarantinedIngressesHave() async throws {
        let subject = try await makeSubject()
        try await apply(plans.base, on: subject)
        let before = try await lastGood(on: subject)
        #expect(!before.isEmpty, "the Ingress has something in the form that the cloud can take")
        let proposal = try await propose(plans.replacedWhileQuarantining, on: subject)
        #expect(proposal.quarantined.map(\.member) == [plans.quarantinedMember])
        #expect(proposal.changeSet.obstacles.isEmpty, "\(proposal.changeSet.obstacles)")
        #expect(proposal.changeSet.summary.replace > 0)
        try await apply(plans.replacedWhileQuarantining, on: subject)
        #expect(try await lastGood(on: subject) == before)
        let resources = try await subject.makeProvider().observe(plans.owner).resources
        #expect(Set(resources.map(\.reference)).count == resources.count, "nothing of what was replaced is left")
        try await expectRest(plans.replacedWhileQuarantining, on: subject)
        // Mended, it gets what it asks for.
        try await apply(plans.replaced, on: subject)
        try await expectRest(plans.replaced, on: subject)
        try await destroy(on: subject)
    }

    /// What the Ingress that is to be quarantined has: each resource's fields, with links by what they mean.
    private func lastGood(on subject: Subject) async throws -> [ResourceReference: [ResourceField]] {
        let resources = try await subject.makeProvider().observe(plans.owner).resources
        let references = Dictionary(resources.map { ($0.identifier, $0.reference) }) { first, _ in first }
        let own = resources.filter { $0.member == plans.quarantinedMember }
        let fields = own.map { resource in
            let fields = resource.resource.fields.filter { $0.change != .reordering }.map { field in
                var field = field
                field.value = field.value.mapLinks { link in
                    guard case .identifier(let identifier) = link, let meant = references[identifier] else {
                        return link
                    }
                    return .resource(meant)
                }
                return field
            }
            return (resource.reference, fields)
        }
        return Dictionary(fields) { first, _ in first }
    }

    func keepsPoliciesApart() async throws {
        let subject = try await makeSubject()
        try await apply(plans.base, on: subject)
        let engine = ProvisioningEngine(provider: try await subject.makeProvider())
        let created = try await engine.propose(plans.updated, policy: .createOnly).changeSet
        #expect(created.changes.allSatisfy { $0.action == .create || $0.action == .noOp })
        #expect(!created.withheld.isEmpty)
        let upserted = try await engine.propose(plans.updated, policy: .upsertOnly).changeSet
        #expect(upserted.changes.allSatisfy { $0.action != .delete && $0.action != .replace })
        #expect(upserted.withheld.contains { $0.action == .delete })
    }
}
