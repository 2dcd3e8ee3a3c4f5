import KubernetesModel
import LoadBalancerModel

/// Whose default backend takes the requests that no path takes.
enum DefaultOwner: Hashable, Sendable {
    /// The index of a member, and by what it comes to it.
    case member(Int, FallbackRank)
    /// The class's parameters.
    case ingressClass
    /// The controller's flag.
    case controller
    /// Nobody: 404.
    case nobody
}

/// Decides between the default backends of a load balancer. Their order is: that of an Ingress that has a rule for the
/// host, of an Ingress without rules, of any other Ingress, of the class, of the controller. Rules without a host count
/// as a host. Among several of one rank the first in precedence order wins.
struct DefaultBackends {
    let members: [Member]
    let hasClassDefault: Bool
    let hasControllerDefault: Bool

    /// The owner for requests to hosts that no rule names, and to hosts none of whose Ingresses has a default backend.
    func general(log: inout DiagnosticLog) -> DefaultOwner {
        let owners = members.indices.filter { members[$0].ingress.spec.defaultBackend != nil }
        let withoutRules = owners.filter { members[$0].ingress.spec.rules.isEmpty }
        if let winner = (withoutRules.isEmpty ? owners : withoutRules).first {
            reportLosers(
                withoutRules.isEmpty ? owners : withoutRules, of: winner, for: "requests that no rule takes", log: &log)
            return .member(winner, withoutRules.isEmpty ? .ingress : .ingressWithoutRules)
        }
        if hasClassDefault { return .ingressClass }
        return hasControllerDefault ? .controller : .nobody
    }

    /// The owner for requests to a host; nil where none of its Ingresses has a default backend.
    func owner(for rules: HostRules, log: inout DiagnosticLog) -> DefaultOwner? {
        let owners = rules.members.filter { members[$0].ingress.spec.defaultBackend != nil }
        guard let winner = owners.first else { return nil }
        reportLosers(owners, of: winner, for: "requests to the \(rules.host.described) that no path takes", log: &log)
        return .member(winner, .host)
    }

    private func reportLosers(_ owners: [Int], of winner: Int, for requests: String, log: inout DiagnosticLog) {
        let owner = members[winner]
        for loser in owners where loser != winner {
            let cause =
                owner.age.created < members[loser].age.created ? "is older" : "comes first by namespace and name"
            log.add(
                .warning, "DefaultBackendConflict", on: members[loser].reference, field: "spec.defaultBackend",
                "The default backend of the Ingress \(owner.name), which \(cause), gets the \(requests)",
                value: owner.name, remedy: "remove one of the two, or give the hosts rules that take every path")
        }
    }
}

/// Tells the owners of default backends what became of them.
enum DefaultBackendConflicts {
    static func report(
        loser: ObjectReference, loserCreated: String, winner: String, winnerCreated: String, for requests: String,
        log: inout DiagnosticLog
    ) {
        let cause = Precedence.cause(winnerCreated: winnerCreated, loserCreated: loserCreated)
        log.add(
            .warning, "DefaultBackendConflict", on: loser, field: "spec.defaultBackend",
            "The default backend of the Ingress \(winner), which \(cause), gets the \(requests)", value: winner,
            remedy: "remove one of the two, or give the hosts rules that take every path")
    }
}
