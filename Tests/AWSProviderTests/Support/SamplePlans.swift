import LoadBalancerModel
import ProvisioningTesting

extension LoadBalancerPlan {
    /// A route of ``sample(_:certificate:settings:)``.
    struct SampleRoute {
        var host: String
        var path: String
        var pool: String

        init(_ host: String, _ path: String, _ pool: String) {
            self.host = host
            self.path = path
            self.pool = pool
        }
    }

    /// A plan with a route per entry, in precedence order, and an Ingress per host; over HTTPS as well where there is a certificate.
    static func sample(
        _ routes: [SampleRoute], certificate: CertificateReference? = nil, settings: [String: String] = [:],
        targets: [String: [Target]] = [:]
    ) -> LoadBalancerPlan {
        var listeners = [Listener(name: "http-80", protocol: .http, port: 80)]
        if let certificate {
            let bindings = certificate.hosts.map {
                ServerNameBinding(host: $0, certificate: certificate.fingerprint)
            }
            listeners.append(
                Listener(
                    name: "https-443", protocol: .https, port: 443, tls: ListenerTLS(certificates: bindings)))
        }
        return LoadBalancerPlan(
            name: "sample",
            identity: LoadBalancerIdentity(cluster: "test", ingressClass: "sample"),
            provider: ProviderSelection(name: "aws", settings: settings),
            listeners: listeners,
            certificates: certificate.map { [$0] } ?? [],
            routes: routes.map { route in
                Route(
                    ingress: "test/\(route.host)",
                    match: RouteMatch(
                        host: "\(route.host).example.com", path: PathMatch(kind: .prefix, value: route.path)),
                    action: .forward([WeightedPool(pool: route.pool)]))
            },
            pools: Set(routes.map(\.pool)).sorted().enumerated().map { index, name in
                BackendPool(
                    name: name, targets: targets[name] ?? [Target(address: "10.0.1.\(index + 10)", port: 8080)])
            })
    }
}

extension ConformancePlans {
    /// Two hosts of two Ingresses, two pools, and a certificate.
    static func aws(certificate: CertificateReference?) -> ConformancePlans {
        let base = LoadBalancerPlan.sample(
            [.init("shop", "/cart", "cart"), .init("shop", "/", "web"), .init("api", "/", "web")],
            certificate: certificate)
        let updated = LoadBalancerPlan.sample(
            [.init("shop", "/new", "web"), .init("shop", "/", "cart"), .init("api", "/", "web")],
            certificate: certificate)
        var replaced = base
        replaced.scheme = .internal
        var quarantining = updated
        quarantining.routes[2].match.path.value = "/" + String(repeating: "long", count: 40)
        // The pool that it has is nobody else's any more.
        quarantining.routes[0].action = quarantining.routes[1].action
        var replacedWhileQuarantining = quarantining
        replacedWhileQuarantining.scheme = .internal
        return ConformancePlans(
            base: base, updated: updated, replaced: replaced, quarantining: quarantining,
            replacedWhileQuarantining: replacedWhileQuarantining,
            quarantinedMember: "test/api")
    }
}
