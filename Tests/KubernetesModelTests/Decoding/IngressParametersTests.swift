import Testing

@testable import KubernetesModel

@Suite struct IngressParametersTests {
    private func parameters(_ spec: String, kind: String = "IngressParameters") -> ManifestFile {
        let indented = spec.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
        return parse("apiVersion: headgate.dev/v1alpha1\nkind: \(kind)\nmetadata: {name: p}\nspec:\n\(indented)\n")
    }

    private func spec(_ file: ManifestFile) -> IngressParametersSpec? {
        switch file.objects.first?.object {
        case .ingressParameters(let object): object.spec
        case .clusterIngressParameters(let object): object.spec
        default: nil
        }
    }

    static let everything = """
        provider: {name: software, settings: {region: eu, size: 3, fast: true}}
        scheme: internal
        sharing: {mode: group, group: shared}
        listeners: [{name: web, protocol: HTTP, port: 8080, addresses: [127.0.0.1]}, {protocol: HTTPS, port: 8443}]
        addressing: {family: dualstack, addresses: ["::1"]}
        tls: {minimumVersion: "1.3", defaultCertificate: {namespace: shop, name: cert}}
        redirectToHTTPS: {statusCode: 301, port: 8443}
        algorithm: least-requests
        affinity: {type: cookie, cookieName: route, maximumAge: 1h}
        healthCheck: {path: /healthz, port: 9000, interval: 2s, timeout: 500ms, healthyThreshold: 1, unhealthyThreshold: 5, statusCodes: "200,204,300-308"}
        timeouts: {connect: 5s, read: 1m30s, send: 1.5h, requestHead: 10s, requestBody: 1m, idle: 2m}
        limits: {maximumRequestBody: 10Mi, maximumRequestHead: 16Ki, maximumConnections: 1000}
        defaultBackend: {namespace: shop, service: web, port: http}
        accessLog: {format: common}
        tags: {team: shop}
        compatibility: ingress-nginx
        mergeSlashes: false
        """

    static var expected: IngressParametersSpec {
        var spec = IngressParametersSpec()
        spec.provider = ProviderParameters(name: "software", settings: ["region": "eu", "size": "3", "fast": "true"])
        spec.scheme = .internal
        spec.sharing = SharingParameters(mode: .group, group: "shared")
        spec.listeners = [
            ListenerParameters(name: "web", protocol: .http, port: 8080, addresses: ["127.0.0.1"]),
            ListenerParameters(name: "https-8443", protocol: .https, port: 8443),
        ]
        spec.addressing = AddressingParameters(family: .dualstack, addresses: ["::1"])
        spec.tls = TLSParameters(
            minimumVersion: .tls13, defaultCertificate: SecretReference(namespace: "shop", name: "cert"))
        spec.redirectToHTTPS = RedirectParameters(enabled: true, statusCode: 301, port: 8443)
        spec.algorithm = .leastRequests
        spec.affinity = AffinityParameters(type: .cookie, cookieName: "route", maximumAge: Milliseconds(3_600_000))
        spec.healthCheck = HealthCheckParameters(
            path: "/healthz", port: 9000, interval: Milliseconds(2_000), timeout: Milliseconds(500),
            healthyThreshold: 1,
            unhealthyThreshold: 5, statusCodes: "200,204,300-308")
        spec.timeouts = TimeoutParameters(
            connect: Milliseconds(5_000), read: Milliseconds(90_000), send: Milliseconds(5_400_000),
            requestHead: Milliseconds(10_000), requestBody: Milliseconds(60_000), idle: Milliseconds(120_000))
        spec.limits = LimitParameters(
            maximumRequestBody: 10_485_760, maximumRequestHead: 16_384, maximumConnections: 1_000)
        spec.defaultBackend = DefaultBackendParameters(namespace: "shop", service: "web", port: .name("http"))
        spec.accessLog = AccessLogParameters(format: .common)
        spec.tags = ["team": "shop"]
        spec.compatibility = .ingressNginx
        spec.mergeSlashes = false
        return spec
    }

    @Test(
        "A field without which more is open is an error where its name is misspelt, in every kind",
        arguments: [
            ("spec: {schem: internal}", "spec.schem", "scheme"), ("spec: {Scheme: internal}", "spec.Scheme", "scheme"),
            ("spec: {tsl: {minimumVersion: \"1.3\"}}", "spec.tsl", "tls"),
            ("spec: {tlss: {minimumVersion: \"1.3\"}}", "spec.tlss", "tls"),
            ("spec: {tls: {minimalVersion: \"1.3\"}}", "spec.tls.minimalVersion", "minimumVersion"),
            (
                "spec: {listeners: [{protocol: HTTP, port: 1, address: [127.0.0.1]}]}", "spec.listeners[0].address",
                "addresses"
            ),
            ("spec: {listener: [{protocol: HTTP, port: 1}]}", "spec.listener", "listeners"),
            ("sepc: {scheme: internal}", "sepc", "spec"), ("spec: {scheme: internal, schem: x}", "spec.schem", ""),
            ("spec: {algoritm: round-robin}", "spec.algoritm", ""),
        ])
    func nearMiss(text: String, field: String, meant: String) throws {
        for head in [
            "kind: ClusterIngressParameters\nmetadata: {name: a}", "kind: IngressParameters\nmetadata: {name: a}",
        ] {
            let file = ManifestParser.parse(
                Array("apiVersion: headgate.dev/v1alpha1\n\(head)\n\(text)\n".utf8), file: "a.yaml")
            let finding = try #require(file.findings.first)
            #expect(file.findings.count == 1 && finding.reason == .unknownField && finding.field == field)
            #expect(finding.severity == (meant.isEmpty ? .warning : .error))
            #expect(file.objects.isEmpty == !meant.isEmpty)
            if !meant.isEmpty { #expect(finding.message.contains("write \(meant)")) }
        }
    }

    @Test("Every field is read, for both scopes", arguments: ["IngressParameters", "ClusterIngressParameters"])
    func everyField(kind: String) {
        let file = parameters(Self.everything, kind: kind)
        #expect(file.findings.isEmpty, "\(file.findings.map(\.message))")
        #expect(spec(file) == Self.expected)
    }

    @Test("Listeners without a name get one each, whatever others are called")
    func listenerNames() {
        let file = parameters(
            "listeners: [{protocol: HTTP, port: 80, addresses: [127.0.0.1]}, {protocol: HTTP, port: 80, addresses: "
                + "[127.0.0.2]}, {protocol: HTTP, port: 81}, {name: http-81, protocol: HTTP, port: 82}]",
            kind: "ClusterIngressParameters")
        #expect(file.findings.isEmpty, "\(file.findings.map(\.message))")
        #expect(spec(file)?.listeners?.map(\.name) == ["http-80", "http-80-2", "http-81-2", "http-81"])
    }

    @Test("A ConfigMap holds the same fields, each value as YAML")
    func configMap() throws {
        var data = ""
        for line in Self.everything.split(separator: "\n") {
            let colon = try #require(line.firstIndex(of: ":"))
            data += "  \(line[..<colon]): '\(line[line.index(colon, offsetBy: 2)...])'\n"
        }
        let file = parse("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: lb, namespace: team-a}\ndata:\n\(data)")
        guard case .configMap(let map)? = file.objects.first?.object else { throw TestFailure() }
        let result = IngressParametersSpec.decode(map)
        #expect(result.findings.isEmpty, "\(result.findings.map(\.message))")
        #expect(result.spec == Self.expected)
    }

    @Test(
        "A ConfigMap's mistakes name it and the key",
        arguments: [
            ("timeouts", "connect: soon", "data.timeouts.connect", true),
            ("redirectToHTTPS", "maybe", "data.redirectToHTTPS", true),
            ("scheme", "[", "data.scheme", true), ("scheme", "a: *x", "data.scheme", true),
            ("colour", "blue", "data.colour", false),
            ("tags", "{a: b, a: c}", "data.tags.a", true), ("scheme", "internal\n---\ninternal", "data.scheme", true),
        ])
    func configMapMistake(key: String, value: String, field: String, isError: Bool) throws {
        let map = ConfigMap(metadata: ObjectMeta(name: "lb", namespace: "team-a"), data: [key: value])
        let result = IngressParametersSpec.decode(map)
        let finding = try #require(result.findings.first)
        #expect(finding.field == field)
        #expect(finding.severity == (isError ? .error : .warning))
        #expect(finding.object == ObjectIdentity(kind: "ConfigMap", namespace: "team-a", name: "lb"))
        #expect(finding.message.hasPrefix("ConfigMap team-a/lb: \(field): "))
        #expect((result.spec == nil) == isError)
    }

    @Test("Short forms stand for the object with the defaults")
    func shortForms() throws {
        let text = """
            provider: software
            sharing: namespace
            redirectToHTTPS: true
            affinity: cookie
            accessLog: off
            limits: {maximumRequestBody: 1024}
            defaultBackend: {service: {name: web, port: {number: 80}}}
            tls: {defaultCertificate: cert}
            """
        let file = parameters(text)
        let spec = try #require(self.spec(file))
        #expect(spec.provider == ProviderParameters(name: "software"))
        #expect(spec.sharing == SharingParameters(mode: .namespace))
        #expect(spec.redirectToHTTPS == RedirectParameters())
        #expect(spec.affinity == AffinityParameters(type: .cookie))
        #expect(spec.accessLog == AccessLogParameters(format: .off))
        #expect(spec.limits?.maximumRequestBody == 1_024)
        #expect(spec.defaultBackend == DefaultBackendParameters(service: "web", port: .number(80)))
        #expect(spec.tls?.defaultCertificate == SecretReference(name: "cert"))
    }

    @Test(
        "Mistakes name field, value and remedy",
        arguments: [
            (
                "timeouts: {connect: 5}", "spec.timeouts.connect", "Invalid value: 5: must be a duration with its unit",
                "write 5s for seconds"
            ),
            (
                "timeouts: {connect: \"5\"}", "spec.timeouts.connect", "Invalid value: \"5\": must be a duration",
                "give the unit, as in 5s"
            ),
            (
                "timeouts: {connect: -5s}", "spec.timeouts.connect", "Invalid value: \"-5s\": must be a duration",
                "write it as in 500ms, 5s or 1m30s"
            ),
            (
                "timeouts: {read: 0s}", "spec.timeouts.read", "Invalid value: \"0s\": must be at least 1ms",
                "write a longer time"
            ),
            (
                "limits: {maximumRequestBody: 10MB}", "spec.limits.maximumRequestBody",
                "Invalid value: \"10MB\": must be a size", "write bytes as in 10Mi, 1G or 1024"
            ),
            (
                "scheme: public", "spec.scheme",
                "Unsupported value: \"public\": supported values: \"internal\", \"internet-facing\"", "use one of these"
            ),
            (
                "redirectToHTTPS: {statusCode: 200}", "spec.redirectToHTTPS.statusCode",
                "Unsupported value: \"200\": supported values: \"301\", \"302\", \"303\", \"307\", \"308\"",
                "use one of these"
            ),
            (
                "redirectToHTTPS: \"true\"", "spec.redirectToHTTPS", "must be a boolean, not the string \"true\"",
                "remove the quotes"
            ),
            ("sharing: group", "spec.sharing.group", "Required value", "write sharing: {mode: group, group: NAME}"),
            (
                "sharing: {mode: class, group: x}", "spec.sharing.group", "Forbidden: mode is class",
                "remove it, or set mode: group"
            ),
            (
                "healthCheck: {statusCodes: 200}", "spec.healthCheck.statusCodes",
                "must be a string, not the number 200", "quote it: \"200\""
            ),
            (
                "defaultBackend: {service: web}", "spec.defaultBackend.port", "Required value",
                "give the Service's port by number or name"
            ),
            (
                "tls: {minimumVersion: 1.2}", "spec.tls.minimumVersion", "must be a string, not the number 1.2",
                "quote it: \"1.2\""
            ),
        ])
    func mistakes(text: String, field: String, problem: String, remedy: String) throws {
        let file = parameters(text)
        let finding = try #require(file.findings.first)
        #expect(file.findings.count == 1 && file.objects.isEmpty)
        #expect(finding.field == field)
        #expect(finding.problem == problem)
        #expect(finding.remedy == remedy)
    }

    @Test(
        "Parameters of cluster scope must name the namespaces they refer to",
        arguments: [
            "defaultBackend: {service: web, port: 80}", "tls: {defaultCertificate: {name: x}}",
            "defaultBackend: {service: {name: web, port: {number: 80}}}",
        ])
    func clusterScope(text: String) {
        #expect(parameters(text).findings.isEmpty)
        #expect(
            parameters(text, kind: "ClusterIngressParameters").findings.first?.field.hasSuffix(".namespace") == true)
    }

    @Test(
        "A provider's settings never show",
        arguments: ["provider: {name: aws, settings: {key: [hunter2]}}", "provider: {name: aws, settings: hunter2}"])
    func settings(text: String) {
        let file = parameters(text)
        #expect(!file.findings.isEmpty)
        #expect(!file.findings.contains { $0.message.contains("hunter2") })
    }

    @Test("A static site and a bucket are read with their defaults")
    func backends() {
        let site = parse(
            "apiVersion: headgate.dev/v1alpha1\nkind: StaticSite\nmetadata: {name: s}\nspec:\n  configMaps: [pages, {name: css, directory: /assets/, items: {main: css/main.css}}]\n  contentTypes: {md: text/markdown; charset=utf-8}\n"
        )
        let bucket = parse(
            "apiVersion: headgate.dev/v1alpha1\nkind: StorageBucket\nmetadata: {name: b}\nspec: {endpoint: \"http://127.0.0.1:9000/\", bucket: icons, addressingStyle: path, keyPrefix: a/}\n"
        )
        #expect(site.findings.isEmpty && bucket.findings.isEmpty)
        guard case .staticSite(let object)? = site.objects.first?.object else { return #expect(Bool(false)) }
        #expect(
            object.spec.configMaps == [
                StaticSiteSource(name: "pages"),
                StaticSiteSource(name: "css", directory: "assets", items: ["main": "css/main.css"]),
            ])
        guard case .storageBucket(let object)? = bucket.objects.first?.object else { return #expect(Bool(false)) }
        #expect(object.spec.endpoint == "http://127.0.0.1:9000")
        #expect(object.spec.addressingStyle == .path)
    }

    @Test(
        "A site's paths stay within it, a bucket's endpoint is a URL",
        arguments: [
            ("StaticSite", "{}", "spec.configMaps"),
            ("StaticSite", "{configMaps: [a], indexDocument: /etc/passwd}", "spec.indexDocument"),
            ("StaticSite", "{configMaps: [{name: a, directory: ../x}]}", "spec.configMaps[0].directory"),
            ("StaticSite", "{configMaps: [{name: a, items: {k: ../x}}]}", "spec.configMaps[0].items[k]"),
            ("StaticSite", "{configMaps: [{}]}", "spec.configMaps[0].name"),
            ("StorageBucket", "{endpoint: s3.example, bucket: abc}", "spec.endpoint"),
            ("StorageBucket", "{endpoint: \"http://u:p@x\", bucket: abc}", "spec.endpoint"),
            ("StorageBucket", "{endpoint: \"https://x/path\", bucket: abc}", "spec.endpoint"),
            ("StorageBucket", "{endpoint: \"https://x\"}", "spec.bucket"),
            ("StorageBucket", "{endpoint: \"https://x\", bucket: A/b}", "spec.bucket"),
            ("StorageBucket", "{endpoint: \"https://x\", bucket: abc, keyPrefix: /a}", "spec.keyPrefix"),
        ])
    func backendMistakes(kind: String, spec: String, field: String) {
        let file = parse("apiVersion: headgate.dev/v1alpha1\nkind: \(kind)\nmetadata: {name: s}\nspec: \(spec)\n")
        #expect(file.findings.map(\.field) == [field])
    }
}
