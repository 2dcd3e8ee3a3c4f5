import LoadBalancerModel

extension AnnotationTable {
    /// What is honoured of the AWS Load Balancer Controller's annotations.
    static let awsLoadBalancerController: [AnnotationDefinition] =
        awsSharing + awsAddresses + awsListeners + awsSecurity + awsResources + awsBackends + awsRouting

    /// An annotation whose value becomes what the Ingresses of a load balancer must agree on.
    private static func balancer<Value>(
        _ name: String, _ grammar: ValueGrammar<Value>, example: String, absence: String, sets planField: String,
        _ merging: AnnotationDefinition.LoadBalancerMerging, _ summary: String,
        fields: @escaping @Sendable (Value) -> [BalancerField: String]
    ) -> AnnotationDefinition {
        let dialect = AnnotationDialect.awsLoadBalancerController
        return AnnotationDefinition(
            dialect, name, grammar: grammar.description, example: example, absence: absence, summary: summary,
            planField: planField
        ) { text, name, values throws(AnnotationValueError) in
            for (field, value) in fields(try grammar.parse(text)) {
                values.balancer.fields[field] = Stated(value: value, key: dialect.key(name))
            }
        }.reaching(.loadBalancer(merging))
    }

    private static func setting(_ name: String) -> String { "provider.settings.\(name)" }

    private static let groupName = "group.name"
    /// The annotation that names the group.
    static let groupKey = AnnotationDialect.awsLoadBalancerController.key(groupName)

    private static let awsSharing = [
        AnnotationDefinition(
            .awsLoadBalancerController, groupName, AWSGrammar.groupName, example: "storefront",
            sets: AnnotationSetting<String>(
                \.group,
                absence: "the class's `sharing`",
                summary: """
                    The group whose Ingresses share a load balancer. It takes effect where the class has \
                    `sharing.mode: group`, or no `sharing` at all.
                    """,
                planField: "name")
        ).guarding(nil),
        AnnotationDefinition(
            .awsLoadBalancerController, "group.order", AWSGrammar.integer(-1000...1000, "a whole number"),
            example: "10",
            sets: AnnotationSetting<Int>(
                \.groupOrder,
                absence: "`0`",
                summary: """
                    Which Ingress of a load balancer comes first, before their age decides: the one with the lower number \
                    gets a host and path that both claim, and what they contradict each other on. Of what guards the load \
                    balancer the older one decides all the same. Rules are ordered by their hosts and paths, not by \
                    Ingress.
                    """,
                planField: "routes")),
        balancer(
            "load-balancer-name", AWSGrammar.loadBalancerName, example: "storefront", absence: "a name of Headgate's",
            sets: setting("name"), .exclusive,
            "What the load balancer is called on AWS when it is made; one that exists keeps its name."
        ) { [.setting("name"): $0] },
    ]

    private static let awsAddresses = [
        balancer(
            "scheme", AWSGrammar.scheme, example: "internal",
            absence: "the class's `scheme`; `internal` where it has none", sets: "scheme",
            .guarding(.scheme),
            "Whether the load balancer has a public or a private address."
        ) { [.scheme: $0] },
        balancer(
            "ip-address-type", AWSGrammar.addressType, example: "dualstack", absence: "the class's `addressing.family`",
            sets: "addressing.family", .exclusive, "The address family of the load balancer."
        ) { [.addressFamily: $0] },
        balancer(
            "subnets", AWSGrammar.subnets, example: "subnet-0a1b, subnet-0c2d",
            absence: "subnets that are found by role tags", sets: setting("subnets"), .exclusive,
            "The load balancer's subnets, in at least two zones."
        ) { [.setting("subnets"): $0] },
    ]

    private static let awsListeners = [
        AnnotationDefinition(
            .awsLoadBalancerController, "listen-ports", AWSGrammar.listenPorts,
            example: #"[{"HTTP": 80}, {"HTTPS": 443}]"#,
            sets: AnnotationSetting<[ListenPort]>(
                \.balancer.listenPorts,
                absence: "HTTPS on 443 with `certificate-arn`, else what the class has",
                summary: """
                    The ports to listen on. Every rule of the load balancer is served on all of its ports, also on those \
                    that other Ingresses ask for. Where HTTPS is asked for without `certificate-arn`, certificates of \
                    ACM are found by host.
                    """,
                planField: "listeners")
        ).reaching(.loadBalancer(.union)).guarding(.listeners),
        balancer(
            "ssl-redirect", AWSGrammar.integer(1...65535, "a port"), example: "443",
            absence: "the class's `redirectToHTTPS`",
            sets: "routes[].filters.redirectToHTTPS", .exclusive,
            """
            Answers plain HTTP with a redirect (301) to HTTPS on that port, on every host of the load balancer; ACME \
            challenges are exempt. It is left out where nothing serves HTTPS on that port. With other providers, on the hosts \
            of the Ingress.
            """
        ) { [.redirectPort: String($0)] }.guarding(.redirects),
        AnnotationDefinition(
            .awsLoadBalancerController, "certificate-arn", AWSGrammar.certificates,
            example: "arn:aws:acm:eu-central-1:123456789012:certificate/1a2b",
            sets: AnnotationSetting<[String]>(
                \.balancer.certificates,
                absence: "the certificates of `spec.tls`",
                summary: "Certificates of every HTTPS listener; the first one of the first Ingress is the default.",
                planField: setting("certificateARNs"))
        ).reaching(.loadBalancer(.union)),
        balancer(
            "ssl-policy", AWSGrammar.securityPolicy, example: "ELBSecurityPolicy-TLS13-1-2-2021-06",
            absence: "by the class's `tls`", sets: setting("sslPolicy"), .guarding(.securityPolicy),
            "The security policy of HTTPS listeners."
        ) { [.setting("sslPolicy"): $0] },
        AnnotationDefinition(
            .awsLoadBalancerController, "mutual-authentication", AWSGrammar.mutualAuthentication,
            example: #"[{"port": 443, "mode": "passthrough"}]"#,
            sets: AnnotationSetting<[Int: ClientCertificates]>(
                \.balancer.clientCertificates,
                absence: "clients are not asked for a certificate",
                summary: """
                    How client certificates are handled, by port. The strictest of it holds on HTTPS ports that the \
                    Ingress doesn't ask for itself too, for its rules are served there as well; where it asks for no \
                    port of plain HTTP, its hosts answer that with a redirect to HTTPS.
                    """,
                planField: setting("listeners.PORT.mutualAuthentication"))
        ).reaching(.loadBalancer(.guarding(.clientCertificates))),
        listenerAttributes,
    ]

    private static let listenerAttributes = AnnotationDefinition(
        .awsLoadBalancerController, "listener-attributes.PROTOCOL-PORT", family: "listener-attributes.",
        grammar: AWSGrammar.map.description, example: "routing.http.response.server.enabled=false",
        absence: "AWS's attributes",
        summary: "Attributes of one listener, which the name tells, as in `listener-attributes.HTTPS-443`.",
        planField: setting("listeners.PORT.attributes")
    ) { text, name, values throws(AnnotationValueError) in
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, ["HTTP", "HTTPS"].contains(parts[0]), let port = Int(parts[1]),
            (1...65535).contains(port)
        else {
            throw .malformed(hint: "The name must end in a protocol and a port, such as `HTTPS-443`.")
        }
        let key = AnnotationDialect.awsLoadBalancerController.key("listener-attributes.\(name)")
        for (attribute, value) in try AWSGrammar.map.parse(text) {
            let listener = ListenPort(protocol: parts[0] == "HTTP" ? .http : .https, port: port)
            values.balancer.fields[.listenerAttribute(listener, attribute)] = Stated(value: value, key: key)
        }
    }.reaching(.loadBalancer(.exclusive))

    private static let awsSecurity = [
        balancer(
            "security-groups", AWSGrammar.securityGroups, example: "sg-0a1b, office",
            absence: "a security group that Headgate manages", sets: setting("securityGroups"),
            .guarding(.clients),
            "The load balancer's security groups. They are one guard with `inbound-cidrs`."
        ) { [.setting("securityGroups"): $0] },
        AnnotationDefinition(
            .awsLoadBalancerController, "manage-backend-security-group-rules", AWSGrammar.unmanagedBackends,
            example: "false",
            sets: AnnotationSetting<Bool>(
                \.managesBackendSecurityGroups,
                absence: "`false`",
                summary: """
                    Whether rules of the nodes' and pods' security groups are changed so that the load balancer reaches \
                    them, which Headgate never does: let the load balancer's security group in yourself.
                    """,
                planField: "nothing")
        ).reaching(.loadBalancer(.union)),
        AnnotationDefinition(
            .awsLoadBalancerController, "inbound-cidrs", AWSGrammar.networks, example: "10.0.0.0/8, 2001:db8::/32",
            sets: AnnotationSetting<String>(
                \.balancer.inboundCIDRs,
                absence: "every network",
                summary: """
                    Whom the managed security group lets in. It holds on every port of the load balancer, for the rules \
                    of the Ingress are served on all of them. It has no effect beside `security-groups` of the same \
                    Ingress, and contradicts those of another one.
                    """,
                planField: setting("inboundCIDRs"))
        ).reaching(.loadBalancer(.guarding(.clients))),
        balancer(
            "wafv2-acl-arn", AWSGrammar.webACL,
            example: "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/shop/1a2b",
            absence: "what others associate", sets: setting("wafWebACL"), .guarding(.webACL),
            "The web ACL that the load balancer is associated with; `none` takes one off."
        ) { [.setting("wafWebACL"): $0] },
    ]

    private static let awsResources = [
        balancer(
            "load-balancer-attributes", AWSGrammar.map,
            example: "deletion_protection.enabled=true,idle_timeout.timeout_seconds=120", absence: "AWS's attributes",
            sets: setting("attributes"), .exclusive,
            """
            Attributes of the load balancer: deletion protection, idle timeout, access logs, HTTP/2, WAF fail open and all \
            others that the provider knows. Ingresses may set different ones.
            """
        ) { $0.reduce(into: [:]) { fields, pair in fields[.setting("attributes.\(pair.key)")] = pair.value } },
        balancer(
            "tags", AWSGrammar.map, example: "team=storefront,stage=production", absence: "the class's `tags`",
            sets: "attributes.tags", .exclusive,
            "Tags of everything that is made for the load balancer. Ingresses may set different ones."
        ) { $0.reduce(into: [:]) { fields, pair in fields[.tag(pair.key)] = pair.value } },
    ]
}

extension AWSGrammar {
    /// What is done anyway, and what isn't done.
    static let unmanagedBackends = ValueGrammar<Bool>("`false`") { text throws(AnnotationValueError) in
        guard try boolean.parse(text) else { return false }
        throw .unsupported(
            explanation:
                "The security groups of nodes and pods are left as they are: let the load balancer's in yourself.")
    }
}
