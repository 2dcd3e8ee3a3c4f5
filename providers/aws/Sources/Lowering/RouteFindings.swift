internal import LoadBalancerModel

/// What a route asks for that AWS has in another form, or not at all, apart from its match and its action.
struct RouteFindings {
    let route: Route
    /// The idle time limit of the load balancer.
    let idleSeconds: Int
    /// Whether session affinity decides on the stickiness of a target group.
    let isAffine: Bool
    /// The time limits that hold where nobody asks for one; they are told of once for the load balancer.
    let defaults: RouteTimeouts?

    func report(to log: inout FidelityLog) {
        let filters = route.filters
        if let bytes = filters.maximumRequestBodyBytes, bytes > 0 {
            log.unsupported(
                route.ingress,
                "request bodies aren't limited to \(bytes) bytes, for AWS has no such limit; limit them in the backend")
        }
        if let affinity = filters.affinity, isAffine {
            let other = affinity.cookieName == "AWSALB" ? "" : " instead of the cookie \(affinity.cookieName)"
            log.approximated(
                route.ingress,
                "session affinity uses AWS's cookie AWSALB for \(affinity.stickySeconds) s and all paths\(other)")
        }
        if let connect = filters.timeouts.connectMilliseconds, connect != defaults?.connectMilliseconds {
            log.unsupported(
                route.ingress,
                "connections to targets aren't given \(connect) ms but the 10 s that AWS gives them, which can't be changed"
            )
        }
        let times = [
            ("read", filters.timeouts.readMilliseconds, defaults?.readMilliseconds),
            ("send", filters.timeouts.sendMilliseconds, defaults?.sendMilliseconds),
        ]
        for case (let name, let milliseconds?, let standard) in times
        where milliseconds != idleSeconds * 1000 && milliseconds != standard {
            log.approximated(
                route.ingress,
                "the \(name) time limit of \(milliseconds) ms is the idle time limit of the load balancer, \(idleSeconds) s; "
                    + "set provider.settings.attributes.idle_timeout.timeout_seconds for another")
        }
    }
}
