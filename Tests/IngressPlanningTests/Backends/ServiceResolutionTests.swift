import LoadBalancerModel
import Testing

@testable import IngressPlanning

@Suite struct ServiceResolutionTests {
    private static func service(_ spec: String, name: String = "web") -> String {
        """
        apiVersion: v1
        kind: Service
        metadata: {name: \(name), namespace: shop}
        spec: \(spec)
        """
    }

    private static func slice(
        _ name: String, type: String = "IPv4", ports: String, endpoints: String, service: String = "web",
        namespace: String = "shop"
    ) -> String {
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: \(name), namespace: \(namespace), labels: {kubernetes.io/service-name: \(service)}}
        addressType: \(type)
        ports: \(ports)
        endpoints: \(endpoints)
        """
    }

    private static func planned(_ backend: String, _ manifests: String...) throws -> Planned {
        try Planned([Manifests.ingressClass(), Manifests.ingress("shop/web", defaultBackend: backend)] + manifests)
    }

    /// The targets of the only pool, as `address port state`.
    private static func targets(_ backend: String, _ manifests: String...) throws -> [String] {
        let plan = try Planned(
            [Manifests.ingressClass(), Manifests.ingress("shop/web", defaultBackend: backend)] + manifests
        ).plan()
        #expect(plan.pools.count == 1)
        return plan.pools.flatMap(\.targets).map { "\($0.address) \($0.port) \($0.state.rawValue)" }
    }

    // MARK: Families

    private static let empty = "[]"
    private static let down = "[{addresses: ['2001:db8::1'], conditions: {ready: false}}]"

    @Test(arguments: [
        ("{ports: [{port: 80}]}", ["IPv4": empty], IPFamily.ipv4),
        ("{ports: [{port: 80}]}", ["IPv6": empty], .ipv6),
        ("{ports: [{port: 80}]}", ["IPv4": empty, "IPv6": down], .ipv6),
        ("{ports: [{port: 80}]}", ["IPv4": empty, "IPv6": empty], nil),
        ("{ports: [{port: 80}], ipFamilies: [IPv4]}", ["IPv4": empty, "IPv6": empty], .ipv4),
        ("{ports: [{port: 80}], ipFamilies: [IPv6]}", [:], .ipv6),
        ("{ports: [{port: 80}], ipFamilies: [IPv6, IPv4]}", [:], nil),
        ("{ports: [{port: 80}]}", [:], nil),
    ])
    func `A pool without targets says which family they are going to have, where it is known`(
        spec: String, slices: [String: String], family: IPFamily?
    ) throws {
        let manifests = slices.sorted { $0.key < $1.key }.map { type, endpoints in
            Self.slice("web-\(type.lowercased())", type: type, ports: "[]", endpoints: endpoints)
        }
        let plan = try Planned(
            [Manifests.ingressClass(), Manifests.ingress("shop/web", defaultBackend: "web:80"), Self.service(spec)]
                + manifests
        ).plan()
        #expect(plan.pools.map(\.addressFamily) == [family])
    }

    @Test func `A pool with targets says nothing of their family`() throws {
        let plan = try Self.planned("web:http", Self.twoPorts, Self.twoPortSlice).plan()
        #expect(plan.pools.map(\.addressFamily) == [nil])
    }

    // MARK: Ports

    private static let twoPorts = service(
        "{ports: [{name: http, port: 80, targetPort: 8080}, {name: admin, port: 81, targetPort: admin}]}")
    private static let twoPortSlice = slice(
        "web-1", ports: "[{name: http, port: 8080}, {name: admin, port: 9000}]", endpoints: "[{addresses: [10.0.0.1]}]")

    @Test(arguments: [("web:80", "8080"), ("web:http", "8080"), ("web:81", "9000"), ("web:admin", "9000")])
    func `A port by number or name leads to the slice's port of its name`(backend: String, port: String) throws {
        #expect(try Self.targets(backend, Self.twoPorts, Self.twoPortSlice) == ["10.0.0.1 \(port) ready"])
    }

    @Test func `A port by number and by name is one pool`() throws {
        let plan = try Planned([
            Manifests.ingressClass(), Self.twoPorts, Self.twoPortSlice,
            Manifests.ingress("shop/web", rules: [("", ["Prefix /a web:80", "Prefix /b web:http"])]),
        ]).plan()
        #expect(plan.pools.map(\.name) == ["shop.web.80"])
        #expect(
            plan.routes.compactMap(\.backend) == [
                .service(name: "shop/web", port: "80"), .service(name: "shop/web", port: "http"),
            ])
    }

    @Test func `A named port may have another number in each slice`() throws {
        let targets = try Self.targets(
            "web:80", Self.service("{ports: [{name: http, port: 80, targetPort: http}]}"),
            Self.slice("web-1", ports: "[{name: http, port: 8080}]", endpoints: "[{addresses: [10.0.0.1]}]"),
            Self.slice("web-2", ports: "[{name: http, port: 9090}]", endpoints: "[{addresses: [10.0.0.2]}]"))
        #expect(targets == ["10.0.0.1 8080 ready", "10.0.0.2 9090 ready"])
    }

    @Test(arguments: [
        ("{ports: [{port: 80, targetPort: 8080}]}", "[{port: 8080}]", ["10.0.0.1 8080 ready"]),
        ("{ports: [{port: 80, targetPort: 8080}]}", "[{name: '', port: 8080}]", ["10.0.0.1 8080 ready"]),
        ("{ports: [{port: 80}]}", "[{name: http, port: 8080}]", ["10.0.0.1 8080 ready"]),
        ("{ports: [{name: http, port: 80}]}", "[{port: 8080}]", ["10.0.0.1 8080 ready"]),
        ("{ports: [{name: http, port: 80}]}", "[{name: web, port: 8080}]", []),
        ("{ports: [{name: http, port: 80}]}", "[{name: http, port: 8080, protocol: UDP}]", []),
        ("{ports: [{name: http, port: 80, targetPort: 8080}]}", "[{name: http}]", ["10.0.0.1 8080 ready"]),
    ])
    func `Ports of a slice belong to those of the Service by name`(
        service: String, ports: String, expected: [String]
    ) throws {
        #expect(
            try Self.targets(
                "web:80", Self.service(service),
                Self.slice("web-1", ports: ports, endpoints: "[{addresses: [10.0.0.1]}]")) == expected)
    }

    @Test(arguments: [
        ("web:8080", "ServicePortNotFound", "service.port.number", "number: 80"),
        ("web:9999", "ServicePortNotFound", "service.port.number", "80 ('http'), 81 ('admin')"),
        ("web:nope", "ServicePortNotFound", "service.port.name", "80 ('http'), 81 ('admin')"),
        ("other:80", "ServiceNotFound", "service.name", "namespace 'shop'"),
    ])
    func `A broken reference answers 500, and the remedy names the right one`(
        backend: String, reason: String, field: String, remedy: String
    ) throws {
        let planned = try Self.planned(backend, Self.twoPorts, Self.twoPortSlice)
        #expect(try planned.answer("x.example", "/") == "500 \(reason)")
        let finding = try planned.finding(reason)
        #expect(finding.severity == .error)
        #expect(finding.field == "spec.defaultBackend.\(field)")
        #expect(finding.remedy?.contains(remedy) == true)
    }

    @Test func `A port for UDP alone is none`() throws {
        let planned = try Self.planned("web:53", Self.service("{ports: [{port: 53, protocol: UDP}]}"))
        #expect(try planned.answer("x.example", "/") == "500 ServicePortNotTCP")
    }

    @Test func `A Service of another namespace is never reached`() throws {
        let planned = try Planned([
            Manifests.ingressClass(), Manifests.service("app/web"),
            Manifests.ingress("shop/web", defaultBackend: "web:80"),
        ])
        #expect(try planned.answer("x.example", "/") == "500 ServiceNotFound")
    }

    // MARK: Endpoints

    @Test(arguments: [
        ("{}", "ready" as String?), ("{ready: true}", "ready"), ("{ready: false}", nil),
        ("{ready: false, serving: true}", nil), ("{ready: false, serving: true, terminating: true}", "draining"),
        ("{ready: false, serving: false, terminating: true}", nil), ("{ready: false, terminating: true}", nil),
        ("{serving: true, terminating: false}", "ready"), ("{ready: true, serving: true, terminating: true}", "ready"),
    ])
    func `The conditions of an endpoint decide about its state`(conditions: String, state: String?) throws {
        let targets = try Self.targets(
            "web:80", Self.service("{ports: [{port: 80}]}"),
            Self.slice(
                "web-1", ports: "[{port: 8080}]", endpoints: "[{addresses: [10.0.0.1], conditions: \(conditions)}]"))
        #expect(targets == [state.map { "10.0.0.1 8080 \($0)" }].compactMap(\.self))
    }

    @Test func `Slices of both families and of the same endpoints make one list`() throws {
        let terminating = "{ready: false, serving: true, terminating: true}"
        let targets = try Self.targets(
            "web:80", Self.service("{ports: [{port: 80}]}"),
            Self.slice(
                "web-2", ports: "[{port: 8080}]",
                endpoints: "[{addresses: [10.0.0.2]}, {addresses: [10.0.0.1], conditions: \(terminating)}]"),
            Self.slice("web-1", ports: "[{port: 8080}]", endpoints: "[{addresses: [10.0.0.1]}]"),
            Self.slice("web-3", type: "IPv6", ports: "[{port: 8080}]", endpoints: "[{addresses: ['2001:db8::1']}]"),
            Self.slice("web-1", ports: "[{port: 1}]", endpoints: "[{addresses: [10.9.9.9]}]", namespace: "app"),
            Self.slice("x-1", ports: "[{port: 1}]", endpoints: "[{addresses: [10.9.9.9]}]", service: "x"))
        #expect(targets == ["10.0.0.1 8080 ready", "10.0.0.2 8080 ready", "2001:db8::1 8080 ready"])
    }

    @Test(arguments: ["clusterIP: None, ", "type: NodePort, ", "type: LoadBalancer, "])
    func `Headless, NodePort and LoadBalancer Services are reached by their endpoints`(kind: String) throws {
        let targets = try Self.targets(
            "web:80", Self.service("{\(kind)ports: [{port: 80, targetPort: 8080}]}"),
            Self.slice("web-1", ports: "[{port: 8080}]", endpoints: "[{addresses: [10.0.0.1]}]"))
        #expect(targets == ["10.0.0.1 8080 ready"])
    }

    @Test func `Slices of names are reached by name`() throws {
        let targets = try Self.targets(
            "web:80", Self.service("{ports: [{port: 80}]}"),
            Self.slice("web-1", type: "FQDN", ports: "[{port: 8080}]", endpoints: "[{addresses: [db.example.com]}]"))
        #expect(targets == ["db.example.com 8080 ready"])
    }

    @Test func `A Service without endpoints has a pool without targets, and a Warning`() throws {
        let planned = try Self.planned("web:80", Self.service("{ports: [{port: 80}]}"))
        #expect(try planned.plan().pool("shop.web.80").targets.isEmpty)
        #expect(planned.findings == ["warning NoEndpoints shop/web spec.defaultBackend.service"])
    }

    // MARK: ExternalName

    @Test(arguments: [
        ("{type: ExternalName, externalName: db.example.com}", "web:5000", "db.example.com 5000 ready"),
        ("{type: ExternalName, externalName: db.example.com.}", "web:5000", "db.example.com 5000 ready"),
        (
            "{type: ExternalName, externalName: db.example.com, ports: [{port: 80}]}", "web:80",
            "db.example.com 80 ready"
        ),
        (
            "{type: ExternalName, externalName: db.example.com, ports: [{name: http, port: 80, targetPort: 8080}]}",
            "web:http", "db.example.com 8080 ready"
        ),
    ])
    func `An ExternalName is reached by its name`(spec: String, backend: String, target: String) throws {
        #expect(try Self.targets(backend, Self.service(spec)) == [target])
    }

    @Test func `An ExternalName with ports has no others`() throws {
        let service = Self.service("{type: ExternalName, externalName: a.example, ports: [{port: 80}]}")
        #expect(try Self.planned("web:81", service).answer("x", "/") == "500 ServicePortNotFound")
        let unnamed = Self.service("{type: ExternalName, externalName: a.example}")
        #expect(try Self.planned("web:http", unnamed).answer("x", "/") == "500 ServicePortNotFound")
    }

    // MARK: Protocols

    @Test(arguments: [
        (nil as String?, "", "shop.web.80", BackendProtocol.http), ("HTTPS", "", "shop.web.80.https", .https),
        (nil, ", appProtocol: https", "shop.web.80.https", .https),
        ("HTTP", ", appProtocol: https", "shop.web.80", .http),
    ])
    func `The annotation chooses the protocol, else the Service's port does`(
        annotation: String?, appProtocol: String, name: String, spoken: BackendProtocol
    ) throws {
        let pool = try Planned([
            Manifests.ingressClass(), Self.service("{ports: [{port: 80\(appProtocol)}]}"),
            Manifests.ingress(
                "shop/web",
                annotations: annotation.map { ["nginx.ingress.kubernetes.io/backend-protocol": $0] } ?? [:],
                defaultBackend: "web:80"),
        ]).plan().pool(name)
        #expect(pool.protocol == spoken)
        #expect(pool.tls == (spoken == .https ? BackendTLS(verify: false) : nil))
    }
}
