import ProvisioningTesting
import Testing

@testable import HeadgateCLI

@Suite("The load balancer of the process conforms", .timeLimit(.minutes(2)))
struct SoftwareConformanceTests {
    /// The cases that can't be put to a load balancer of the same process, with the reason.
    private static let inapplicable: [ConformanceCase: String] = [
        .repairsDrift: "what an engine serves is changed through this process alone: it can't drift",
        .survivesThrottling: "nothing is called that could be throttled",
        .survivesLaggingReads: "what is read is the state itself",
        .leavesForeignResources: "nobody else can put anything into an engine",
        .refusesToDestroyForeignRules: "nobody else can put anything into an engine",
        .heedsDeletionProtection: "there is nothing that would protect an engine but the manifests",
        .quarantinesOneIngress: "there is no Ingress that it can't take: what is broken was planned as an answer",
        .movesWhatQuarantinedIngressesHave: "there is no Ingress that it can't take",
        .keepsPoliciesApart: "a load balancer is one resource: an update of it never comes with a deletion",
    ]

    @Test("A provider", arguments: ConformanceCase.allCases.filter { inapplicable[$0] == nil })
    func conforms(_ test: ConformanceCase) async throws {
        let subjects = Subjects()
        do {
            try await ProviderConformance(plans: .software, makeSubject: { await subjects.make() }).run(test)
        } catch {
            await subjects.stop()
            throw error
        }
        await subjects.stop()
    }
}

/// The subjects of a case, to be stopped at its end.
private actor Subjects {
    private var subjects: [SoftwareSubject] = []

    func make() -> SoftwareSubject {
        let subject = SoftwareSubject()
        subjects.append(subject)
        return subject
    }

    func stop() async {
        for subject in subjects {
            await subject.fleet.stop(grace: .zero)
        }
    }
}
