import LoadBalancerModel
import Testing

@testable import IngressPlanning

/// Plans Ingresses of one load balancer that have annotations of the AWS Load Balancer Controller.
enum BalancerPlanning {
    static let prefix = "alb.ingress.kubernetes.io/"

    /// An Ingress of the host `NAME.example.com`. Annotations are of the AWS dialect unless they name their own.
    static func ingress(
        _ name: String, _ annotations: [String: String] = [:], path: String = "/", created: String? = nil
    ) -> String {
        Manifests.ingress(
            "shop/\(name)", created: created,
            annotations: Dictionary(
                uniqueKeysWithValues: annotations.map {
                    ($0.key.contains("/") ? $0.key : prefix + $0.key, $0.value)
                }),
            rules: [("\(name).example.com", ["Prefix \(path) web:80"])])
    }

    static func plan(
        _ ingresses: [String], spec: String = "{provider: {name: aws}}", provider: String? = nil,
        set: [String: String] = [:]
    ) throws -> Planned {
        try Planned([Manifests.ingressClass(spec: spec), Manifests.service("shop/web")] + ingresses) {
            if let provider { $0.defaultProvider = provider }
            $0.providerSettings = set
        }
    }
}
