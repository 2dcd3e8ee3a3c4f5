/// Why a request goes where it goes: the route that takes it, and what became of the others.
package struct RouteExplanation: Hashable, Sendable {
    /// A route and what became of it.
    package struct Candidate: Hashable, Sendable {
        /// The index of the route.
        package var route: Int
        package var verdict: RouteVerdict

        package init(route: Int, verdict: RouteVerdict) {
            self.route = route
            self.verdict = verdict
        }
    }

    /// The host as it was compared.
    package var host: String
    /// The path in normal form; nil where it has none, and the request is answered 400.
    package var path: String?
    /// Why the path has no normal form.
    package var failure: PathNormalizer.Failure?
    /// The host of the plan that decides: a name, `*.` and a name, or nil for rules without a host.
    package var matchedHost: String?
    /// Whether any host of the plan, or rules without a host, decide.
    package var isHostKnown: Bool
    /// Whether the paths of that host are expressions.
    package var usesExpressions: Bool
    /// The index of the route that takes the request.
    package var winner: Int?
    /// Every route: the winner first, then those that match and lost, then those of the same host, then the rest; each in
    /// the order of the table.
    package var considered: [Candidate]
}

/// What became of a route when a request was matched.
package enum RouteVerdict: Hashable, Sendable, CustomStringConvertible {
    case wins
    /// The path matches, but the one of `winner` is longer.
    case shorterPath(winner: Int)
    /// The Prefix matches, but the winner has the same elements as an Exact path.
    case exactFirst(winner: Int)
    /// The winner claims the same host and path, and stands before this route.
    case claimedBefore(winner: Int)
    /// The expression matches, but that of the winner is tried earlier.
    case laterExpression(winner: Int)
    /// A default takes what no path takes, and a path takes the request.
    case defaultNotReached(winner: Int)
    /// The default of the host comes before the one without a host.
    case hostDefaultFirst(winner: Int)
    /// Host and path match, but a further condition does not hold.
    case conditionFails(FailedCondition)
    case pathDoesNotMatch
    /// The path of the rule has no normal form, so that no request can have it.
    case pathUnreachable(PathNormalizer.Failure)
    /// The host matches, but a more specific one decides; nil stands for rules without a host.
    case lessSpecificHost(decides: String?)
    case hostDoesNotMatch
    /// The path of the request has no normal form; it is answered 400.
    case requestInvalid

    package var description: String {
        switch self {
        case .wins: "takes the request"
        case .shorterPath(let winner): "matches, but the path of route \(winner) is longer"
        case .exactFirst(let winner): "matches, but Exact comes before Prefix: route \(winner)"
        case .claimedBefore(let winner): "matches, but route \(winner) claims the same host and path and comes first"
        case .laterExpression(let winner): "matches, but the expression of route \(winner) is tried first"
        case .defaultNotReached(let winner): "a default, used only where no path matches; route \(winner) does"
        case .hostDefaultFirst(let winner): "a default for all hosts; the host has its own, route \(winner)"
        case .conditionFails(let condition): "host and path match, but \(condition)"
        case .pathDoesNotMatch: "path does not match"
        case .pathUnreachable(let failure): "no request can have this path: \(failure)"
        case .lessSpecificHost(let decides):
            "host matches, but the more specific \(decides ?? "rule without a host") decides"
        case .hostDoesNotMatch: "host does not match"
        case .requestInvalid: "the path of the request is not valid"
        }
    }

    /// Whether the route would have taken the request, had the winner not.
    package var isMatch: Bool {
        switch self {
        case .wins, .shorterPath, .exactFirst, .claimedBefore, .laterExpression, .defaultNotReached, .hostDefaultFirst:
            true
        case .conditionFails, .pathDoesNotMatch, .pathUnreachable, .lessSpecificHost, .hostDoesNotMatch,
            .requestInvalid:
            false
        }
    }

    /// Whether the verdict concerns the host that decides, rather than another.
    package var concernsHost: Bool {
        switch self {
        case .lessSpecificHost, .hostDoesNotMatch: false
        default: true
        }
    }
}

/// A condition of a route that a request does not meet.
package enum FailedCondition: Hashable, Sendable, CustomStringConvertible {
    case method(allowed: [String])
    case header(name: String)
    case queryParameter(name: String)
    case clientNetwork(allowed: [String])

    package var description: String {
        switch self {
        case .method(let allowed): "the method is not \(allowed.formattedAsAlternatives)"
        case .header(let name): "the header \(name) does not match"
        case .queryParameter(let name): "the query parameter \(name) does not match"
        case .clientNetwork(let allowed): "the client's address is not in \(allowed.formattedAsAlternatives)"
        }
    }
}

extension [String] {
    fileprivate var formattedAsAlternatives: String {
        joined(separator: " or ")
    }
}
