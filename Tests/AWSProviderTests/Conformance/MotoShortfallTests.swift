import LoadBalancerModel
import ProviderHTTP
import Provisioning
import ProvisioningTesting
import Testing

/// Where moto falls short of AWS, what comes of it is a clear error.
@Suite("Where moto falls short", .moto, .timeLimit(.minutes(5)))
struct MotoShortfallTests {
    @Test("Its page for a rule with a regular expression, with status 500, ends in a clear error, and all else is done")
    func regularExpressions() async throws {
        let server = try MotoServer.require()
        try await HTTPConnections.open(configuration: ConnectionConfiguration()) { connections in
            let aws = try await MotoAWS.prepared(server: server, connections: connections)
            let report = try await aws.apply(.sample([.init("shop", "/", "web"), .init("api", "/a,b", "other")]))
            #expect(report.failures.map(\.step.members) == [["test/api"]])
            let failure = try #require(report.failures.first)
            #expect(failure.message.contains("elasticloadbalancing:CreateRule"), "\(failure.message)")
            #expect(failure.message.contains("page of HTML") && failure.message.contains("status 500"))
            #expect(failure.message.contains("--endpoint-url"))
            #expect(report.succeeded.contains { $0.members == ["test/shop"] && $0.reference.type == "rule" })
        }
    }

    @Test(
        "It drops the rewrite of a rule in silence, and refuses to have it alone, so that every apply fails at that one rule"
    )
    func transforms() async throws {
        let server = try MotoServer.require()
        var plan = LoadBalancerPlan.sample([.init("shop", "/v1", "web"), .init("api", "/", "other")])
        plan.routes[0].filters.rewrite = PathRewrite(kind: .replacePrefix, value: "/")
        try await HTTPConnections.open(configuration: ConnectionConfiguration()) { connections in
            let aws = try await MotoAWS.prepared(server: server, connections: connections)
            #expect(try await aws.apply(plan).isComplete)
            aws.sender.forgetCalls()
            let again = try await aws.apply(plan)
            #expect(aws.sender.writes == ["ModifyRule"])
            #expect(again.failures.map(\.step.members) == [["test/shop"]])
            #expect(again.failures.first?.message.contains("Either conditions or actions must be specified") == true)
        }
    }

    @Test(
        "It knows which certificates and web ACLs it has, and of security policies fewer than AWS, which counts for nothing"
    )
    func names() async throws {
        let server = try MotoServer.require()
        try await HTTPConnections.open(configuration: ConnectionConfiguration()) { connections in
            let aws = try await MotoAWS.prepared(server: server, connections: connections)
            let engine = ProvisioningEngine(provider: try aws.provider())
            let id = "11111111-2222-3333-4444-555555555555"
            for settings in [
                ["certificateARNs": "arn:aws:acm:us-east-1:123456789012:certificate/\(id)"],
                ["wafWebACL": "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/edge/\(id)"],
                ["certificateARNs": "arn:aws:iam::1:server-certificate/a", "sslPolicy": "ELBSecurityPolicy-2015-05"],
            ] {
                var plan = LoadBalancerPlan.sample([.init("shop", "/", "web")], settings: settings)
                plan.listeners.append(Listener(name: "https-443", protocol: .https, port: 443, tls: ListenerTLS()))
                if settings["sslPolicy"] != nil {
                    _ = try await engine.propose(plan)
                } else {
                    let error = await #expect(throws: LoweringError.self) { try await engine.propose(plan) }
                    #expect(error?.reason == "SettingNotFound")
                }
            }
        }
    }
}
