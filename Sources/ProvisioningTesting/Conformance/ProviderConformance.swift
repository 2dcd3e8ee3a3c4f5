import LoadBalancerModel
import Provisioning
import Testing

/// The tests that every provider passes. A provider's own test target runs each case with a subject of its own.
package struct ProviderConformance<Subject: ConformanceSubject>: Sendable {
    let plans: ConformancePlans
    /// Makes a subject with an empty account.
    let makeSubject: @Sendable () async throws -> Subject

    package init(plans: ConformancePlans, makeSubject: @escaping @Sendable () async throws -> Subject) {
        self.plans = plans
        self.makeSubject = makeSubject
    }

    /// Runs one case.
    package func run(_ test: ConformanceCase) async throws {
        switch test {
        case .nothingWithoutExecution: try await nothingWithoutExecution()
        case .createsThenRests: try await createsThenRests()
        case .updatesInPlace: try await updatesInPlace()
        case .replacesMakeBeforeBreak: try await replacesMakeBeforeBreak()
        case .repairsDrift: try await repairsDrift()
        case .destroysEverything: try await destroysEverything()
        case .survivesThrottling: try await survivesThrottling()
        case .survivesLaggingReads: try await survivesLaggingReads()
        case .leavesForeignResources: try await leavesForeignResources()
        case .refusesToDestroyForeignRules: try await refusesToDestroyForeignRules()
        case .heedsDeletionProtection: try await heedsDeletionProtection()
        case .quarantinesOneIngress: try await quarantinesOneIngress()
        case .movesWhatQuarantinedIngressesHave: try await movesWhatQuarantinedIngressesHave()
        case .keepsPoliciesApart: try await keepsPoliciesApart()
        case .convergesAfterDeath(let transition, let afterEffect):
            try await convergesAfterDeath(in: transition, afterEffect: afterEffect)
        }
    }
}

/// A test of the conformance suite.
package enum ConformanceCase: Hashable, Sendable, CaseIterable, CustomTestStringConvertible {
    case nothingWithoutExecution
    case createsThenRests
    case updatesInPlace
    case replacesMakeBeforeBreak
    case repairsDrift
    case destroysEverything
    case survivesThrottling
    case survivesLaggingReads
    case leavesForeignResources
    case refusesToDestroyForeignRules
    case heedsDeletionProtection
    case quarantinesOneIngress
    case movesWhatQuarantinedIngressesHave
    case keepsPoliciesApart
    case convergesAfterDeath(ConformanceTransition, afterEffect: Bool)

    package static var allCases: [ConformanceCase] {
        [
            .nothingWithoutExecution, .createsThenRests, .updatesInPlace, .replacesMakeBeforeBreak, .repairsDrift,
            .destroysEverything, .survivesThrottling, .survivesLaggingReads, .leavesForeignResources,
            .refusesToDestroyForeignRules, .heedsDeletionProtection, .quarantinesOneIngress,
            .movesWhatQuarantinedIngressesHave, .keepsPoliciesApart,
        ]
            + ConformanceTransition.allCases.flatMap {
                [.convergesAfterDeath($0, afterEffect: false), .convergesAfterDeath($0, afterEffect: true)]
            }
    }

    package var testDescription: String {
        switch self {
        case .convergesAfterDeath(let transition, let afterEffect):
            "converges when it dies \(afterEffect ? "after" : "before") any step of a \(transition.rawValue)"
        default: String(describing: self)
        }
    }
}

/// A change of state in which the provider's process dies.
package enum ConformanceTransition: String, Hashable, Sendable, CaseIterable {
    case create, update, replacement, delete
    case replacementDuringQuarantine = "replacement during a quarantine"
}
