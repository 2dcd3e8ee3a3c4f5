import KubernetesModel
import LoadBalancerModel

/// A path of an Ingress, as far as a finding about it needs to know.
struct PathParty: Hashable, Sendable {
    var ingress: ObjectReference
    /// Empty where the Ingress has no creation time.
    var created: String
    /// The field of the path.
    var field: String
    /// As the Ingress has it.
    var path: String
    var pathType: String

    var name: String { NamespacedName(ingress).description }
}

/// Says which of two Ingresses comes first, for people.
enum Precedence {
    static func cause(winnerCreated: String, loserCreated: String) -> String {
        // Only a stated order brings a younger one to the front.
        if winnerCreated > loserCreated { return "has the lower group.order" }
        return winnerCreated < loserCreated ? "is older" : "comes first by namespace and name"
    }
}

/// Tells the owners of paths what became of them.
enum PathConflicts {
    /// Tells the owner of a path that another one claimed it first.
    static func report(loser: PathParty, winner: PathParty, host: HostKey, log: inout DiagnosticLog) {
        let described = "The path '\(loser.path)' (\(loser.pathType)) of the \(host.described)"
        if winner.ingress == loser.ingress {
            log.add(
                .warning, "DuplicatePath", on: loser.ingress, field: loser.field,
                "\(described) is the same as \(winner.field) of this Ingress, which comes first and wins",
                value: loser.path, remedy: "remove one of the two")
            return
        }
        let cause = Precedence.cause(winnerCreated: winner.created, loserCreated: loser.created)
        log.add(
            .warning, "PathConflict", on: loser.ingress, field: loser.field,
            "\(described) is claimed by the Ingress \(winner.name) too, which \(cause) and wins", value: loser.path,
            remedy: "choose another host or path, or remove it from one of the two")
    }

    /// Tells an Ingress that another one put its host into regular-expression mode.
    static func reportExpressions(
        on member: PathParty, broughtBy owner: PathParty, host: HostKey, log: inout DiagnosticLog
    ) {
        log.add(
            .warning, "RegularExpressionHost", on: member.ingress, field: "spec.rules",
            "The Ingress \(owner.name) brings regular expressions to the \(host.described), so the paths of this "
                + "Ingress are compared as such there: from the start, without regard to case, the longest first",
            value: host.name.isEmpty ? nil : host.name,
            remedy: "move the paths with use-regex or rewrite-target to a host of their own if that is not wanted")
    }

    /// Tells the owner of a path that it is no expression.
    static func reportInvalidExpression(_ problem: String, of party: PathParty, log: inout DiagnosticLog) {
        log.add(
            .error, "InvalidRegularExpression", on: party.ingress, field: "\(party.field).path",
            "The path '\(party.path)' is read as a regular expression, and \(problem); it takes no requests",
            value: party.path, remedy: "write it in the syntax of RE2")
    }
}

/// The precedence of the paths of one host.
enum PathOrder {
    /// The longest path first, Exact before Prefix.
    static func paths(_ left: PathMatch, _ right: PathMatch) -> Bool { left.precedes(right) }

    /// ingress-nginx's order of expressions: the longest first, of the same length the greater one.
    static func expressions(_ left: PathMatch, _ right: PathMatch) -> Bool {
        let lengths = (left.value.utf8.count, right.value.utf8.count)
        if lengths.0 != lengths.1 { return lengths.0 > lengths.1 }
        return right.value.utf8.lexicographicallyPrecedes(left.value.utf8)
    }
}
