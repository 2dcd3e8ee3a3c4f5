import KubernetesModel
import LoadBalancerModel
import Testing

@testable import IngressPlanning

@Suite struct AWSRoutingAnnotationTests {
    private static let prefix = "alb.ingress.kubernetes.io/"

    private func action(_ text: String) -> RouteActionSettings? {
        AnnotationTable.read(.annotated([Self.prefix + "actions.a": text])).settings.routing.actions["a"]
    }

    // MARK: Actions

    @Test(arguments: [
        (#"{"statusCode": "HTTP_301", "host": "www.example.com"}"#, 301, "//www.example.com", true),
        (#"{"statusCode": "HTTP_302", "host": "a.example.com", "path": "/x"}"#, 302, "//a.example.com/x", false),
        (
            #"{"statusCode": "HTTP_301", "host": "a.example.com", "protocol": "HTTPS", "port": "443", "path": "/v2/#{path}"}"#,
            301, "https://a.example.com/v2", true
        ),
        (
            #"{"statusCode": "HTTP_301", "host": "a.example.com", "protocol": "HTTP", "port": "8080", "query": "k=v"}"#,
            301, "http://a.example.com:8080?k=v?", true
        ),
        (#"{"statusCode": "HTTP_302", "path": "/new"}"#, 302, "/new", false),
        (#"{"statusCode": "HTTP_302", "path": "/new", "query": ""}"#, 302, "/new?", false),
        (#"{"statusCode": "HTTP_302", "path": "/new/#{path}", "query": "a=b&#{query}"}"#, 302, "/new?a=b", true),
    ])
    func `A redirect is read with the parts of the request that it keeps`(
        configuration: String, code: Int, location: String, keepsPath: Bool
    ) {
        let expected = Redirect(statusCode: code, location: location, keepsPath: keepsPath ? true : nil)
        #expect(
            action(#"{"type": "redirect", "redirectConfig": \#(configuration)}"#)
                == .redirect(expected, overHTTPS: nil))
    }

    @Test(arguments: [
        #"{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}"#,
        ##"{"type": "redirect", "redirectConfig": {"protocol": "HTTPS", "port": "443", "host": "#{host}", "path": "/#{path}", "query": "#{query}", "statusCode": "HTTP_301"}}"##,
    ])
    func `A redirect to the same place over HTTPS is known as such, in either spelling`(text: String) {
        #expect(action(text) == .redirectToHTTPS(HTTPSRedirect(statusCode: 301, port: 443)))
    }

    @Test func `A redirect to another path over HTTPS is one after the other`() {
        let text =
            #"{"type": "redirect", "redirectConfig": {"protocol": "HTTPS", "path": "/x", "statusCode": "HTTP_302"}}"#
        #expect(
            action(text)
                == .redirect(
                    Redirect(statusCode: 302, location: "/x"), overHTTPS: HTTPSRedirect(statusCode: 302, port: nil)))
    }

    @Test func `Forwards and answers are read`() {
        #expect(
            action(
                #"{"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "b", "servicePort": "http", "weight": 20}, {"serviceName": "c", "servicePort": "80", "weight": 0}], "targetGroupStickinessConfig": {"enabled": true, "durationSeconds": 200}}}"#
            )
                == .forward(
                    [
                        .init(service: "b", port: .name("http"), weight: 20),
                        .init(service: "c", port: .number(80), weight: 0),
                    ], stickinessSeconds: 200))
        #expect(
            action(#"{"type": "fixed-response", "fixedResponseConfig": {"statusCode": "503", "messageBody": "no"}}"#)
                == .fixedResponse(FixedResponse(statusCode: 503, contentType: "text/plain", body: "no")))
    }

    @Test(arguments: [
        ("actions.a", "{}"), ("actions.a", "forward"), ("actions.a", #"{"type": "authenticate-oidc"}"#),
        ("actions.a", #"{"type": "forward", "targetGroupARN": "arn:a"}"#),
        ("actions.a", #"{"type": "forward", "forwardConfig": {"targetGroups": []}}"#),
        ("actions.a", #"{"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "b"}]}}"#),
        ("actions.a", #"{"type": "redirect", "redirectConfig": {"statusCode": "HTTP_307"}}"#),
        ("actions.a", #"{"type": "redirect", "redirectConfig": {"statusCode": "HTTP_301"}}"#),
        ("actions.a", ##"{"type": "redirect", "redirectConfig": {"statusCode": "HTTP_301", "host": "www.#{port}"}}"##),
        ("actions.a", ##"{"type": "redirect", "redirectConfig": {"statusCode": "HTTP_301", "path": "/#{path}/x"}}"##),
        ("actions.a", #"{"type": "redirect", "redirectConfig": {"statusCode": "HTTP_301", "protocol": "HTTP"}}"#),
        ("actions.a", #"{"type": "fixed-response", "fixedResponseConfig": {"statusCode": "302"}}"#),
        ("conditions.a", "[]"), ("conditions.a", #"[{"field": "cookie"}]"#),
        ("conditions.a", #"[{"field": "host-header", "hostHeaderConfig": {"values": ["a/*.example.com"]}}]"#),
        ("conditions.a", #"[{"field": "host-header", "hostHeaderConfig": {"regexValues": ["("]}}]"#),
        ("conditions.a", #"[{"field": "path-pattern", "pathPatternConfig": {"values": ["a*b"]}}]"#),
        ("conditions.a", #"[{"field": "http-request-method", "httpRequestMethodConfig": {"regexValues": ["G"]}}]"#),
        ("conditions.a", #"[{"field": "http-header", "httpHeaderConfig": {"values": ["x"]}}]"#),
        (
            "conditions.a",
            #"[{"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "Host", "values": ["x"]}}]"#
        ),
        ("conditions.a", #"[{"field": "query-string", "queryStringConfig": {"values": [{"value": "*"}]}}]"#),
        ("conditions.a", #"[{"field": "source-ip", "sourceIpConfig": {"values": ["10.0.0.1"]}}]"#),
    ])
    func `What can't be read is an error, and its paths are answered 500`(name: String, text: String) throws {
        let (settings, diagnostics) = AnnotationTable.read(.annotated([Self.prefix + name: text]))
        #expect(settings.routing.isUnreadable(.service(name: "a", port: .name("use-annotation"))))
        #expect(
            settings.routing.isUnreadable(.service(name: "a", port: .number(80))) == name.hasPrefix("conditions"),
            "an action says nothing of the Service with its name")
        #expect(diagnostics.map(\.severity) == [.error])
        #expect(diagnostics.map(\.field) == ["metadata.annotations[\(Self.prefix)\(name)]"])
        #expect(diagnostics.first?.message.contains("answered 500") == true)
        #expect(diagnostics.first?.remedy?.isEmpty == false)
        let planned = try plan([Self.prefix + name: text], [("a.example.com", ["Prefix / a:use-annotation"])])
        #expect(try planned.answer("a.example.com", "/").hasPrefix("500"))
    }

    // MARK: Plans

    private func plan(_ annotations: [String: String], _ rules: [(String, [String])]) throws -> Planned {
        try Planned([
            Manifests.ingressClass(), Manifests.service("shop/web"), Manifests.service("shop/next"),
            Manifests.ingress("shop/front", annotations: annotations, rules: rules),
        ])
    }

    @Test func `Actions are what the paths that name them do`() throws {
        let planned = try plan(
            [
                Self.prefix + "actions.split":
                    #"{"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "web", "servicePort": 80, "weight": 9}, {"serviceName": "next", "servicePort": 80, "weight": 1}], "targetGroupStickinessConfig": {"enabled": true, "durationSeconds": 60}}}"#,
                Self.prefix + "actions.gone":
                    #"{"type": "fixed-response", "fixedResponseConfig": {"statusCode": "410"}}"#,
            ],
            [("a.example.com", ["Prefix / split:use-annotation", "Prefix /old gone:use-annotation"])])
        let plan = try planned.plan()
        #expect(
            try plan.route("a.example.com", "/")?.action
                == .forward([
                    WeightedPool(pool: "shop.web.80", weight: 9), WeightedPool(pool: "shop.next.80", weight: 1),
                ]))
        #expect(try plan.route("a.example.com", "/")?.filters.affinity?.maximumAgeSeconds == 60)
        #expect(try planned.answer("a.example.com", "/old/x") == "410")
        #expect(planned.findings.isEmpty)
    }

    @Test func `An action that no annotation holds is an error of its path`() throws {
        let planned = try plan([:], [("a.example.com", ["Prefix / web:80", "Prefix /x lost:use-annotation"])])
        #expect(try planned.answer("a.example.com", "/x") == "500 ActionNotFound")
        #expect(try planned.answer("a.example.com", "/") == "shop.web.80")
        #expect(try planned.finding("ActionNotFound").message.contains("actions.lost"))
    }

    @Test func `A Service that is missing gets no share`() throws {
        let planned = try plan(
            [
                Self.prefix + "actions.split":
                    #"{"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "lost", "servicePort": 80, "weight": 9}, {"serviceName": "next", "servicePort": 80, "weight": 1}]}}"#
            ], [("a.example.com", ["Prefix / split:use-annotation"])])
        #expect(try planned.answer("a.example.com", "/") == "shop.next.80")
        #expect(
            planned.findings == ["error ServiceNotFound shop/front metadata.annotations[\(Self.prefix)actions.split]"])
    }

    @Test(arguments: [
        ("actions.lost", #"{"type": "fixed-response", "fixedResponseConfig": {"statusCode": "410"}}"#, "done"),
        ("conditions.lost", #"[{"field": "source-ip", "sourceIpConfig": {"values": ["10.0.0.0/8"]}}]"#, "done, web"),
        (
            "transforms.lost",
            #"[{"type": "url-rewrite", "urlRewriteConfig": {"rewrites": [{"regex": "a", "replace": "b"}]}}]"#,
            "done, web"
        ),
    ])
    func `A name that no backend has is told with those that there are`(
        name: String, text: String, known: String
    ) throws {
        let planned = try plan(
            [
                Self.prefix + name: text,
                Self.prefix + "actions.done":
                    #"{"type": "fixed-response", "fixedResponseConfig": {"statusCode": "204"}}"#,
            ], [("a.example.com", ["Prefix / web:80", "Prefix /done done:use-annotation"])])
        #expect(
            planned.findings == [
                "warning AnnotationWithoutEffect shop/front metadata.annotations[\(Self.prefix)\(name)]"
            ])
        let finding = try planned.finding("AnnotationWithoutEffect")
        #expect(finding.message.contains("'lost'") && finding.message.contains("of which there are \(known)"))
    }

    @Test(arguments: [(true, 60), (false, 0)])
    func `Stickiness of an action is that of its Services alone where the provider knows the difference`(
        isEnabled: Bool, seconds: Int
    ) throws {
        let action =
            #"{"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "web", "servicePort": 80, "weight": 1}, {"serviceName": "next", "servicePort": 80, "weight": 1}], "targetGroupStickinessConfig": {"enabled": \#(isEnabled), "durationSeconds": 60}}}"#
        let plan = try Planned([
            Manifests.ingressClass(spec: "{provider: {name: aws}, affinity: cookie}"), Manifests.service("shop/web"),
            Manifests.service("shop/next"),
            Manifests.ingress(
                "shop/front", annotations: [Self.prefix + "actions.split": action],
                rules: [("a.example.com", ["Prefix / split:use-annotation"])]),
        ]).plan()
        #expect(plan.routes.first?.filters.poolAffinitySeconds == seconds)
        #expect(plan.routes.first?.filters.affinity?.cookieName == "headgate-affinity")
    }

    @Test func `The usual redirect to HTTPS concerns plain HTTP alone`() throws {
        let annotations = [
            Self.prefix + "actions.ssl-redirect":
                #"{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}"#
        ]
        let plan = try plan(
            annotations,
            [
                (
                    "a.example.com",
                    [
                        "ImplementationSpecific /* ssl-redirect:use-annotation", "ImplementationSpecific /* web:80",
                        "Prefix /next next:80",
                    ]
                )
            ]
        ).plan()
        #expect(plan.routes.map(\.summary) == ["shop.next.80", "shop.web.80"])
        #expect(
            plan.routes.allSatisfy { $0.filters.redirectToHTTPS == HTTPSRedirect(statusCode: 301, port: 443) })
        let alone = try self.plan(
            annotations, [("a.example.com", ["Prefix /x ssl-redirect:use-annotation", "Prefix / web:80"])]
        ).plan()
        #expect(alone.routes.map(\.summary) == ["404", "shop.web.80"])
        #expect(alone.routes.map { $0.filters.redirectToHTTPS != nil } == [true, false])
    }

    @Test func `Conditions stand before the same path without them, and several values are several routes`() throws {
        let plan = try plan(
            [
                Self.prefix + "conditions.next":
                    #"[{"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-Stage", "values": ["next", "pre-*"]}}, {"field": "http-request-method", "httpRequestMethodConfig": {"Values": ["GET"]}}, {"field": "source-ip", "sourceIpConfig": {"values": ["10.0.0.0/8"]}}]"#
            ], [("a.example.com", ["Prefix / web:80", "Prefix / next:80"])]
        ).plan()
        #expect(plan.routes.map(\.summary) == ["shop.next.80", "shop.next.80", "shop.web.80"])
        #expect(
            plan.routes.prefix(2).map(\.match.headers) == [
                [ValueMatch(name: "X-Stage", kind: .exact, value: "next")],
                [ValueMatch(name: "X-Stage", kind: .regularExpression, value: "^pre-.*$")],
            ])
        #expect(
            plan.routes.prefix(2).allSatisfy {
                $0.match.methods == ["GET"] && $0.match.clientNetworks == ["10.0.0.0/8"]
            })
    }

    @Test func `Parameters are compared by key and value`() throws {
        let plan = try plan(
            [
                Self.prefix + "conditions.web":
                    #"[{"field": "query-string", "queryStringConfig": {"values": [{"key": "a", "value": "1"}, {"key": "b", "value": "*"}]}}]"#
            ], [("a.example.com", ["Prefix / web:80"])]
        ).plan()
        #expect(
            plan.routes.prefix(2).map(\.match.queryParameters) == [
                [ValueMatch(name: "a", kind: .exact, value: "1")], [ValueMatch(name: "b", kind: .present)],
            ])
    }

    @Test func `Hosts and paths of conditions are served as well`() throws {
        let planned = try plan(
            [
                Self.prefix + "conditions.web":
                    #"[{"field": "host-header", "hostHeaderConfig": {"values": ["b.example.com", "*.c.example.com"]}}, {"field": "path-pattern", "pathPatternConfig": {"values": ["/two", "/three/*"]}}]"#
            ], [("a.example.com", ["Exact /one web:80"])])
        for host in ["a.example.com", "b.example.com", "x.c.example.com"] {
            for path in ["/one", "/two", "/three/x"] { #expect(try planned.answer(host, path) == "shop.web.80") }
            #expect(try planned.answer(host, "/two/x") == "404")
        }
        #expect(planned.findings.isEmpty)
        #expect(try planned.plan().routes.compactMap(\.field).allSatisfy { $0 == "spec.rules[0].http.paths[0]" })
    }

    @Test func `A transform is a rewrite of its Service's paths, and yields to the rewrite of another dialect`() throws
    {
        let transform =
            #"[{"type": "url-rewrite", "urlRewriteConfig": {"rewrites": [{"regex": "^/api/(.*)$", "replace": "/$1"}]}}]"#
        let rules = [("a.example.com", ["Prefix /api web:80", "Prefix / next:80"])]
        let plan = try plan([Self.prefix + "transforms.web": transform], rules).plan()
        #expect(
            plan.routes.map(\.filters.rewrite) == [
                PathRewrite(kind: .substitution, value: "/$1", expression: "^/api/(.*)$"), nil,
            ])
        let both = try self.plan(
            [Self.prefix + "transforms.web": transform, "headgate.dev/replace-prefix": "/"], rules)
        #expect(try both.plan().routes.first?.filters.rewrite == PathRewrite(kind: .replacePrefix, value: "/"))
        #expect(try both.finding("ContradictoryAnnotations").field.contains("transforms.web"))
    }

    @Test(arguments: [
        "{}", "[]", #"[{"type": "host-header-rewrite", "hostHeaderRewriteConfig": {}}]"#,
        #"[{"type": "url-rewrite", "urlRewriteConfig": {"rewrites": [{"regex": "(", "replace": "/"}]}}]"#,
        #"[{"type": "url-rewrite", "urlRewriteConfig": {"rewrites": [{"regex": "a", "replace": "$host"}]}}]"#,
    ])
    func `A transform that can't be read is an error, and does nothing where AWS isn't the provider`(text: String)
        throws
    {
        let planned = try plan([Self.prefix + "transforms.web": text], [("a.example.com", ["Prefix / web:80"])])
        #expect(try planned.finding("InvalidAnnotation").severity == .error)
        #expect(try planned.answer("a.example.com", "/") == "shop.web.80")
    }

    @Test(arguments: [
        (
            ##"{"statusCode": "HTTP_301", "host": "www.#{host}", "protocol": "HTTPS", "port": "443"}"##,
            "https://www.#{host}", "/", true
        ),
        (##"{"statusCode": "HTTP_302", "port": "8443", "path": "/x"}"##, "//#{host}:8443", "/x", false),
        (##"{"statusCode": "HTTP_302", "host": "#{host}", "port": "8443"}"##, "//#{host}:8443", "/", true),
        (##"{"statusCode": "HTTP_302", "protocol": "HTTP", "port": "8080"}"##, "http://#{host}:8080", "/", true),
    ])
    func `A redirect can lead to another name or port of the host`(
        configuration: String, authority: String, location: String, keepsPath: Bool
    ) {
        let expected = Redirect(
            statusCode: configuration.contains("301") ? 301 : 302, location: location,
            keepsPath: keepsPath ? true : nil, authority: authority)
        #expect(
            action(#"{"type": "redirect", "redirectConfig": \#(configuration)}"#)
                == .redirect(expected, overHTTPS: nil))
    }

    @Test func `Hosts and paths of conditions can be patterns and expressions`() throws {
        let planned = try plan(
            [
                Self.prefix + "conditions.web":
                    #"[{"field": "host-header", "hostHeaderConfig": {"values": ["b*.example.com"], "regexValues": ["^x[0-9]\\.test$"]}}, {"field": "path-pattern", "pathPatternConfig": {"values": ["/img/*.png"], "regexValues": ["/v[0-9]$"]}}]"#
            ], [("a.example.com", ["Exact /one web:80"])])
        for host in ["a.example.com", "bar.example.com", "b.c.example.com", "x1.test"] {
            for path in ["/one", "/img/a.png", "/a/v1"] { #expect(try planned.answer(host, path) == "shop.web.80") }
            #expect(try planned.answer(host, "/img/a.jpg") == "404")
        }
        #expect(try planned.answer("c.example.com", "/one") == "404")
        #expect(planned.findings.isEmpty)
    }

    // MARK: Paths and stickiness

    @Test(arguments: [
        ("/*", ["/", "/x/y"], []), ("/img/*", ["/img/", "/img/x"], ["/img", "/x"]),
        ("/img/*.png", ["/img/a.png"], ["/img/a.jpg"]), ("/foo*", ["/foo", "/foobar"], ["/fo"]),
        ("/*/edit", ["/a/edit"], ["/edit", "/a/edit/x"]), ("/v?", ["/v1"], ["/v", "/v12"]),
        ("/foo", ["/foo", "/foo/x"], ["/foobar"]),
    ])
    func `A path with wildcards of an Ingress that speaks the dialect is a pattern`(
        path: String, taken: [String], left: [String]
    ) throws {
        let paths = [("a.example.com", ["ImplementationSpecific \(path) web:80"])]
        let planned = try plan([Self.prefix + "target-type": "ip"], paths)
        for path in taken { #expect(try planned.answer("a.example.com", path) == "shop.web.80", "\(path)") }
        for path in left { #expect(try planned.answer("a.example.com", path) == "404", "\(path)") }
        #expect(!planned.findings.contains { $0.contains("PathLooksLikeExpression") })
        guard path.contains("*") else { return }
        #expect(try plan([:], paths).answer("a.example.com", taken[taken.count - 1]) == "404")
    }

    @Test func `On a host with regular expressions a pattern is the expression that says it`() throws {
        let planned = try Planned([
            Manifests.ingressClass(), Manifests.service("shop/web"), Manifests.service("shop/next"),
            Manifests.ingress(
                "shop/front", annotations: [Self.prefix + "target-type": "ip"],
                rules: [("a.example.com", ["ImplementationSpecific /img/*.png web:80"])]),
            Manifests.ingress(
                "shop/other", annotations: ["headgate.dev/use-regex": "true"],
                rules: [("a.example.com", ["ImplementationSpecific /x.* next:80"])]),
        ])
        #expect(try planned.answer("a.example.com", "/img/a.png") == "shop.web.80")
        #expect(try planned.answer("a.example.com", "/img/a.pngx") == "404")
        #expect(try planned.answer("a.example.com", "/xyz") == "shop.next.80")
    }

    @Test func `Stickiness and algorithm mean the same to every provider`() throws {
        let plan = try plan(
            [
                Self.prefix + "target-group-attributes":
                    "stickiness.enabled=true,stickiness.lb_cookie.duration_seconds=60,load_balancing.algorithm.type=least_outstanding_requests"
            ], [("a.example.com", ["Prefix / web:80"])]
        ).plan()
        #expect(
            plan.routes.first?.filters.affinity
                == SessionAffinity(cookieName: "AWSALB", cookiePath: "/", maximumAgeSeconds: 60))
        #expect(plan.pools.first?.algorithm == .leastRequests)
    }
}
