import Foundation
import ProvisioningTesting
import Testing

/// What headgate is told to do, each on what the one before it left.
enum Transition: String, CaseIterable, CustomTestStringConvertible {
    case create, update, replacement, delete

    var testDescription: String { rawValue }

    /// Operations that it takes, so that a death at any kind of step is among those that are died.
    var operations: Set<String> {
        switch self {
        case .create:
            [
                "CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "ImportCertificate", "CreateLoadBalancer",
                "ModifyLoadBalancerAttributes", "CreateTargetGroup", "ModifyTargetGroupAttributes", "RegisterTargets",
                "CreateListener", "AddListenerCertificates", "CreateRule",
            ]
        case .update:
            [
                "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress", "ModifyLoadBalancerAttributes",
                "RegisterTargets", "DeregisterTargets", "CreateRule", "ModifyRule", "DeleteRule", "AddTags",
            ]
        case .replacement: ["CreateLoadBalancer", "CreateTargetGroup", "DeleteLoadBalancer", "DeleteTargetGroup"]
        case .delete: ["DeleteLoadBalancer", "DeleteTargetGroup", "DeleteCertificate", "DeleteSecurityGroup"]
        }
    }

    /// Those that come before it.
    var earlier: [Transition] { Array(Self.allCases.prefix { $0 != self }) }
}

/// The manifests of all transitions.
struct TransitionManifests: Sendable {
    private let directory: ScratchDirectory

    /// - Parameter renewing: whether the update renews a certificate.
    init(renewing: Bool) throws {
        let site = try SampleSite()
        let updated = try site.updated(renewing: renewing)
        directory = try ScratchDirectory()
        try directory.write(site.yaml, to: "create.yaml")
        try directory.write(updated.yaml, to: "update.yaml")
        try directory.write(updated.moved.yaml, to: "replacement.yaml")
        try directory.write(updated.moved.yaml, to: "delete.yaml")
    }

    /// What headgate is started with.
    func arguments(of transition: Transition) -> [String] {
        let file = directory.url.appending(path: "\(transition.rawValue).yaml").path
        return [transition == .delete ? "destroy" : "apply", "-f", file, "--yes"]
    }
}

/// Runs a body for each of some numbers, a few at a time.
func concurrently(
    _ numbers: ClosedRange<Int>, _ body: @escaping @Sendable (Int) async throws -> Void
) async throws {
    // The processes of a turn and what answers them keep two processors busy.
    let width = 3
    try await withThrowingTaskGroup(of: Void.self) { group in
        for number in numbers {
            if number - numbers.lowerBound >= width { try await group.next() }
            group.addTask { try await body(number) }
        }
        try await group.waitForAll()
    }
}
