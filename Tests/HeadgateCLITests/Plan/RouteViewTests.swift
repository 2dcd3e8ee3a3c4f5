import LoadBalancerModel
import Testing

@testable import HeadgateCLI

@Suite("Routes for people")
struct RouteViewTests {
    private static let backend = BackendReference.service(name: "shop/answer", port: "use-annotation")

    @Test(
        "A route shows what is done as it is meant",
        arguments: [
            (
                RouteAction.forward([WeightedPool(pool: "a", weight: 90), WeightedPool(pool: "b", weight: 10)]),
                "→ a 90 %, b 10 %"
            ),
            (
                .forward([WeightedPool(pool: "a", weight: 80), WeightedPool(pool: "b", weight: 10)]),
                "→ a 80 of 90, b 10 of 90"
            ),
            (
                .redirect(Redirect(statusCode: 302, location: "https://x.example/a?k=v?")),
                "→ 302 https://x.example/a?k=v "
            ),
            (
                .redirect(Redirect(statusCode: 301, location: "/", keepsPath: true, authority: "//www.#{host}")),
                "→ 301 //www.#{host}/ and the path"
            ),
            (
                .fixedResponse(FixedResponse(statusCode: 503, contentType: "text/plain", body: "closed")),
                "→ answer 503 (text/plain, 6 bytes)"
            ),
            (.fixedResponse(FixedResponse(statusCode: 410)), "→ answer 410 "),
            (
                .fixedResponse(FixedResponse(statusCode: 500, reason: "ServiceNotFound")),
                "→ shop/answer:use-annotation"
            ),
        ])
    func destinations(action: RouteAction, expected: String) {
        let route = Route(
            ingress: "shop/front",
            match: RouteMatch(host: "a.example", path: PathMatch(kind: .pattern, value: "/img/*.png")),
            backend: Self.backend, action: action)
        let plan = LoadBalancerPlan(
            name: "web", identity: LoadBalancerIdentity(cluster: "local", ingressClass: "web"), listeners: [],
            routes: [route],
            pools: [BackendPool(name: "a", targets: []), BackendPool(name: "b", targets: [])])
        let lines = LoadBalancerView(style: TextStyle(isEnabled: false)).lines(plan, mark: nil)
        #expect(
            lines.contains { $0.contains("Pattern  /img/*.png") && "\($0) ".contains(expected) },
            "\(lines.joined(separator: "\n"))")
    }
}
