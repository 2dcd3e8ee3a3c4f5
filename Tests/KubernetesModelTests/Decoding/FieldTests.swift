import Testing

@testable import KubernetesModel

@Suite struct FieldTests {
    static let path =
        "rules:\n- http:\n    paths:\n    - path: /\n      pathType: Prefix\n      backend:\n        service:\n          name: web\n          port:\n            number: 80\n"

    @Test(
        "An unknown field is a warning with its path, and the object stands",
        arguments: [
            (ingress(path + "      bogus: 1\n"), "spec.rules[0].http.paths[0].bogus", 15),
            (ingress(path + "            numbr: 80\n"), "spec.rules[0].http.paths[0].backend.service.port.numbr", 15),
            (ingress(path + "  bogus: 1\n"), "spec.rules[0].bogus", 15), (ingress(path + "tsl: []\n"), "spec.tsl", 15),
            (ingress(path) + "bogus: 1\n", "bogus", 16),
            (ingress(path, metadata: "{name: web, label: {}}"), "metadata.label", 3),
            (ingress(path) + "status: {loadBalancer: {ingres: []}}\n", "status.loadBalancer.ingres", 16),
            (
                "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec:\n  ports:\n  - port: 80\n    targetport: 8080\n",
                "spec.ports[0].targetport", 7
            ),
            (
                "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: s}\naddressType: IPv4\nendpoints:\n- addresses: [10.0.0.1]\n  condition: {}\n",
                "endpoints[0].condition", 7
            ),
            ("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringdata: {password: hunter2}\n", "stringdata", 4),
            (
                "apiVersion: headgate.dev/v1alpha1\nkind: IngressParameters\nmetadata: {name: p}\nspec:\n  timeout: {}\n",
                "spec.timeout", 5
            ),
        ])
    func unknownField(text: String, field: String, line: Int) throws {
        let file = parse(text)
        #expect(file.objects.count == 1)
        let finding = try #require(file.findings.first)
        #expect(file.findings.count == 1, "\(file.findings.map(\.message))")
        #expect(finding.severity == .warning && finding.reason == .unknownField)
        #expect(finding.field == field)
        #expect(finding.location == SourceLocation(file: "m.yaml", document: 1, line: line))
        #expect(finding.object == ObjectIdentity(of: file.objects[0].object))
    }

    @Test(
        "A wrong type is an error with field, value and remedy, and its neighbours stand",
        arguments: [
            (
                path.replacing("80", with: "\"80\""), "spec.rules[0].http.paths[0].backend.service.port.number",
                "must be an integer, not the string \"80\"", "remove the quotes"
            ),
            (
                path.replacing("name: web", with: "name: 7"), "spec.rules[0].http.paths[0].backend.service.name",
                "must be a string, not the number 7", "quote it: \"7\""
            ),
            (path + "tls: x\n", "spec.tls", "must be a list, not the string \"x\"", "write a list"),
            (path + "tls: [x]\n", "spec.tls[0]", "must be an object, not the string \"x\"", "write an object"),
            (
                path + "tls: [{hosts: [yes]}]\n", "spec.tls[0].hosts[0]", "must be a string, not the boolean yes",
                "quote it: \"yes\""
            ),
            ("rules: {}\n", "spec.rules", "must be a list, not an object", "write a list"),
        ])
    func wrongType(spec: String, field: String, problem: String, remedy: String) throws {
        let file = parse("\(smallIngress)---\n\(ingress(spec))")
        #expect(file.objects.count == 1)
        let finding = try #require(file.findings.first { $0.reason == .invalidType })
        #expect(finding.severity == .error)
        #expect(finding.field == field)
        #expect(finding.problem == problem)
        #expect(finding.remedy == remedy)
        #expect(finding.location.document == 2 && finding.location.line > 7)
    }

    @Test("Annotations must be strings, as for the API server", arguments: ["true", "8080", "1.5", "[a]", "{a: b}"])
    func annotations(value: String) throws {
        let file = parse(
            ingress(
                Self.path, metadata: "{name: web, annotations: {nginx.ingress.kubernetes.io/ssl-redirect: \(value)}}"))
        let finding = try #require(file.findings.first)
        #expect(file.objects.isEmpty)
        #expect(finding.field == "metadata.annotations[nginx.ingress.kubernetes.io/ssl-redirect]")
        #expect(finding.problem.hasPrefix("must be a string, not "))
    }

    @Test(
        "The API server's rules hold beyond what is recorded",
        arguments: [
            ("rules: [{http: {paths: []}}]", "spec.rules[0].http.paths", "Required value"),
            ("rules: []", "spec", "Invalid value: []: either `defaultBackend` or `rules` must be specified"),
            (
                "defaultBackend: {service: {name: web}}", "spec.defaultBackend",
                "Required value: port name or number is required"
            ),
            ("defaultBackend: {service: {port: {number: 80}}}", "spec.defaultBackend.service.name", "Required value"),
            (
                "defaultBackend: {service: {name: web, port: {number: 70000}}}",
                "spec.defaultBackend.service.port.number",
                "Invalid value: 70000: must be between 1 and 65535, inclusive"
            ),
            (
                "defaultBackend: {service: {name: web, port: {name: \"80\"}}}", "spec.defaultBackend.service.port.name",
                "Invalid value: \"80\": must contain at least one letter (a-z)"
            ),
            ("defaultBackend: {resource: {kind: StaticSite}}", "spec.defaultBackend.resource.name", "Required value"),
            (
                "defaultBackend: {resource: {kind: a/b, name: x}}", "spec.defaultBackend.resource.kind",
                "Invalid value: \"a/b\": may not contain '/'"
            ),
            (
                "defaultBackend: {serviceName: web, servicePort: 80}", "spec.defaultBackend",
                "Invalid value: \"\": resource or service backend is required"
            ),
            (
                path.replacing("path: /", with: "path: /a%2fb"), "spec.rules[0].http.paths[0].path",
                "Invalid value: \"/a%2fb\": must not contain '%2f'"
            ),
            (
                path.replacing("path: /", with: "path: /a/.."), "spec.rules[0].http.paths[0].path",
                "Invalid value: \"/a/..\": cannot end with '/..'"
            ),
            (
                path.replacing("Prefix", with: "ImplementationSpecific").replacing("path: /", with: "path: x"),
                "spec.rules[0].http.paths[0].path", "Invalid value: \"x\": must be an absolute path"
            ),
        ])
    func rules(spec: String, field: String, problem: String) {
        let errors = parse(ingress(spec)).findings.filter { $0.severity == .error }
        #expect(errors.map(\.field) == [field])
        #expect(errors.map(\.problem) == [problem])
    }

    @Test(
        "Class and Secret names follow the rules of names",
        arguments: [
            ("ingressClassName: Bad_Name\n", "spec.ingressClassName"),
            ("tls: [{secretName: Bad_Name}]\n", "spec.tls[0].secretName"),
        ])
    func names(spec: String, field: String) {
        let errors = parse(ingress(Self.path + spec)).findings
        #expect(errors.map(\.field) == [field])
        #expect(errors.first?.problem.contains("a lowercase RFC 1123 subdomain") == true)
    }

    @Test(
        "Metadata is checked",
        arguments: [
            ("{}", "metadata.name", "Required value: name is required"),
            ("{generateName: x-}", "metadata.generateName", "Forbidden: only the API server can generate a name"),
            ("{name: web, namespace: Shop}", "metadata.namespace", nil),
            ("{name: web, labels: {a: \"b c\"}}", "metadata.labels", nil),
            ("{name: web, annotations: {\"a b\": c}}", "metadata.annotations", nil),
            ("{name: web, creationTimestamp: yesterday}", "metadata.creationTimestamp", nil),
            ("{name: web, generation: x}", "metadata.generation", nil),
            ("5", "metadata", "must be an object, not the number 5"),
        ] as [(String, String, String?)])
    func metadata(metadata: String, field: String, problem: String?) {
        let file = parse(ingress(Self.path, metadata: metadata))
        #expect(file.findings.map(\.field) == [field])
        if let problem { #expect(file.findings.first?.problem == problem) }
        #expect(file.objects.isEmpty)
    }

    @Test("Null stands for an absent field, as in JSON")
    func null() {
        let file = parse(
            ingress(
                Self.path + "tls: null\ndefaultBackend: ~\ningressClassName:\n",
                metadata: "{name: web, labels: , creationTimestamp: null}"))
        #expect(file.findings.isEmpty)
        #expect(file.objects.count == 1)
    }

    @Test(
        "Services follow the API server's rules",
        arguments: [
            ("{ports: [{port: 0}]}", "spec.ports[0].port"),
            ("{ports: [{port: 80, targetPort: \"8080\"}]}", "spec.ports[0].targetPort"),
            ("{}", "spec.ports"), ("{ports: [{port: 80}, {port: 81, name: b}]}", "spec.ports[0].name"),
            ("{ports: [{port: 80, name: a}, {port: 81, name: a}]}", "spec.ports[1].name"),
            ("{type: Weird, ports: [{port: 80}]}", "spec.type"),
            ("{type: ExternalName}", "spec.externalName"),
            ("{ports: [{port: 80, protocol: HTTP}]}", "spec.ports[0].protocol"),
        ])
    func services(spec: String, field: String) {
        let file = parse("apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: \(spec)\n")
        #expect(file.findings.map(\.field) == [field])
        #expect(file.objects.isEmpty)
    }

    @Test(
        "EndpointSlices follow the API server's rules, but may hold loopback addresses",
        arguments: [
            ("addressType: IPv4\nendpoints: [{addresses: [127.0.0.1]}]\nports: [{port: 8080}]", nil),
            ("addressType: IPv6\nendpoints: [{addresses: [\"::1\"]}]", nil),
            ("addressType: IPv4\nendpoints: [{addresses: [10.0.0.256]}]", "endpoints[0].addresses[0]"),
            ("addressType: IPv6\nendpoints: [{addresses: [10.0.0.1]}]", "endpoints[0].addresses[0]"),
            ("addressType: IPv5", "addressType"), ("endpoints: []", "addressType"),
            ("addressType: IPv4\nendpoints: [{addresses: []}]", "endpoints[0].addresses"),
            ("addressType: IPv4\nports: [{port: 80}, {port: 81}]", "ports[1].name"),
            (
                "addressType: IPv4\nendpoints: [{addresses: [10.0.0.1], conditions: {ready: \"true\"}}]",
                "endpoints[0].conditions.ready"
            ),
            ("addressType: IPv4\nports: [{port: 65536}]", "ports[0].port"),
        ] as [(String, String?)])
    func slices(body: String, field: String?) {
        let file = parse("apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: s}\n\(body)\n")
        #expect(file.findings.map(\.field) == (field.map { [$0] } ?? []))
        #expect(file.objects.count == (field == nil ? 1 : 0))
    }
}
