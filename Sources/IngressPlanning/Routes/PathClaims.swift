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
    /// What requests must look like; one of them must hold.
    var conditions = RequestCondition.everything
    /// Whether an annotation can't be read without which the path must not be served.
    var isUnreadable = false
    /// Its place among the claims of the host.
    var order = 0

    /// Whether nothing is left for what comes after it.
    var takesEverything: Bool { match.kind != .exact && match.value == "/" && isUnconditional }

    /// Whether host and path alone decide.
    var isUnconditional: Bool { conditions == RequestCondition.everything }

    /// Whether a request for what `other` matches is for this path as well.
    func covers(_ other: PathMatch) -> Bool {
        if match == other { return true }
        guard match.kind == .prefix else { return false }
        if other.kind == .expression { return match.value == "/" }
        return match.value == "/" || other.value == match.value || other.value.hasPrefix("\(match.value)/")
    }

    /// The longest path first; of the same path, what asks for more first, then in the order of the claims.
    fileprivate func precedes(_ other: ClaimedPath, by order: (PathMatch, PathMatch) -> Bool) -> Bool {
        if match != other.match { return order(match, other.match) }
        if isUnconditional != other.isUnconditional { return other.isUnconditional }
        return self.order < other.order
    }
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
            let path = members[field.member].rules[field.rule].paths[field.path]
            return Candidate(
                field: field, entry: path,
                isRedirectToHTTPS: members[field.member].settings.redirectToHTTPS(of: path.path.backend) != nil)
        }
        if let owner = candidates.first(where: asksForExpressions) {
            reportMode(of: rules, broughtBy: owner, candidates: candidates, log: &log)
            return resolveExpressions(candidates, host: rules.host, log: &log)
        }
        return resolvePaths(candidates, host: rules.host, log: &log)
    }

    private struct Candidate {
        let field: MemberField
        let entry: MemberPath
        /// Whether it only redirects plain HTTP and leaves the rest to others.
        let isRedirectToHTTPS: Bool

        var path: IngressPath { entry.path }
        var text: String { path.path.isEmpty ? "/" : path.path }

        /// How the path is compared on a host without regular expressions of ingress-nginx.
        func match(mergeSlashes: Bool) throws(PathNormalizer.Failure) -> PathMatch {
            switch entry.form {
            case .pattern: PathMatch(kind: .pattern, value: text)
            case .expression: PathMatch(kind: .expression, value: text)
            case .path, nil: try RulePath(path, mergeSlashes: mergeSlashes).match
            }
        }

        func claim(_ match: PathMatch) -> Claim {
            Claim(match: match, conditions: entry.conditions, isRedirectToHTTPS: isRedirectToHTTPS)
        }
    }

    /// What two paths must not have in common.
    private struct Claim: Hashable {
        let match: PathMatch
        let conditions: [RequestCondition]
        let isRedirectToHTTPS: Bool
    }

    private func asksForExpressions(_ candidate: Candidate) -> Bool {
        members[candidate.field.member].settings.requiresRegularExpressions(path: candidate.text)
    }

    // MARK: Without regular expressions

    private func resolvePaths(
        _ candidates: [Candidate], host: HostKey, log: inout DiagnosticLog
    ) -> [ClaimedPath] {
        var winners: [Claim: MemberField] = [:]
        var claimed: [ClaimedPath] = []
        for candidate in candidates {
            let match: PathMatch
            do {
                match = try candidate.match(mergeSlashes: mergeSlashes)
            } catch {
                log.add(
                    .error, "InvalidPath", on: members[candidate.field.member].reference,
                    field: "\(candidate.field.description).path",
                    "No request can have the path '\(candidate.text)': \(error)", value: candidate.text,
                    remedy: "correct the path")
                continue
            }
            let claim = candidate.claim(match)
            if let winner = winners[claim] {
                reportLoss(of: candidate, to: winner, match: match, host: host, log: &log)
                continue
            }
            winners[claim] = candidate.field
            warnAboutExpression(candidate, log: &log)
            claimed.append(self.claim(candidate, match: match, order: claimed.count))
        }
        return claimed.sorted { $0.precedes($1, by: PathOrder.paths) }
    }

    private func warnAboutExpression(_ candidate: Candidate, log: inout DiagnosticLog) {
        guard candidate.entry.form == nil, candidate.path.pathType == .implementationSpecific,
            ExpressionText.looksLikeExpression(candidate.text)
        else { return }
        log.add(
            .warning, "PathLooksLikeExpression", on: members[candidate.field.member].reference,
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
        var winners: [Claim: MemberField] = [:]
        var claimed: [ClaimedPath] = []
        for candidate in candidates {
            let isOwn = asksForExpressions(candidate)
            let match = PathMatch(
                kind: .regularExpression,
                value: ExpressionText.expression(
                    path: candidate.text, form: candidate.entry.form,
                    isPrefix: candidate.path.pathType == .prefix && !isOwn,
                    besideExact: exactPaths.contains(candidate.text)))
            if let problem = expressions.problem(of: match.value) {
                PathConflicts.reportInvalidExpression(problem, of: party(candidate), log: &log)
                continue
            }
            let claim = candidate.claim(match)
            if let winner = winners[claim] {
                reportLoss(of: candidate, to: winner, match: match, host: host, log: &log)
                continue
            }
            winners[claim] = candidate.field
            claimed.append(self.claim(candidate, match: match, order: claimed.count))
        }
        return claimed.sorted { $0.precedes($1, by: PathOrder.expressions) }
    }

    private func reportMode(
        of rules: HostRules, broughtBy owner: Candidate, candidates: [Candidate], log: inout DiagnosticLog
    ) {
        var told: Set<Int> = []
        for candidate in candidates where asksForExpressions(candidate) { told.insert(candidate.field.member) }
        for candidate in candidates where told.insert(candidate.field.member).inserted {
            PathConflicts.reportExpressions(
                on: party(candidate), broughtBy: party(owner), host: rules.host, log: &log)
        }
    }

    // MARK: Both

    private func claim(_ candidate: Candidate, match: PathMatch, order: Int) -> ClaimedPath {
        ClaimedPath(
            field: candidate.field, match: match, path: candidate.text, pathType: candidate.path.pathType,
            backend: candidate.path.backend, conditions: candidate.entry.conditions,
            isUnreadable: candidate.entry.isUnreadable, order: order)
    }

    private func reportLoss(
        of candidate: Candidate, to winner: MemberField, match: PathMatch, host: HostKey, log: inout DiagnosticLog
    ) {
        let path = members[winner.member].rules[winner.rule].paths[winner.path]
        let owner = Candidate(field: winner, entry: path, isRedirectToHTTPS: false)
        PathConflicts.report(loser: party(candidate), winner: party(owner), host: host, log: &log)
    }

    private func party(_ candidate: Candidate) -> PathParty {
        let member = members[candidate.field.member]
        return PathParty(
            ingress: member.reference, created: member.age.created, field: candidate.field.description,
            path: candidate.text, pathType: candidate.path.pathType.rawValue)
    }
}
