import LoadBalancerModel
import Testing

@testable import AWSProvider

@Suite("Plans in parts")
struct PlanDivisionTests {
    @Test("Each part has its hosts with their server names, and what has no host, in the order of the plan")
    func division() {
        var plan = LoadBalancerPlan.test([
            .test("a.example.com", .prefix, "/x"), .test("b.example.com", .prefix, "/"),
            .test("a.example.com", .prefix, "/"), .test(nil, .prefix, "/"),
        ])
        plan.listeners[1].tls = ListenerTLS(
            certificates: ["a.example.com", "b.example.com", "elsewhere.example.com"].map {
                ServerNameBinding(host: $0, certificate: nil)
            })
        let parts = plan.divided(among: [["b.example.com"], ["a.example.com"]])
        #expect(parts.map { $0.routes.map(\.match.path.value) } == [["/", "/"], ["/x", "/", "/"]])
        #expect(parts.map { $0.routes.map(\.match.host) }[0] == ["b.example.com", nil])
        #expect(
            parts.map { $0.listeners[1].tls?.certificates.map(\.host) }
                == [["b.example.com", "elsewhere.example.com"], ["a.example.com", "elsewhere.example.com"]])
        #expect(parts.allSatisfy { $0.listeners[0].tls == nil && $0.pools == plan.pools })
    }
}
