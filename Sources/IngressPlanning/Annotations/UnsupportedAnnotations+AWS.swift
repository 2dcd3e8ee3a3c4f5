extension UnsupportedAnnotations {
    /// What to do instead of annotations of the AWS Load Balancer Controller.
    static let awsLoadBalancerController: [String: Known] = [
        "group.name": Known(remedy: "Use `\(native("group"))`, with `sharing.mode: group` in the class's parameters."),
        "group.order": Known("Routes are ordered by their hosts and paths.", remedy: "Remove it."),
        "scheme": parameters("scheme"),
        "ip-address-type": parameters("addressing.family"),
        "listen-ports": parameters("listeners"),
        "ssl-policy": parameters("tls.minimumVersion"),
        "certificate-arn": Known(remedy: "Name a Secret in the Ingress's `spec.tls`."),
        "ssl-redirect": Known(remedy: "Use `\(native("redirect-to-https"))`."),
        "backend-protocol": Known(remedy: "Use `\(native("backend-protocol"))`."),
        "target-group-attributes": Known(remedy: "For stickiness use `\(native("affinity"))`."),
        "tags": parameters("tags"),
        "healthcheck-path": parameters("healthCheck.path"),
        "healthcheck-port": parameters("healthCheck.port"),
        "healthcheck-interval-seconds": parameters("healthCheck.interval"),
        "healthcheck-timeout-seconds": parameters("healthCheck.timeout"),
        "healthy-threshold-count": parameters("healthCheck.healthyThreshold"),
        "unhealthy-threshold-count": parameters("healthCheck.unhealthyThreshold"),
        "success-codes": parameters("healthCheck.statusCodes"),
        "inbound-cidrs": Known("Access is not restricted: clients of every network are let in."),
        "auth-type": Known("Nobody is asked to authenticate: every request reaches the backend."),
    ]

    private static func native(_ name: String) -> String { AnnotationDialect.native.key(name) }

    private static func parameters(_ field: String) -> Known {
        Known(remedy: "Use `\(field)` in the class's parameters.")
    }
}
