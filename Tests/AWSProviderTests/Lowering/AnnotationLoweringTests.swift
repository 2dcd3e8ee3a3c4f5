import LoadBalancerModel
import Provisioning
import Testing

@testable import AWSProvider

/// What annotations of the AWS Load Balancer Controller become on AWS.
@Suite("Annotations on AWS")
struct AnnotationLoweringTests {
    /// The plan of one Ingress with annotations.
    private func plan(_ annotations: [String: String], name: String = "front") throws -> LoadBalancerPlan {
        try #require(Manifests.plans(Self.ingress(annotations, name: name) + Manifests.service("web", 1)).first)
    }

    private static func ingress(_ annotations: [String: String], name: String) -> String {
        let lines = annotations.sorted { $0.key < $1.key }.map {
            "    alb.ingress.kubernetes.io/\($0.key): '\($0.value)'"
        }
        return """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: \(name)
              namespace: shop
              annotations:
            \(lines.joined(separator: "\n"))
            spec:
              rules:
              - host: \(name).example.com
                http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}

            """
    }

    private func lower(_ annotations: [String: String]) throws -> ResourceGraph<AWSResource> {
        try ALBLowering.lower(plan(annotations), in: .standard).graph
    }

    private func balancer(_ graph: ResourceGraph<AWSResource>) throws -> LoadBalancerSpec {
        let specs = graph.resources.compactMap { node -> LoadBalancerSpec? in
            guard case .loadBalancer(let spec) = node.resource else { return nil }
            return spec
        }
        return try #require(specs.first)
    }

    private func listeners(_ graph: ResourceGraph<AWSResource>) -> [Int: ListenerSpec] {
        graph.resources.reduce(into: [:]) { listeners, node in
            if case .listener(let spec) = node.resource { listeners[spec.port] = spec }
        }
    }

    @Test("The load balancer is what they say")
    func loadBalancer() throws {
        let spec = try balancer(
            lower([
                "scheme": "internet-facing", "ip-address-type": "dualstack", "load-balancer-name": "Shop",
                "subnets": "subnet-public-b,subnet-public-a", "security-groups": "office", "tags": "team=shop",
                "wafv2-acl-arn": "arn:aws:wafv2:eu-central-1:1:regional/webacl/a/b",
                "load-balancer-attributes": "deletion_protection.enabled=true,waf.fail_open.enabled=true",
            ]))
        #expect(spec.name == "Shop")
        #expect(spec.ipAddressType == "dualstack")
        #expect(spec.subnets == ["subnet-public-a", "subnet-public-b"])
        #expect(spec.securityGroups == [.identifier("sg-1")])
        #expect(spec.webACL.arn == "arn:aws:wafv2:eu-central-1:1:regional/webacl/a/b")
        #expect(spec.attributes["deletion_protection.enabled"] == "true")
        #expect(spec.attributes["waf.fail_open.enabled"] == "true")
        #expect(spec.tags["team"] == "shop")
    }

    @Test("Listeners are what they say, each for itself")
    func listening() throws {
        let graph = try lower([
            "listen-ports": #"[{"HTTP": 80}, {"HTTPS": 443}, {"HTTPS": 8443}]"#, "ssl-redirect": "8443",
            "certificate-arn": AWSEnvironment.certificateARN, "ssl-policy": "ELBSecurityPolicy-2016-08",
            "mutual-authentication": #"[{"port": 8443, "mode": "passthrough"}]"#,
            "listener-attributes.HTTPS-443": "routing.http.response.server.enabled=false",
        ])
        let listeners = listeners(graph)
        #expect(listeners.keys.sorted() == [80, 443, 8443])
        #expect(listeners[443]?.sslPolicy == "ELBSecurityPolicy-2016-08")
        #expect(listeners[443]?.defaultCertificate == .identifier(AWSEnvironment.certificateARN))
        #expect(listeners[443]?.mutualAuthentication == nil)
        #expect(listeners[8443]?.mutualAuthentication?.mode == "passthrough")
        #expect(listeners[443]?.attributes["routing.http.response.server.enabled"] == "false")
        #expect(listeners[8443]?.attributes["routing.http.response.server.enabled"] == "true")
        let redirects = graph.resources.compactMap { node -> RuleAction.Redirect? in
            guard case .rule(let rule) = node.resource, case .redirect(let redirect)? = rule.actions.first else {
                return nil
            }
            return redirect
        }
        #expect(redirects.map(\.port) == ["8443"] && redirects.map(\.statusCode) == [301])
    }

    /// The ports that the rules of a graph redirect to.
    private func redirectPorts(_ graph: ResourceGraph<AWSResource>) -> [String] {
        graph.resources.compactMap { node in
            guard case .rule(let rule) = node.resource, case .redirect(let redirect)? = rule.actions.first else {
                return nil
            }
            return redirect.port
        }
    }

    @Test("Without a certificate there is no listener to redirect to: who asks for it is never served by plain HTTP")
    func redirectWithoutCertificate() throws {
        let asking = ["listen-ports": #"[{"HTTP": 80}, {"HTTPS": 443}]"#, "ssl-redirect": "443"]
        let manifests =
            Self.ingress(asking, name: "front") + "---\n" + Self.ingress([:], name: "other")
            + Manifests.service("web", 1)
        let plan = try #require(Manifests.plans(manifests).first)
        var environment = AWSEnvironment.standard
        #expect(try redirectPorts(ALBLowering.lower(plan, in: environment).graph) == ["443", "443"])
        environment.certificates = []
        let lowering = try ALBLowering.lower(plan, in: environment)
        #expect(redirectPorts(lowering.graph) == ["443"])
        for (name, text) in [("front", "requests are redirected"), ("other", "requests aren't redirected")] {
            let told = lowering.fidelity.filter {
                $0.object == "Ingress shop/\(name)" && $0.message.contains("redirected")
            }
            #expect(told.count == 1 && told.first?.severity == .unsupported)
            let message = try #require(told.first).message
            #expect(message.hasPrefix(text) && message.contains("port 443"), "\(message)")
            #expect(message.contains("spec.tls"))
        }
    }

    @Test("A redirect to a port that is something else's is kept")
    func redirectElsewhere() throws {
        var plan = try plan([:])
        for index in plan.routes.indices {
            plan.routes[index].filters.redirectToHTTPS = HTTPSRedirect(statusCode: 301, port: 8443)
        }
        let lowering = try ALBLowering.lower(plan, in: .standard)
        #expect(redirectPorts(lowering.graph).contains("8443"))
    }

    @Test("Networks are let in to the ports that they are for")
    func networks() throws {
        let graph = try lower(["listen-ports": #"[{"HTTP": 80}, {"HTTP": 8080}]"#, "inbound-cidrs": "10.0.0.0/8"])
        let groups = graph.resources.compactMap { node -> SecurityGroupSpec? in
            guard case .securityGroup(let spec) = node.resource else { return nil }
            return spec
        }
        #expect(groups.first?.ingress.map(\.description) == ["tcp/80 from 10.0.0.0/8", "tcp/8080 from 10.0.0.0/8"])
    }

    @Test("HTTPS without a certificate finds one by host")
    func discovery() throws {
        let listeners = try listeners(lower(["listen-ports": #"[{"HTTPS": 443}]"#]))
        #expect(listeners[443]?.defaultCertificate == .identifier(AWSEnvironment.certificateARN))
    }

    private func targetGroup(_ graph: ResourceGraph<AWSResource>) throws -> TargetGroupSpec {
        let specs = graph.resources.compactMap { node -> TargetGroupSpec? in
            guard case .targetGroup(let spec) = node.resource else { return nil }
            return spec
        }
        return try #require(specs.first)
    }

    @Test("Target groups are what they say")
    func targetGroups() throws {
        let spec = try targetGroup(
            lower([
                "target-type": "instance", "backend-protocol": "HTTPS", "healthcheck-protocol": "HTTP",
                "healthcheck-path": "/up", "healthcheck-port": "9000", "success-codes": "200-299",
                "target-group-attributes": "stickiness.enabled=true,deregistration_delay.timeout_seconds=30",
            ]))
        #expect(spec.targetType == "instance")
        #expect(spec.protocol == "HTTPS")
        #expect(
            spec.healthCheck
                == TargetGroupSpec.HealthCheck(
                    path: "/up", port: "9000", protocol: "HTTP", intervalSeconds: 15, timeoutSeconds: 5,
                    healthyThreshold: 2, unhealthyThreshold: 2, successCodes: "200-299"))
        #expect(spec.attributes["stickiness.enabled"] == "true")
        #expect(spec.attributes["deregistration_delay.timeout_seconds"] == "30")
    }

    @Test("gRPC is spoken where it is asked for, over HTTPS")
    func grpc() throws {
        let plan = try plan([
            "backend-protocol-version": "GRPC", "success-codes": "12", "certificate-arn": AWSEnvironment.certificateARN,
        ])
        let lowering = try ALBLowering.lower(plan, in: .standard)
        let spec = try targetGroup(lowering.graph)
        #expect(spec.protocolVersion == "GRPC")
        #expect(spec.healthCheck.successCodes == "12" && spec.healthCheck.path == "/AWS.ALB/healthcheck")
    }

    @Test(
        "An Ingress whose backends AWS can't have is quarantined, and the setting is named",
        arguments: [
            ("slow_start.duration_seconds=5", "targetGroupAttributes.slow_start.duration_seconds"),
            ("colour=red", "colour"),
        ])
    func quarantine(attributes: String, part: String) throws {
        let lowering = try ALBLowering.lower(plan(["target-group-attributes": attributes]), in: .standard)
        #expect(lowering.quarantined.map(\.member) == ["shop/front"])
        #expect(lowering.quarantined.first?.message.contains(part) == true)
        #expect(lowering.quarantined.first?.message.contains("shop.web.80") == true)
        let field = "metadata.annotations[alb.ingress.kubernetes.io/target-group-attributes]: "
        #expect(lowering.quarantined.first?.message.hasPrefix(field) == true)
    }

    // MARK: Routing

    /// The rules of an Ingress whose only path has `backend` as its Service and port.
    private func rules(_ annotations: [String: String], backend: String) throws -> [RuleSpec] {
        let yaml = Self.ingress(annotations, name: "front").replacing(
            "{name: web, port: {number: 80}}", with: backend)
        let plan = try #require(
            Manifests.plans(yaml + Manifests.service("web", 1) + Manifests.service("next", 2)).first)
        let lowering = try ALBLowering.lower(plan, in: .standard)
        #expect(lowering.quarantined.isEmpty)
        let list = lowering.graph.precedence.first { $0.owner.name == "http" }
        return (list?.members ?? []).compactMap { reference in
            guard case .rule(let spec)? = lowering.graph[reference]?.resource else { return nil }
            return spec
        }
    }

    private static let action = "{name: a, port: {name: use-annotation}}"

    @Test(
        "A redirect is AWS's own, with its variables",
        arguments: [
            (
                ##"{"host": "www.example.com", "path": "/#{path}", "statusCode": "HTTP_301"}"##,
                RuleAction.Redirect(host: "www.example.com", path: "/#{path}", query: "#{query}", statusCode: 301)
            ),
            (
                ##"{"host": "a.example.com", "protocol": "HTTPS", "port": "8443", "path": "/x/#{path}", "query": "k=v", "statusCode": "HTTP_302"}"##,
                RuleAction.Redirect(
                    protocol: "HTTPS", host: "a.example.com", port: "8443", path: "/x/#{path}", query: "k=v",
                    statusCode: 302)
            ),
        ])
    func redirects(configuration: String, expected: RuleAction.Redirect) throws {
        let rules = try rules(
            ["actions.a": #"{"type": "redirect", "redirectConfig": \#(configuration)}"#], backend: Self.action)
        #expect(rules.first?.actions == [.redirect(expected)])
    }

    @Test("A transform, a wildcard and a weighted forward are AWS's own")
    func routing() throws {
        let rewritten = try rules(
            [
                "transforms.web":
                    #"[{"type": "url-rewrite", "urlRewriteConfig": {"rewrites": [{"regex": "^/api/(.*)$", "replace": "/$1"}]}}]"#,
                "conditions.web":
                    #"[{"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-Stage", "values": ["pre-*"]}}, {"field": "query-string", "queryStringConfig": {"values": [{"key": "v", "value": "1?"}]}}]"#,
            ], backend: "{name: web, port: {number: 80}}")
        #expect(
            rewritten.first?.transforms == [
                RuleTransform(kind: .urlRewrite, expression: "^/api/(.*)$", replacement: "/$1")
            ])
        #expect(rewritten.first?.conditions.contains(.httpHeader(name: "X-Stage", values: ["pre-*"])) == true)
        #expect(rewritten.first?.conditions.contains(.queryString([.init(key: "v", value: "1?")])) == true)
        let forwarded = try rules(
            [
                "actions.a":
                    #"{"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "web", "servicePort": 80, "weight": 9}, {"serviceName": "next", "servicePort": 80, "weight": 1}]}}"#
            ], backend: Self.action)
        guard case .forward(let forward)? = forwarded.first?.actions.first else {
            Issue.record("no forward in \(forwarded)")
            return
        }
        #expect(forward.targetGroups.map(\.weight) == [9, 1])
    }

    @Test("A load balancer that replaces one of its name gets another name, and keeps it")
    func replacedName() throws {
        let before = try lower(["load-balancer-name": "shop", "scheme": "internet-facing"])
        let after = try lower(["load-balancer-name": "shop", "scheme": "internal"])
        func observed(_ spec: LoadBalancerSpec) throws -> ObservedGraph<AWSResource> {
            let reference = try #require(before.resources.first { $0.reference.type == "load-balancer" }).reference
            return ObservedGraph(resources: [
                ObservedResource(reference: reference, identifier: "arn:lb", resource: .loadBalancer(spec))
            ])
        }
        let same = ALBAlignment.align(before, with: try observed(balancer(before)), current: [:], retained: [])
        #expect(try balancer(same).name == "shop")
        let other = ALBAlignment.align(after, with: try observed(balancer(before)), current: [:], retained: [])
        #expect(try balancer(other).name == balancer(after).alternativeName)
        #expect(try balancer(other).name != "shop")
    }
}
