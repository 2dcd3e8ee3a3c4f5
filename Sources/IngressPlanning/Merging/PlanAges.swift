import KubernetesModel
import LoadBalancerModel

/// The oldest Ingress of a plan, and of each of its hosts: the precedence between plans that share listeners.
struct PlanAges {
    private var hosts: [HostKey: RouteAge] = [:]
    /// Nil where no route comes from an Ingress.
    private var all: RouteAge?

    init(_ plan: LoadBalancerPlan) {
        for route in plan.routes where route.ingress != nil {
            let age = RouteAge(route)
            all = min(all ?? age, age)
            // The default backend of an Ingress that does not name the host is no claim to it.
            guard route.match.path.kind != .fallback || route.fallbackRank == .host else { continue }
            let host = HostKey(normal: route.match.host)
            hosts[host] = min(hosts[host] ?? age, age)
        }
    }

    /// Last where there is none.
    var oldest: PlanAge { PlanAge(age: all) }

    /// That of the oldest Ingress with a rule for the host; of the plan where none has one.
    func of(_ host: HostKey) -> PlanAge { PlanAge(age: hosts[host] ?? all) }

    /// The oldest Ingress with a rule for the host.
    func ingress(of host: HostKey) -> NamespacedName? { hosts[host]?.ingress }
}

/// An age, or none, which comes last.
struct PlanAge: Comparable {
    var age: RouteAge?

    static func < (left: Self, right: Self) -> Bool {
        guard let mine = left.age else { return false }
        guard let other = right.age else { return true }
        return mine < other
    }
}
