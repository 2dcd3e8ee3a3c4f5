internal import LoadBalancerModel
internal import Provisioning

/// Which requests by plain HTTP a load balancer that exists redirects to HTTPS, for a plan that leaves it unsettled.
struct StandingRedirects: Hashable, Sendable {
    /// The redirect that is there; nil where there is none.
    private var redirect: HTTPSRedirect?
    /// The Ingresses that have any rule.
    private var present: Set<String> = []
    /// Those of which anything but ACME challenges is served by plain HTTP.
    private var served: Set<String> = []
    /// Whether what no rule takes is served by plain HTTP.
    private var servesRest = false

    init() {}

    /// - Parameter own: the load balancers.
    init(_ observed: ObservedGraph<AWSResource>, of own: Set<ResourceLink>) {
        var plain: Set<ResourceLink> = []
        for resource in observed.resources {
            guard case .listener(let spec) = resource.resource, spec.protocol == "HTTP", own.contains(spec.loadBalancer)
            else { continue }
            plain.insert(.identifier(resource.identifier))
            servesRest = add(spec.defaultActions) || servesRest
        }
        for resource in observed.resources {
            guard case .rule(let spec) = resource.resource else { continue }
            if let ingress = resource.member { present.insert(ingress) }
            guard plain.contains(spec.listener), !Self.isForChallenges(spec), add(spec.actions) else { continue }
            if let ingress = resource.member { served.insert(ingress) }
        }
    }

    /// The redirect of an Ingress, of what the class asks for where there is no Ingress: what it has, and for a newcomer the
    /// one that holds for the whole of the load balancer.
    func redirect(of ingress: String?) -> HTTPSRedirect? {
        if served.isEmpty, !servesRest { return redirect }
        guard let ingress, present.contains(ingress), !served.contains(ingress) else { return nil }
        return redirect
    }

    /// Takes note of what is done with requests by plain HTTP.
    ///
    /// - Returns: whether they are served.
    private mutating func add(_ actions: [RuleAction]) -> Bool {
        guard let action = actions.first, action != OwnAnswers.notFound else { return false }
        guard let found = Self.toHTTPS(action) else { return true }
        redirect = redirect ?? found
        return false
    }

    /// The redirect to the same place over HTTPS that an action is; nil where it is none.
    private static func toHTTPS(_ action: RuleAction) -> HTTPSRedirect? {
        guard case .redirect(let redirect) = action, let port = Int(redirect.port) else { return nil }
        let samePlace = RuleAction.Redirect(protocol: "HTTPS", port: redirect.port, statusCode: redirect.statusCode)
        return redirect == samePlace ? HTTPSRedirect(statusCode: redirect.statusCode, port: port) : nil
    }

    private static func isForChallenges(_ rule: RuleSpec) -> Bool {
        rule.conditions.contains { condition in
            guard case .pathPattern(let patterns) = condition else { return false }
            return patterns.allSatisfy { $0.hasPrefix(Challenge.prefix) }
        }
    }
}

extension LoadBalancerPlan {
    /// Redirects to HTTPS what is redirected by what exists.
    mutating func keepRedirects(_ standing: StandingRedirects) {
        for index in routes.indices where routes[index].filters.redirectToHTTPS == nil {
            routes[index].filters.redirectToHTTPS = standing.redirect(of: routes[index].ingress)
        }
        if let route = hostFallback, route.filters.redirectToHTTPS == nil {
            hostFallback?.filters.redirectToHTTPS = standing.redirect(of: route.ingress)
        }
    }
}
