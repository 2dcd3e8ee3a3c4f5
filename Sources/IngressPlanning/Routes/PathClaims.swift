import KubernetesModel
import LoadBalancerModel
import Routing

/// A path that a member won.
struct ClaimedPath: Sendable {
    var field: MemberField
    var match: PathMatch
    /// The path as the Ingress has it; `/` where it has none.
    var path: String
    var pathType: IngressPath.PathType
    var backend: IngressBackend
}

/// Decides between the paths that members claim on one host, and brings the winners into precedence order.
struct PathClaims {
    let members: [Member]
    let mergeSlashes: Bool
    /// Answers whether an expression compiles, with what is wrong with it otherwise.
    var expressions = ExpressionCheck()

    /// The winners of a host in precedence order: longest path first, Exact before Prefix of the same elements; under
    /// regular expressions, ingress-nginx's order.
    mutating func resolve(_ rules: HostRules, log: inout DiagnosticLog) -> [ClaimedPath] {
        let candidates = rules.paths.map { field in
            let path = members[field.member].ingress.spec.rules[field.rule].paths[field.path]
            return Candidate(field: field, path: path, text: path.path.isEmpty ? "/" : path.path)
        }
        let owner = candidates.first { candidate in
            members[candidate.field.member].settings.requiresRegularExpressions(path: candidate.text)
        }
        if let owner {
            reportMode(of: rules, broughtBy: owner, candidates: candidates, log: &log)
            return resolveExpressions(candidates, host: rules.host, log: &log)
        }
        return resolvePaths(candidates, host: rules.host, log: &log)
    }

    private struct Candidate {
        let field: MemberField
        let path: IngressPath
        let text: String
    }

    // MARK: Without regular expressions

    private func resolvePaths(
        _ candidates: [Candidate], host: HostKey, log: inout DiagnosticLog
    ) -> [ClaimedPath] {
        var winners: [PathMatch: MemberField] = [:]
        var claimed: [ClaimedPath] = []
        for candidate in candidates {
            let match: PathMatch
            do {
                match = try RulePath(candidate.path, mergeSlashes: mergeSlashes).match
            } catch {
                log.add(
                    .error, "InvalidPath", on: members[candidate.field.member].ingress.reference,
                    field: "\(candidate.field.description).path",
                    "No request can have the path '\(candidate.text)': \(error)", value: candidate.text,
                    remedy: "correct the path")
                continue
            }
            if let winner = winners[match] {
                reportLoss(of: candidate, to: winner, match: match, host: host, log: &log)
                continue
            }
            winners[match] = candidate.field
            warnAboutExpression(candidate, log: &log)
            claimed.append(claim(candidate, match: match))
        }
        return claimed.sorted(by: Self.precedesAsPath)
    }

    private static func precedesAsPath(_ left: ClaimedPath, _ right: ClaimedPath) -> Bool {
        let lengths = (left.match.value.utf8.count, right.match.value.utf8.count)
        if lengths.0 != lengths.1 { return lengths.0 > lengths.1 }
        if left.match.kind != right.match.kind { return left.match.kind == .exact }
        return left.match.value < right.match.value
    }

    private func warnAboutExpression(_ candidate: Candidate, log: inout DiagnosticLog) {
        guard candidate.path.pathType == .implementationSpecific, ExpressionText.looksLikeExpression(candidate.text)
        else { return }
        log.add(
            .warning, "PathLooksLikeExpression", on: members[candidate.field.member].ingress.reference,
            field: "\(candidate.field.description).path",
            "The path '\(candidate.text)' reads like a pattern and is compared as a plain prefix",
            value: candidate.text,
            remedy: "set the annotation headgate.dev/use-regex: \"true\" for a regular expression, or write the "
                + "prefix alone")
    }

    // MARK: With regular expressions

    /// ingress-nginx's rules: every path of the host is an expression that must match at the start, without regard to
    /// case, the longest one first; a Prefix beside an Exact of the same path takes what is below it.
    private mutating func resolveExpressions(
        _ candidates: [Candidate], host: HostKey, log: inout DiagnosticLog
    ) -> [ClaimedPath] {
        let exactPaths = Set(candidates.filter { $0.path.pathType == .exact }.map(\.text))
        var winners: [PathMatch: MemberField] = [:]
        var claimed: [ClaimedPath] = []
        for candidate in candidates {
            let member = members[candidate.field.member]
            var text = candidate.text
            if candidate.path.pathType == .prefix, exactPaths.contains(text), !text.hasSuffix("/"),
                !member.settings.requiresRegularExpressions(path: text)
            {
                text += "/"
            }
            let match = RulePath(expression: text).match
            if let problem = expressions.problem(of: text) {
                log.add(
                    .error, "InvalidRegularExpression", on: member.ingress.reference,
                    field: "\(candidate.field.description).path",
                    "The path '\(candidate.text)' is a regular expression here, and not a valid one: \(problem)",
                    value: candidate.text, remedy: "write it in the syntax of RE2")
                continue
            }
            if let winner = winners[match] {
                reportLoss(of: candidate, to: winner, match: match, host: host, log: &log)
                continue
            }
            winners[match] = candidate.field
            claimed.append(claim(candidate, match: match))
        }
        return claimed.sorted { left, right in
            let lengths = (left.match.value.utf8.count, right.match.value.utf8.count)
            return lengths.0 == lengths.1 ? left.match.value > right.match.value : lengths.0 > lengths.1
        }
    }

    private func reportMode(
        of rules: HostRules, broughtBy owner: Candidate, candidates: [Candidate], log: inout DiagnosticLog
    ) {
        var told: Set<Int> = []
        for candidate in candidates {
            let member = members[candidate.field.member]
            guard candidate.field.member != owner.field.member, told.insert(candidate.field.member).inserted,
                !candidates.contains(where: {
                    $0.field.member == candidate.field.member
                        && member.settings.requiresRegularExpressions(path: $0.text)
                })
            else { continue }
            log.add(
                .warning, "RegularExpressionHost", on: member.ingress.reference, field: "spec.rules",
                "The Ingress \(members[owner.field.member].name) brings regular expressions to the "
                    + "\(rules.host.described), so the paths of this Ingress are compared as such there: from the "
                    + "start, without regard to case, the longest first",
                value: rules.host.name,
                remedy: "move the paths with use-regex or rewrite-target to a host of their own if that is not wanted")
        }
    }

    // MARK: Both

    private func claim(_ candidate: Candidate, match: PathMatch) -> ClaimedPath {
        ClaimedPath(
            field: candidate.field, match: match, path: candidate.text, pathType: candidate.path.pathType,
            backend: candidate.path.backend)
    }

    private func reportLoss(
        of candidate: Candidate, to winner: MemberField, match: PathMatch, host: HostKey, log: inout DiagnosticLog
    ) {
        let loser = members[candidate.field.member]
        let described = "The path '\(candidate.text)' (\(candidate.path.pathType.rawValue)) of the \(host.described)"
        if winner.member == candidate.field.member {
            log.add(
                .warning, "DuplicatePath", on: loser.ingress.reference, field: candidate.field.description,
                "\(described) is the same as \(winner.description) of this Ingress, which comes first and wins",
                value: candidate.text, remedy: "remove one of the two")
            return
        }
        let owner = members[winner.member]
        let cause = owner.age.created < loser.age.created ? "is older" : "comes first by namespace and name"
        log.add(
            .warning, "PathConflict", on: loser.ingress.reference, field: candidate.field.description,
            "\(described) is claimed by the Ingress \(owner.name) too, which \(cause) and wins", value: candidate.text,
            remedy: "choose another host or path, or remove it from one of the two")
    }
}
