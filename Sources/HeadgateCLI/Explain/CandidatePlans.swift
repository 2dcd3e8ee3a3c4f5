import IngressPlanning
import LoadBalancerModel

/// The load balancers that a request may come to, put together as `headgate up` serves them.
struct CandidatePlans {
    private let plans: [LoadBalancerPlan]
    /// What shared listeners serve where no load balancer shares them.
    private let idle: LoadBalancerPlan

    init(_ result: PlanningResult) {
        plans = result.plans
        idle = result.idle
    }

    /// The load balancers that answer on the URL's port, the likeliest first.
    ///
    /// What has listeners of its own answers on these alone. Everything else shares listeners, which are wherever flags
    /// put them: any other port is theirs. The standard ports may be those of both.
    func answering(_ url: ExplainedURL) -> [LoadBalancerPlan] {
        let (standard, own) = PlanMerging.split(plans)
        let port = url.effectivePort
        let holders = Self.groups(own).filter { plan in plan.listeners.contains { $0.port == port } }
        let listening = holders.filter { plan in
            plan.listeners.contains { $0.port == port && $0.protocol == url.scheme }
        }
        let isStandard = port == ExplainedURL.standardPort(of: url.scheme)
        guard holders.isEmpty || isStandard else { return listening }
        return shared(standard) + listening
    }

    private func shared(_ plans: [LoadBalancerPlan]) -> [LoadBalancerPlan] {
        guard plans.isEmpty else { return [PlanMerging.merge(plans).plan] }
        return idle.routes.isEmpty ? [] : [idle]
    }

    /// Plans with the same set of listeners are one.
    private static func groups(_ plans: [LoadBalancerPlan]) -> [LoadBalancerPlan] {
        var groups: [(places: Set<Place>, plans: [LoadBalancerPlan])] = []
        for plan in plans {
            let places = Set(plan.listeners.map(Place.init))
            if let index = groups.firstIndex(where: { $0.places == places }) {
                groups[index].plans.append(plan)
            } else {
                groups.append((places, [plan]))
            }
        }
        return groups.map { merged($0.plans) }
    }

    /// Whether two load balancers are served on the same listeners.
    static func share(_ one: LoadBalancerPlan, _ other: LoadBalancerPlan) -> Bool {
        let own = [one, other].filter { $0.listenerSource == .parameters }
        guard own.count != 1 else { return false }
        return own.isEmpty
            || Set(one.listeners.map(Place.init)) == Set(other.listeners.map(Place.init))
    }

    private static func merged(_ plans: [LoadBalancerPlan]) -> LoadBalancerPlan {
        guard plans.count > 1 else { return plans[0] }
        var merged = PlanMerging.merge(plans).plan
        let tls = merged.listeners.first { $0.protocol == .https }?.tls
        merged.listenerSource = .parameters
        merged.listeners = plans[0].listeners.map { listener in
            var listener = listener
            if listener.protocol == .https { listener.tls = tls }
            return listener
        }
        return merged
    }

    private struct Place: Hashable {
        var `protocol`: ListenerProtocol
        var port: Int
        var addresses: Set<String>

        init(_ listener: Listener) {
            self.protocol = listener.protocol
            port = listener.port
            addresses = Set(listener.addresses)
        }
    }
}
