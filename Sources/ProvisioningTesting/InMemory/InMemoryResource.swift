package import Provisioning

/// The resources of ``InMemoryCloud``: a small cloud with one of each kind of difficulty.
package enum InMemoryResource: ProvisionedResource {
    /// Has a scheme that can't be changed, lets everybody in where it has no gate, and turns clients away that are barred.
    case balancer(scheme: String, idleSeconds: Int, gate: ResourceLink? = nil, barred: [String] = [])
    /// Says which clients are let in to the balancers that it guards.
    case gate(clients: [String])
    /// Serves one balancer alone, and has a protocol that can't be changed.
    case pool(balancer: ResourceLink, protocol: String, targets: [String])
    /// One of a list in which the lowest position that fits takes a request.
    case rule(balancer: ResourceLink, position: Int, match: String, action: Action)

    package enum Action: Equatable, Sendable {
        case forward(ResourceLink)
        case respond(Int)
    }

    package var isAwaited: Bool {
        if case .balancer = self { true } else { false }
    }

    /// A match is a host, or `*`, with the beginning of paths.
    package var reach: RequestReach {
        guard case .rule(_, _, let match, _) = self else { return .everything }
        let host = String(match.prefix { $0 != "/" })
        let path = String(match.drop { $0 != "/" })
        return RequestReach(
            hosts: host == "*" ? [] : [TextPattern(exactly: host)], paths: [TextPattern(prefix: path)])
    }

    package func takesSameRequests(as other: InMemoryResource) -> Bool? {
        guard case (.rule(_, _, let match, _), .rule(_, _, let other, _)) = (self, other) else { return nil }
        return match == other
    }

    package var fields: [ResourceField] {
        switch self {
        case .balancer(let scheme, let idleSeconds, let gate, let barred):
            return [
                ResourceField("scheme", .string(scheme), change: .replacing("the scheme can't be changed")).asGuard,
                ResourceField(
                    "idleSeconds", .integer(idleSeconds), change: .interrupting("idle connections are closed")),
                ResourceField("gate", gate.map(FieldValue.link) ?? .absent).asGuard,
                ResourceField("barred", barred.isEmpty ? .absent : .strings(barred)).asGuard,
            ]
        case .gate(let clients):
            return [ResourceField("clients", .strings(clients)).asGuard]
        case .pool(let balancer, let `protocol`, let targets):
            return [
                ResourceField(
                    "balancer", .link(balancer), change: .replacing("a pool serves one balancer"), outlivesLinks: true),
                ResourceField("protocol", .string(`protocol`), change: .replacing("the protocol can't be changed")),
                ResourceField("targets", .strings(targets)),
            ]
        case .rule(let balancer, let position, let match, let action):
            return [
                ResourceField("balancer", .link(balancer), change: .replacing("a rule belongs to one balancer")),
                ResourceField("position", .integer(position), change: .reordering),
                ResourceField("match", .string(match)),
                action.field,
            ]
        }
    }
}

extension InMemoryResource {
    package func recreated(_ link: (ResourceLink) -> ResourceLink) -> InMemoryResource? {
        switch self {
        case .balancer, .gate: self
        case .pool(let balancer, let `protocol`, let targets):
            .pool(balancer: link(balancer), protocol: `protocol`, targets: targets)
        case .rule(let balancer, let position, let match, .forward(let pool)):
            .rule(balancer: link(balancer), position: position, match: match, action: .forward(link(pool)))
        case .rule(let balancer, let position, let match, let action):
            .rule(balancer: link(balancer), position: position, match: match, action: action)
        }
    }

    package func letsInMore(
        than other: InMemoryResource, _ surroundings: GuardSurroundings<InMemoryResource>
    ) -> Bool {
        switch (self, other) {
        case (.gate(let clients), .gate(let others)):
            !Set(clients).isSubset(of: others)
        case (.balancer(let scheme, _, let gate, let barred), .balancer(let otherScheme, _, let otherGate, let others)):
            scheme != otherScheme || gate.map(surroundings.resolved) != otherGate.map(surroundings.resolved)
                || !Set(others).isSubset(of: barred)
        default: true
        }
    }

    /// Gives a rule another position.
    mutating func move(to position: Int) {
        guard case .rule(let balancer, _, let match, let action) = self else { return }
        self = .rule(balancer: balancer, position: position, match: match, action: action)
    }
}

extension InMemoryResource.Action {
    fileprivate var field: ResourceField {
        switch self {
        case .forward(let pool): ResourceField("action", .link(pool))
        case .respond(let status): ResourceField("action", .integer(status))
        }
    }
}
