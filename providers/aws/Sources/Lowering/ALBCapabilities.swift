package import Provisioning

/// What the provider can do, as data: the source of the table in its documentation.
package enum ALBCapabilities {
    package static let capabilities = ProviderCapabilities(features: features, limits: limits)

    private static let features: [FeatureSupport] = [
        FeatureSupport("Exact hosts", .exact, "host-header"),
        FeatureSupport(
            "Wildcard hosts", .exact,
            "host-header `?*.NAME` behind rules for `*.*.NAME`, for `*` spans dots; a regular expression where rules run "
                + "short"),
        FeatureSupport("Exact paths", .exact, "path-pattern; a regular expression where the path has other characters"),
        FeatureSupport("Prefix paths", .exact, "path-pattern with `/p` and `/p/*`"),
        FeatureSupport(
            "Path patterns", .exact, "path-pattern; a regular expression where the path has other characters"),
        FeatureSupport(
            "Regular-expression paths", .approximated,
            "letters as classes of both cases; with regard to case where that takes more than 128 characters"),
        FeatureSupport(
            "Default backends", .exact,
            "the last rule, or the class's the default action, and a closing rule per host where another could take over"
        ),
        FeatureSupport(
            "Normal form of paths", .approximated,
            "AWS's own, which it doesn't publish; malformed paths aren't answered 400"),
        FeatureSupport("Conditions on methods and client networks", .exact, "http-request-method, source-ip"),
        FeatureSupport("Conditions on headers", .approximated, "http-header, without regard to case"),
        FeatureSupport(
            "Conditions on query parameters", .approximated,
            "query-string, without regard to case and with escapes as they come; no expressions"),
        FeatureSupport("Weighted backends", .exact, "at most five"),
        FeatureSupport("Rewrites", .approximated, "url-rewrite; a query in the target differs"),
        FeatureSupport("Redirects", .approximated, "301 and 302 alone; no groups, no fragment"),
        FeatureSupport("Redirect to HTTPS", .approximated, "301 instead of 308; ACME challenges are exempt"),
        FeatureSupport("Fixed answers", .approximated, "2XX, 4XX and 5XX; five content types; 1024 characters"),
        FeatureSupport(
            "Session affinity", .approximated,
            "AWS's cookie AWSALB; `targetGroupAttributes.stickiness.enabled` goes before it"),
        FeatureSupport("TLS versions", .exact, "by security policy"),
        FeatureSupport("Certificates from Secrets", .exact, "imported into ACM; chosen by the names that they hold"),
        FeatureSupport(
            "Health checks", .approximated, "whole seconds; always on, for 200 from `/` where nothing is said"),
        FeatureSupport("Balancing algorithms", .exact, "round_robin, least_outstanding_requests"),
        FeatureSupport("Time limits", .approximated, "one idle time limit for the load balancer"),
        FeatureSupport("Limits of request bodies", .unsupported),
        FeatureSupport("Verification of targets' certificates", .unsupported),
        FeatureSupport("StaticSite and StorageBucket backends", .unsupported, "answered 500"),
        FeatureSupport("Chosen addresses", .unsupported),
    ]

    /// The quotas, with what AWS gives an account at first.
    private static var limits: [ProviderLimit] {
        ALBQuota.all.map {
            ProviderLimit(name: $0.name, value: AWSQuotas()[keyPath: $0.allowed], isAdjustable: $0.isAdjustable)
        }
    }
}
