internal import LoadBalancerModel

extension LoadBalancerPlan {
    /// The plan in parts: each with some of the hosts, and with what has no host. One way through the routes makes all of
    /// them.
    ///
    /// - Parameter parts: the hosts of each part; every host of a route is in one of them.
    func divided(among parts: [Set<String>]) -> [LoadBalancerPlan] {
        var place: [String: Int] = [:]
        for (index, hosts) in parts.enumerated() {
            for host in hosts { place[host] = index }
        }
        let routes = Self.divide(self.routes, among: parts.count) { route in route.match.host.flatMap { place[$0] } }
        let bindings = listeners.map { listener in
            Self.divide(listener.tls?.certificates ?? [], among: parts.count) { place[$0.host] }
        }
        return parts.indices.map { index in
            var plan = self
            plan.routes = routes[index]
            for (listener, bindings) in zip(plan.listeners.indices, bindings) {
                plan.listeners[listener].tls?.certificates = bindings[index]
            }
            return plan
        }
    }

    /// The elements of each part in their order; those without a place are in all parts.
    private static func divide<Element>(
        _ elements: [Element], among count: Int, place: (Element) -> Int?
    ) -> [[Element]] {
        var parts = Array(repeating: [Element](), count: count)
        for element in elements {
            if let index = place(element) {
                parts[index].append(element)
            } else {
                for index in parts.indices { parts[index].append(element) }
            }
        }
        return parts
    }
}
