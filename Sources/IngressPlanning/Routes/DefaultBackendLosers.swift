package import KubernetesModel
package import LoadBalancerModel

/// The default backends that would get the requests which another one gets, and why they don't.
package struct DefaultBackendLosers {
    /// A default backend that loses.
    package struct Loser: Hashable, Sendable {
        /// The Ingress; nil for that of a class or of the controller.
        package var ingress: NamespacedName?
        package var backend: BackendReference
        package var reason: String
    }

    /// The Ingresses of the load balancer.
    private let ingresses: [Ingress]
    /// The default backend that wins.
    private let winner: Route
    /// The host of the rules that decide on the request; nil for rules without a host, and where no rule does.
    private let host: String?

    package init(ingresses: [Ingress], winner: Route, host: String?) {
        self.ingresses = ingresses
        self.winner = winner
        self.host = host
    }

    /// The losers among the Ingresses, in precedence order.
    package var ofIngresses: [Loser] {
        guard let rank = winner.fallbackRank else { return [] }
        return ingresses.sorted { IngressAge($0) < IngressAge($1) }.compactMap { ingress in
            guard let backend = ingress.spec.defaultBackend,
                ingress.namespacedName.description != winner.ingress
            else { return nil }
            return Loser(
                ingress: ingress.namespacedName,
                backend: BackendAssembly.reference(backend, namespace: ingress.metadata.namespace),
                reason: reason(ingress, winnerRank: rank))
        }
    }

    /// The default backend of a class, where it loses.
    package func ofClass(_ name: String, memory: ParametersMemory) -> Loser? {
        guard let backend = memory.lastGood(ofClass: name)?.defaultBackend, isAbove(.ingressClass) else { return nil }
        let namespace = backend.namespace ?? memory.source(ofClass: name)?.namespace ?? ""
        return Loser(
            backend: .service(name: "\(namespace)/\(backend.service)", port: backend.port.description),
            reason: "the default backend of the class \(name) is used only where no Ingress has one: \(winnerName)")
    }

    /// The default backend of the controller, where it loses.
    package func ofController(_ backend: DefaultBackend) -> Loser? {
        guard isAbove(.controller) else { return nil }
        return Loser(
            backend: .service(name: backend.service.description, port: backend.port.description),
            reason: "the default backend of the controller is used only where there is no other: \(winnerName)")
    }

    private func isAbove(_ rank: FallbackRank) -> Bool {
        winner.fallbackRank.map { Self.position($0) < Self.position(rank) } ?? false
    }

    private static func position(_ rank: FallbackRank) -> Int {
        FallbackRank.allCases.firstIndex(of: rank) ?? FallbackRank.allCases.count
    }

    private var winnerName: String {
        winner.ingress.map { "that of \($0) takes the request" } ?? "that of the class takes the request"
    }

    private func reason(_ loser: Ingress, winnerRank: FallbackRank) -> String {
        let owner = winner.ingress ?? "the class"
        let name = "the default backend of \(owner)"
        guard rank(of: loser) == winnerRank else {
            switch winnerRank {
            case .host: return "\(name) comes first, since \(owner) has a rule for the host"
            case .ingressWithoutRules: return "\(name) comes first, since \(owner) has no rules"
            case .ingress, .ingressClass, .controller: return "\(name) comes first"
            }
        }
        let cause = Precedence.cause(winnerCreated: winner.created ?? "", loserCreated: IngressAge(loser).created)
        return "\(name) \(cause)"
    }

    private func rank(of ingress: Ingress) -> FallbackRank {
        let rules = ingress.spec.rules
        if rules.isEmpty { return .ingressWithoutRules }
        let hasRule = rules.contains { rule in
            let name = rule.host.flatMap { $0.isEmpty ? nil : $0.lowercased() }
            return name == host
        }
        return hasRule ? .host : .ingress
    }
}
