import LoadBalancerModel

extension UnsupportedAnnotations {
    /// The annotations of the AWS Load Balancer Controller, up to its version 2.17, that are not honoured.
    static let awsLoadBalancerController: [String: Known] = [
        albAuthentication, albProtection, albAddresses, albFrontend, albTargets, albOthers,
    ].reduce(into: [:]) { all, part in all.merge(part) { first, _ in first } }

    private static func all(_ names: String..., say known: Known) -> [String: Known] {
        Dictionary(uniqueKeysWithValues: names.map { ($0, known) })
    }

    private static let albAuthentication = all(
        "auth-type", "jwt-validation",
        say: Known(
            """
            On AWS an Ingress is left out as long as it, or a Service of it, asks for authentication; elsewhere nobody is asked to \
            authenticate, and every request reaches the backend.
            """,
            remedy: "Let the backend authenticate its clients, and then remove the annotation.", missing: Missing())
    ).merging(
        all(
            "auth-idp-cognito", "auth-idp-oidc", "auth-on-unauthenticated-request", "auth-scope",
            "auth-session-cookie", "auth-session-timeout",
            say: Known("Nobody is asked to authenticate."))
    ) { first, _ in first }

    private static let albProtection: [String: Known] = [
        "wafv2-acl-name": Known(
            "On AWS this Ingress is left out as long as it asks for a web ACL in this way.",
            remedy: "Name it by its ARN in `\(AnnotationDialect.awsLoadBalancerController.key("wafv2-acl-arn"))`.",
            missing: Missing(guarded: .webACL)),
        "waf-acl-id": wafClassic,
        "web-acl-id": wafClassic,
        "shield-advanced-protection": Known(
            "The load balancer isn't subscribed to Shield Advanced.", remedy: "Protect it in Shield itself."),
        "security-group-prefix-lists": Known(
            "Access is not restricted to the prefix lists, so that on AWS this Ingress is left out as long as it asks for it.",
            remedy: """
                Name a security group with the lists in \
                `\(AnnotationDialect.awsLoadBalancerController.key("security-groups"))`.
                """, missing: Missing(guarded: .clients)),
    ]

    private static let wafClassic = Known(
        "AWS has ended WAF Classic.",
        remedy: "Use `\(AnnotationDialect.awsLoadBalancerController.key("wafv2-acl-arn"))`.")

    private static let albAddresses = all(
        "customer-owned-ipv4-pool", "ipam-ipv4-pool-id",
        say: Known("AWS gives the load balancer addresses of its own pools.")
    )

    private static let albFrontend = all(
        "enable-frontend-nlb", "frontend-nlb-scheme", "frontend-nlb-subnets", "frontend-nlb-security-groups",
        "frontend-nlb-listener-port-mapping", "frontend-nlb-eip-allocations", "frontend-nlb-healthcheck-port",
        "frontend-nlb-healthcheck-protocol", "frontend-nlb-healthcheck-path",
        "frontend-nlb-healthcheck-interval-seconds", "frontend-nlb-healthcheck-timeout-seconds",
        "frontend-nlb-healthcheck-healthy-threshold-count", "frontend-nlb-healthcheck-unhealthy-threshold-count",
        "frontend-nlb-healthcheck-success-codes", "frontend-nlb-attributes", "frontend-nlb-tags",
        say: Known("No Network Load Balancer is made in front.")
    )

    private static let albTargets: [String: Known] = [
        "multi-cluster-target-group": Known("A target group is of one cluster."),
        "target-control-port": Known("Targets are chosen by the algorithm of their target group alone."),
    ]

    private static let albOthers: [String: Known] = [
        "minimum-load-balancer-capacity": Known("No capacity is reserved."),
        "create-acm-cert": Known(
            "No certificate is made.",
            remedy:
                "Name one in `\(AnnotationDialect.awsLoadBalancerController.key("certificate-arn"))`, or in `spec.tls`."
        ),
        "acm-pca-arn": Known("No certificate is made."),
        "use-regex-path-match": Known(
            "Paths are compared as they stand.",
            remedy: "Use `\(AnnotationDialect.native.key("use-regex"))` for regular expressions."),
        "dry-run-plan": Known(remedy: "Run `headgate plan`, which changes nothing."),
    ]
}
