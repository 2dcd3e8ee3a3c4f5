import ProvisioningTesting
import Testing

@Suite("Rules of listeners in the AWS test server")
struct RuleTests {
    @Test(
        "Conditions that AWS documents are taken",
        arguments: [
            [Scene.host("shop.example.com", "*.example.com")],
            [Scene.path("/a", "/a/*", "/~b-_.$\"'@:+&")],
            [["Field": "path-pattern", "Values": ["/img/*"]]],
            [["Field": "host-header", "HostHeaderConfig": ["RegexValues": ["^[^.]+\\.example\\.com$"]]]],
            [["Field": "path-pattern", "RegexValues": ["^/a(/.*)?$"]]],
            [["Field": "http-header", "HttpHeaderConfig": ["HttpHeaderName": "X-Version", "Values": ["canary*"]]]],
            [["Field": "http-request-method", "HttpRequestMethodConfig": ["Values": ["GET", "M-SEARCH"]]]],
            [
                [
                    "Field": "query-string",
                    "QueryStringConfig": ["Values": [["Key": "v", "Value": "1"], ["Value": "\\*\\?"]]],
                ]
            ],
            [
                [
                    "Field": "source-ip",
                    "SourceIpConfig": [
                        "Values": ["192.0.2.0/24", "2001:db8::/32", "10.0.0.1/32", "10.0.0.2/32", "10.0.0.3/32"]
                    ],
                ]
            ],
            [
                Scene.host("a.example.com"), Scene.path("/a"),
                ["Field": "http-header", "HttpHeaderConfig": ["HttpHeaderName": "X-A", "Values": ["1"]]],
                ["Field": "http-header", "HttpHeaderConfig": ["HttpHeaderName": "X-B", "Values": ["1"]]],
            ],
        ] as [AWSValue])
    func conditions(conditions: AWSValue) throws {
        let scene = Scene()
        let listener = try scene.listener(of: scene.loadBalancer())
        let answer = try scene.createRule(listener, priority: 1, conditions: conditions)
        #expect(answer.status == 200, "\(answer.text)")
    }

    @Test(
        "Conditions past a limit or outside their alphabet are refused",
        arguments: [
            ([], "A condition must be specified"),
            ([Scene.host("localhost")], "must include at least one '.' character"),
            ([Scene.host("shop.example.c0m")], "only alphabetical characters after the final '.'"),
            ([Scene.host("shop_a.example.com")], "invalid character '_'"),
            ([Scene.path("/a%20b")], "invalid character '%'"),
            ([Scene.path("/(a)")], "invalid character '('"),
            ([Scene.path("/" + String(repeating: "a", count: 128))], "cannot be longer than '128' characters"),
            ([Scene.path("/a", "/b", "/c", "/d")], "can only have '3' condition values"),
            (
                [Scene.host("a.example.com", "b.example.com", "c.example.com"), Scene.path("/a", "/b", "/c")],
                "A rule can only have '5' condition values"
            ),
            (
                [Scene.host("*.?.example.com"), Scene.path("/*/*/", "/*?")],
                "A rule can only have '5' condition wildcards"
            ),
            ([Scene.path("/a"), Scene.path("/b")], "at most one condition with field 'path-pattern'"),
            ([["Field": "path-pattern", "Values": ["/a", "/b"]]], "Only one value can be specified in Values"),
            ([["Field": "cookie", "Values": ["a"]]], "Condition field 'cookie' must be one of"),
            (
                [["Field": "host-header", "PathPatternConfig": ["Values": ["/a"]]]],
                "PathPatternConfig cannot be specified for field 'host-header'"
            ),
            (
                [["Field": "http-header", "HttpHeaderConfig": ["HttpHeaderName": "Host", "Values": ["a"]]]],
                "The host header cannot be used"
            ),
            (
                [["Field": "http-request-method", "HttpRequestMethodConfig": ["Values": ["get"]]]],
                "invalid character 'g'"
            ),
            ([["Field": "source-ip", "SourceIpConfig": ["Values": ["192.0.2.1"]]]], "must be a CIDR block"),
            ([["Field": "path-pattern", "PathPatternConfig": ["RegexValues": ["^/(a"]]]], "is not valid"),
            (
                [["Field": "path-pattern", "PathPatternConfig": ["RegexValues": ["^/a"], "Values": ["/a"]]]],
                "Values and RegexValues cannot be specified together"
            ),
        ] as [(AWSValue, String)])
    func refusedConditions(conditions: AWSValue, message: String) throws {
        let scene = Scene()
        let listener = try scene.listener(of: scene.loadBalancer())
        let answer = try scene.createRule(listener, priority: 1, conditions: conditions)
        #expect(answer.code == "ValidationError")
        #expect(answer.element("Message")?.contains(message) == true, "\(answer.text)")
    }

    @Test(
        "Actions that can't be are refused",
        arguments: [
            ([], "ValidationError"),
            ([Scene.notFound, Scene.notFound], "ValidationError"),
            ([["Type": "forward"]], "InvalidLoadBalancerAction"),
            (
                [["Type": "forward", "RedirectConfig": ["StatusCode": "HTTP_301", "Path": "/a"]]],
                "InvalidLoadBalancerAction"
            ),
            ([["Type": "redirect", "RedirectConfig": ["StatusCode": "HTTP_308", "Path": "/a"]]], "ValidationError"),
            ([["Type": "redirect", "RedirectConfig": ["StatusCode": "HTTP_301"]]], "InvalidLoadBalancerAction"),
            (
                [["Type": "redirect", "RedirectConfig": ["StatusCode": "HTTP_301", "Port": "80"]]],
                "InvalidLoadBalancerAction"
            ),
            ([["Type": "redirect", "RedirectConfig": ["StatusCode": "HTTP_301", "Path": "a"]]], "ValidationError"),
            ([["Type": "fixed-response", "FixedResponseConfig": ["StatusCode": "301"]]], "ValidationError"),
            (
                [["Type": "fixed-response", "FixedResponseConfig": ["StatusCode": "200", "ContentType": "a/b"]]],
                "ValidationError"
            ),
            (
                [Scene.forward("arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/x/1")],
                "TargetGroupNotFound"
            ),
        ] as [(AWSValue, String)])
    func refusedActions(actions: AWSValue, code: String) throws {
        let scene = Scene()
        let listener = try scene.listener(of: scene.loadBalancer())
        let answer = try scene.createRule(listener, priority: 1, actions: actions)
        #expect(answer.code == code, "\(answer.text)")
    }

    @Test("Two rules swap their priorities in one call, and in no other way")
    func swap() throws {
        let scene = Scene()
        let listener = try scene.listener(of: scene.loadBalancer())
        let first = try scene.rule(listener, priority: 1)
        let second = try scene.rule(listener, priority: 2)
        #expect(try scene.createRule(listener, priority: 2).code == "PriorityInUse")
        func set(_ pairs: [(String, Int)]) throws -> Caller.Answer {
            let list = pairs.map { AWSValue.object(["RuleArn": .string($0.0), "Priority": .integer($0.1)]) }
            return try scene.caller.elb("SetRulePriorities", ["RulePriorities": .list(list)])
        }
        #expect(try set([(first, 2)]).code == "PriorityInUse")
        #expect(try set([(first, 2), (second, 1)]).status == 200)
        #expect(scene.cloud.world.rules(of: listener).map(\.arn).prefix(2) == [second, first])
    }

    @Test("The default rule can be neither changed, moved nor deleted")
    func defaultRule() throws {
        let scene = Scene()
        let listener = try scene.listener(of: scene.loadBalancer())
        let rule = AWSValue.string(try #require(scene.cloud.world.rules(of: listener).last).arn)
        let priorities: AWSValue = [["RuleArn": rule, "Priority": 1]]
        #expect(
            try scene.caller.elb("ModifyRule", ["RuleArn": rule, "Actions": [Scene.notFound]]).code
                == "OperationNotPermitted")
        #expect(try scene.caller.elb("DeleteRule", ["RuleArn": rule]).code == "OperationNotPermitted")
        #expect(
            try scene.caller.elb("SetRulePriorities", ["RulePriorities": priorities]).code == "OperationNotPermitted")
    }

    @Test("A load balancer has 100 rules, all its listeners together")
    func ruleQuota() throws {
        let scene = Scene()
        let balancer = try scene.loadBalancer()
        let listeners = [try scene.listener(of: balancer), try scene.listener(of: balancer, port: 81)]
        for priority in 1...100 { try scene.rule(listeners[priority % 2], priority: priority) }
        #expect(try scene.createRule(listeners[0], priority: 101).code == "TooManyRules")
    }

    @Test("A load balancer forwards to 100 target groups, and a rule to five")
    func targetGroupQuota() throws {
        var settings = CloudSettings()
        settings.quotas.targetGroupsPerLoadBalancer = 6
        let scene = Scene(settings: settings)
        let listener = try scene.listener(of: scene.loadBalancer())
        let groups = try (1...7).map { try scene.targetGroup("g\($0)") }
        func forward(_ groups: some Sequence<String>) -> AWSValue {
            [
                [
                    "Type": "forward",
                    "ForwardConfig": [
                        "TargetGroups": .list(groups.map { ["TargetGroupArn": .string($0), "Weight": 1] })
                    ],
                ]
            ]
        }
        #expect(CloudQuotas().targetGroupsPerLoadBalancer == 100)
        #expect(
            try scene.createRule(listener, priority: 1, actions: forward(groups.prefix(6))).code
                == "TooManyTargetGroups")
        #expect(try scene.createRule(listener, priority: 1, actions: forward(groups.prefix(5))).status == 200)
        #expect(try scene.createRule(listener, priority: 2, actions: forward([groups[5]])).status == 200)
        let answer = try scene.createRule(listener, priority: 3, actions: forward([groups[6]]))
        #expect(answer.code == "TooManyUniqueTargetGroupsPerLoadBalancer")
        #expect(scene.cloud.world.rules(of: listener).count == 3)
    }

    @Test("A target group serves one load balancer")
    func oneLoadBalancer() throws {
        let scene = Scene()
        let group = try scene.targetGroup()
        let listeners = try ["a", "b"].map { try scene.listener(of: scene.loadBalancer($0)) }
        try scene.rule(listeners[0], priority: 1, actions: [Scene.forward(group)])
        let answer = try scene.createRule(listeners[1], priority: 1, actions: [Scene.forward(group)])
        #expect(answer.code == "TargetGroupAssociationLimit")
    }

    @Test(
        "Transforms are one rewrite of a kind, with a pattern that can be read",
        arguments: [
            (
                [
                    [
                        "Type": "url-rewrite",
                        "UrlRewriteConfig": ["Rewrites": [["Regex": "^/a(.*)$", "Replace": "/b$1"]]],
                    ]
                ], nil
            ),
            (
                [
                    [
                        "Type": "host-header-rewrite",
                        "HostHeaderRewriteConfig": ["Rewrites": [["Regex": ".*", "Replace": "a.b"]]],
                    ]
                ], nil
            ),
            (
                [["Type": "url-rewrite", "UrlRewriteConfig": ["Rewrites": [["Regex": "^/a", "Replace": "/b$1"]]]]],
                "ValidationError"
            ),
            (
                [["Type": "url-rewrite", "UrlRewriteConfig": ["Rewrites": [["Regex": "(", "Replace": ""]]]]],
                "ValidationError"
            ),
            ([["Type": "url-rewrite", "HostHeaderRewriteConfig": ["Rewrites": []]]], "ValidationError"),
        ] as [(AWSValue, String?)])
    func transforms(transforms: AWSValue, code: String?) throws {
        let scene = Scene()
        let listener = try scene.listener(of: scene.loadBalancer())
        let answer = try scene.createRule(listener, priority: 1, transforms: transforms)
        #expect(answer.code == code, "\(answer.text)")
        guard code == nil else { return }
        let rule = AWSValue.string(try #require(answer.element("RuleArn")))
        #expect(
            try scene.caller.elb("ModifyRule", ["RuleArn": rule, "Actions": [Scene.notFound]]).element("Regex") != nil)
        #expect(try scene.caller.elb("ModifyRule", ["RuleArn": rule, "ResetTransforms": true]).element("Regex") == nil)
    }
}
