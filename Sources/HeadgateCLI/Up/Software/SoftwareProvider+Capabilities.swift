import Provisioning

extension SoftwareProvider {
    /// The plan says what this load balancer can do, so that all of it is done as it says. What only a cloud has, addresses
    /// to be given out, is the machine's here.
    var capabilities: ProviderCapabilities {
        ProviderCapabilities(
            features: [
                FeatureSupport("Exact hosts", .exact),
                FeatureSupport("Wildcard hosts", .exact, "One label, as an Ingress has it."),
                FeatureSupport("Exact paths", .exact),
                FeatureSupport("Prefix paths", .exact, "By path element."),
                FeatureSupport("Path patterns", .exact, "With `*` and `?`."),
                FeatureSupport("Regular expression paths", .exact, "RE2."),
                FeatureSupport("Header and query conditions", .exact),
                FeatureSupport("Method conditions", .exact),
                FeatureSupport("Client network conditions", .exact),
                FeatureSupport("Default backends", .exact, "Of hosts, Ingresses, classes and the controller."),
                FeatureSupport("Weighted pools", .exact),
                FeatureSupport(
                    "Redirects", .exact, "301, 302, 303, 307 and 308, with groups of the path's expression."),
                FeatureSupport("Redirect to HTTPS", .exact),
                FeatureSupport("Fixed responses", .exact),
                FeatureSupport("Static sites", .exact),
                FeatureSupport("Storage buckets", .exact),
                FeatureSupport("Path rewrites", .exact),
                FeatureSupport("Request body limits", .exact),
                FeatureSupport("Route timeouts", .exact),
                FeatureSupport("Session affinity", .exact, "By cookie."),
                FeatureSupport("Response headers on TLS", .exact),
                FeatureSupport("Balancing algorithms", .exact, "Round robin and least requests."),
                FeatureSupport("Weighted and draining targets", .exact),
                FeatureSupport("Health checks", .exact),
                FeatureSupport("TLS to backends", .exact),
                FeatureSupport("Certificates by SNI", .exact),
                FeatureSupport("TLS policies", .exact, "Of listeners and of hosts."),
                FeatureSupport("Timeouts towards clients", .exact),
                FeatureSupport("Limits on clients", .exact),
                FeatureSupport("Access log", .exact),
                FeatureSupport("Listeners", .exact, "Of the flags or of parameters, on the addresses that these name."),
                FeatureSupport(
                    "Scheme and addressing", .approximated,
                    "It is reached where its listeners are bound, and asks nobody for an address."),
            ],
            limits: [])
    }
}
