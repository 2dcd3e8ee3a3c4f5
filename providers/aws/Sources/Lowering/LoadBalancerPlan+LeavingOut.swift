internal import LoadBalancerModel

extension LoadBalancerPlan {
    /// The Ingresses of which what stands stays: those that are quarantined, and those that the plan withholds.
    func leftOut(with quarantined: Set<String>) -> Set<String> {
        quarantined.union((withheld ?? []).map(\.ingress))
    }

    /// The plan without the routes of some Ingresses. Their server names stay, for what they had goes on by HTTPS too.
    func without(_ ingresses: Set<String>) -> LoadBalancerPlan {
        var plan = self
        plan.routes.removeAll { route in route.ingress.map(ingresses.contains) ?? false }
        if let ingress = hostFallback?.ingress, ingresses.contains(ingress) { plan.hostFallback = nil }
        return plan
    }

    /// The plan without the routes of some Ingresses, and without the server names that only those had.
    func withoutAll(of ingresses: Set<String>) -> LoadBalancerPlan {
        guard !ingresses.isEmpty else { return self }
        let plan = without(ingresses)
        let left = plan.hosts { !ingresses.contains($0) }
        return plan.withoutServerNames(hosts { _ in true }.subtracting(left))
    }

    /// The hosts of the routes, and of those refused Ingresses that are asked for.
    private func hosts(ofRefused isAskedFor: (String) -> Bool) -> Set<String> {
        Set(routes.compactMap(\.match.host))
            .union((refused ?? []).filter { isAskedFor($0.ingress) }.flatMap { $0.hosts ?? [] })
    }

    private func withoutServerNames(_ hosts: Set<String>) -> LoadBalancerPlan {
        var plan = self
        for index in plan.listeners.indices {
            plan.listeners[index].tls?.certificates.removeAll { hosts.contains($0.host) }
        }
        return plan
    }

    /// The Ingresses, the oldest first.
    var membersByAge: [String] {
        var created: [String: String] = [:]
        for route in routes {
            guard let ingress = route.ingress else { continue }
            created[ingress] = min(created[ingress] ?? "~", route.created ?? "")
        }
        return created.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
    }
}
