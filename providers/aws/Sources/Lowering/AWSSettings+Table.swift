internal import LoadBalancerModel

/// A setting of the provider.
package struct AWSSetting: Sendable {
    /// The name in `provider.settings`; one that ends in `.*` stands for all that begin so.
    package let name: String
    /// What values it takes, for people.
    package let grammar: String
    /// What holds without it, for people.
    package let standard: String
    /// What it does, in a sentence.
    package let summary: String
    /// Sets the value, given what the `*` of the name stands for.
    let apply: @Sendable (_ key: String, _ value: String, inout AWSSettings) throws(SettingProblem) -> Void

    func takes(_ given: String) -> Bool {
        name.hasSuffix(".*") && given.hasPrefix(name.dropLast()) && given.count > name.count - 1
    }

    func key(of given: String) -> String {
        name.hasSuffix(".*") ? String(given.dropFirst(name.count - 1)) : given
    }
}

extension AWSSettings {
    /// Every setting, in the order of the documentation.
    package static let table: [AWSSetting] = account + network + targets + security + other

    /// The table in Markdown, for the provider's page.
    package static var markdown: String {
        let rows = table.map { "| `\($0.name)` | \($0.grammar) | \($0.standard) | \($0.summary) |" }
        return (["| setting | value | default | what it does |", "| --- | --- | --- | --- |"] + rows)
            .joined(separator: "\n") + "\n"
    }

    private static let account: [AWSSetting] = [
        text(
            "region", "a region", "of the credentials' configuration", "Where the load balancer is.", \.region,
            remedy: "give the name of a region, such as eu-central-1"),
        text(
            "profile", "a profile", "`AWS_PROFILE`", "The profile of the shared configuration files.", \.profile,
            remedy: "give the name of a profile, as it stands in ~/.aws/config"),
        AWSSetting(
            name: "roleARN", grammar: "an ARN of IAM", standard: "none", summary: "The role that is assumed."
        ) { _, value, settings throws(SettingProblem) in
            // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
            let parts = value.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
            guard parts.count == 6, parts[0] == "arn", parts[2] == "iam", parts[5].hasPrefix("role/"),
                !value.contains(where: \.isWhitespace)
            else {
                throw SettingProblem(
                    finding: "is not the ARN of a role of IAM",
                    remedy: "give one such as arn:aws:iam::123456789012:role/NAME")
            }
            settings.roleARN = value
        },
        text(
            "vpc", "an id `vpc-…`", "that of the subnets", "The VPC of the load balancer.", \.vpc, prefix: "vpc-",
            remedy: "give one such as vpc-0a1b2c3d4e5f67890, as aws ec2 describe-vpcs lists them"),
        text(
            "clusterName", "a name", "none",
            "The cluster's name in the tag `kubernetes.io/cluster/NAME`, by which subnets are preferred and nodes are found.",
            \.clusterName,
            remedy: "give it as the subnets' tag has it, such as production"),
    ]

    private static let network: [AWSSetting] = [
        AWSSetting(
            name: "name", grammar: "at most 32 letters, digits and inner hyphens", standard: "made of class and group",
            summary: "What the load balancer is called when it is made; one that exists keeps its name."
        ) { _, value, settings throws(SettingProblem) in
            let isName = value.utf8.allSatisfy { octet in
                ExpressionTokens.otherCase(octet) != nil || (0x30...0x39).contains(octet) || octet == UInt8(ascii: "-")
            }
            guard (1...32).contains(value.utf8.count), isName, !value.hasPrefix("-"), !value.hasSuffix("-"),
                !value.hasPrefix("internal-")
            else {
                throw SettingProblem(
                    finding: "is not a name that AWS allows",
                    remedy: "give at most 32 letters, digits and inner hyphens that don't begin with internal-")
            }
            settings.name = value
        },
        list(
            "subnets", "ids `subnet-…` or values of the tag `Name`, separated by commas", "found by role tags",
            "The load balancer's subnets.", \.subnets),
        list(
            "securityGroups", "ids `sg-…` or values of the tag `Name`, separated by commas",
            "one that Headgate manages", "The load balancer's security groups.", \.securityGroups),
        AWSSetting(
            name: "inboundCIDRs", grammar: "networks in CIDR notation, separated by commas", standard: "every network",
            summary: "Whom the managed security group lets in."
        ) { _, value, settings throws(SettingProblem) in
            settings.inboundCIDRs = try networks(value)
        },
    ]

    fileprivate static func networks(_ value: String) throws(SettingProblem) -> [String] {
        let networks = try parts(of: value)
        var canonical: [String] = []
        for cidr in networks {
            guard let network = CIDRBlock(cidr), !network.isAddress else {
                throw SettingProblem(
                    finding: "has \"\(cidr)\", which is not a network such as 10.0.0.0/8 or 2001:db8::/32")
            }
            if !canonical.contains(network.description) { canonical.append(network.description) }
        }
        return canonical
    }

    /// What a pool may have of its own.
    static let targets: [AWSSetting] = [
        choice(
            "targetType", "ip",
            "What is registered: the addresses of endpoints, or nodes with the Service's `NodePort`.", \.targetType),
        AWSSetting(
            name: "targetNodeLabels", grammar: "pairs `label=value`, separated by commas", standard: "every node",
            summary: "The labels of the nodes that are registered as instances, all of them."
        ) { _, value, settings throws(SettingProblem) in
            settings.targetNodeLabels = try labels(value)
        },
        choice("backendProtocolVersion", "HTTP1", "What is spoken to targets.", \.protocolVersion),
        AWSSetting(
            name: "targetGroupAttributes.*", grammar: "what AWS takes for the attribute", standard: "AWS's",
            summary: "An attribute of every target group, such as `deregistration_delay.timeout_seconds`."
        ) { key, value, settings throws(SettingProblem) in
            try check(key, value, in: ManagedAttributes.targetGroup)
            settings.targetGroupAttributes[key] = value
        },
        AWSSetting(
            name: "healthCheckProtocol", grammar: "`HTTP`, `HTTPS`", standard: "what is spoken to targets",
            summary: "What is spoken in health checks."
        ) { _, value, settings throws(SettingProblem) in
            guard let choice = HealthCheckProtocol(rawValue: value) else {
                throw SettingProblem(finding: "is neither HTTP nor HTTPS")
            }
            settings.healthCheckProtocol = choice
        },
        AWSSetting(
            name: "healthCheckCodes", grammar: "codes and ranges of codes from 0 to 99", standard: "`0-99`",
            summary: "The status codes of gRPC with which a target is healthy."
        ) { _, value, settings throws(SettingProblem) in
            let isList = value.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { part in
                let bounds = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
                return (1...2).contains(bounds.count) && bounds.allSatisfy((0...99).contains)
                    && bounds[0] <= bounds[bounds.count - 1]
            }
            guard isList else { throw SettingProblem(finding: "is no list of codes of gRPC") }
            settings.healthCheckCodes = value
        },
    ]

    private static let security: [AWSSetting] = [
        list(
            "certificateARNs", "ARNs of ACM, separated by commas", "none",
            "Certificates for every HTTPS listener, the first as the default one.", \.certificateARNs),
        flag(
            "certificateDiscovery",
            "Whether hosts without a certificate get one of ACM that fits. `redirectToHTTPS` doesn't count them among the "
                + "hosts with TLS: ask for a redirect with an annotation.",
            \.certificateDiscovery),
        text(
            "sslPolicy", "a security policy of AWS", "by the TLS versions of the parameters",
            "The security policy of HTTPS listeners.", \.sslPolicy, prefix: "ELBSecurityPolicy-",
            remedy: "give one that aws elbv2 describe-ssl-policies lists, such as ELBSecurityPolicy-TLS13-1-2-2021-06"),
        AWSSetting(
            name: "wafWebACL", grammar: "an ARN of WAFv2, or `none`", standard: "what others associate",
            summary: "The web ACL that the load balancer is associated with; `none` takes one off."
        ) { _, value, settings throws(SettingProblem) in
            if value == "none" {
                settings.webACL = .absent
            } else if value.hasPrefix("arn:"), !value.contains(where: \.isWhitespace) {
                settings.webACL = .associated(value)
            } else {
                throw SettingProblem(
                    finding: "is neither an ARN of WAFv2 nor none",
                    remedy:
                        "give none, or one such as arn:aws:wafv2:REGION:123456789012:regional/webacl/NAME/ID, as aws wafv2 "
                        + "list-web-acls --scope REGIONAL lists them")
            }
        },
        choice("mutualAuthentication", "off", "How client certificates are handled.", \.mutualAuthentication),
        AWSSetting(
            name: "trustStore", grammar: "an ARN of a trust store, or `s3://BUCKET/KEY` of a bundle of CA certificates",
            standard: "none", summary: "The CAs of clients, where they are verified."
        ) { _, value, settings throws(SettingProblem) in
            settings.trustStore = try trustStore(value)
        },
        flag(
            "ignoreClientCertificateExpiry", "Whether expired client certificates pass.",
            \.ignoresClientCertificateExpiry),
    ]

    private static let other: [AWSSetting] = [
        flag("deletionProtection", "Whether AWS refuses to delete the load balancer.", \.deletionProtection),
        location("accessLogs", "Where access logs are put.", \.accessLogs),
        location("connectionLogs", "Where connection logs are put.", \.connectionLogs),
        choice(
            "split", "none",
            "Whether hosts are spread over several load balancers where one passes a quota of AWS.", \.split),
        AWSSetting(
            name: "attributes.*", grammar: "what AWS takes for the attribute", standard: "AWS's",
            summary: "An attribute of the load balancer, such as `idle_timeout.timeout_seconds`."
        ) { key, value, settings throws(SettingProblem) in
            try check(key, value, in: ManagedAttributes.loadBalancer)
            settings.attributes[key] = value
        },
        AWSSetting(
            name: "listenerAttributes.*", grammar: "what AWS takes for the attribute", standard: "AWS's",
            summary: "An attribute of every listener, such as `routing.http.response.server.enabled`."
        ) { key, value, settings throws(SettingProblem) in
            try check(key, value, in: ManagedAttributes.listener)
            settings.listenerAttributes[key] = value
        },
        AWSSetting(
            name: "listeners.*",
            grammar:
                "after the listener's port, as in `listeners.443.`: `inboundCIDRs`, `mutualAuthentication`, `trustStore` "
                + "(an ARN), `ignoreClientCertificateExpiry` or `attributes.*`, with the values of these settings",
            standard: "what holds for all", summary: "What one listener has of its own."
        ) { key, value, settings throws(SettingProblem) in
            let parts = key.split(separator: ".", maxSplits: 1).map(String.init)
            guard parts.count == 2, let port = Int(parts[0]), (1...65535).contains(port) else {
                throw SettingProblem(finding: "is for no port", remedy: "name the setting listeners.PORT.SETTING")
            }
            try settings.listeners[port, default: ListenerSettings()].set(parts[1], value)
        },
    ]

    fileprivate static func trustStore(_ value: String) throws(SettingProblem) -> TrustStore {
        if value.hasPrefix("arn:") { return .arn(value) }
        let location = try s3(value)
        guard !location.key.isEmpty else { throw SettingProblem(finding: "names no object") }
        return .bundle(location)
    }
}

extension AWSSettings.ListenerSettings {
    /// Sets what a name behind the port says.
    fileprivate mutating func set(_ name: String, _ value: String) throws(SettingProblem) {
        switch name {
        case "inboundCIDRs":
            inboundCIDRs = try AWSSettings.networks(value)
        case "mutualAuthentication":
            guard let mode = AWSSettings.MutualAuthenticationMode(rawValue: value) else {
                throw SettingProblem(finding: "is none of off, passthrough and verify")
            }
            mutualAuthentication = mode
        case "trustStore":
            guard value.hasPrefix("arn:") else { throw SettingProblem(finding: "is not an ARN") }
            trustStore = .arn(value)
        case "ignoreClientCertificateExpiry":
            guard let truth = Bool(value) else { throw SettingProblem(finding: "is neither true nor false") }
            ignoresClientCertificateExpiry = truth
        default:
            guard name.hasPrefix("attributes.") else {
                throw SettingProblem(finding: "is for \(name), which a listener doesn't have of its own")
            }
            let attribute = String(name.dropFirst("attributes.".count))
            try AWSSettings.check(attribute, value, in: ManagedAttributes.listener)
            attributes[attribute] = value
        }
    }
}

// MARK: Kinds of settings

extension AWSSettings {
    private typealias Field<Value> = any WritableKeyPath<AWSSettings, Value> & Sendable

    private static func text(
        _ name: String, _ grammar: String, _ standard: String, _ summary: String, _ field: Field<String?>,
        prefix: String = "", remedy: String
    ) -> AWSSetting {
        AWSSetting(name: name, grammar: grammar, standard: standard, summary: summary) {
            _, value, settings throws(SettingProblem) in
            guard !value.isEmpty, value.hasPrefix(prefix), !value.contains(where: \.isWhitespace) else {
                throw SettingProblem(finding: "is not \(grammar)", remedy: remedy)
            }
            settings[keyPath: field] = value
        }
    }

    private static func list(
        _ name: String, _ grammar: String, _ standard: String, _ summary: String, _ field: Field<[String]>
    ) -> AWSSetting {
        AWSSetting(name: name, grammar: grammar, standard: standard, summary: summary) {
            _, value, settings throws(SettingProblem) in
            settings[keyPath: field] = try parts(of: value)
        }
    }

    private static func flag(_ name: String, _ summary: String, _ field: Field<Bool>) -> AWSSetting {
        AWSSetting(name: name, grammar: "`true` or `false`", standard: "`false`", summary: summary) {
            _, value, settings throws(SettingProblem) in
            guard let truth = Bool(value) else { throw SettingProblem(finding: "is neither true nor false") }
            settings[keyPath: field] = truth
        }
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
        _ name: String, _ standard: String, _ summary: String, _ field: Field<Choice>
    ) -> AWSSetting {
        let choices = Choice.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        return AWSSetting(name: name, grammar: choices, standard: "`\(standard)`", summary: summary) {
            _, value, settings throws(SettingProblem) in
            guard let choice = Choice(rawValue: value) else {
                throw SettingProblem(finding: "is none of its values", remedy: "give one of \(choices)")
            }
            settings[keyPath: field] = choice
        }
    }

    private static func location(_ name: String, _ summary: String, _ field: Field<S3Location?>) -> AWSSetting {
        AWSSetting(name: name, grammar: "`s3://BUCKET` or `s3://BUCKET/PREFIX`", standard: "none", summary: summary) {
            _, value, settings throws(SettingProblem) in
            settings[keyPath: field] = try s3(value)
        }
    }

    private static func parts(of value: String) throws(SettingProblem) -> [String] {
        let parts = value.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmed }
        guard !parts.contains("") else { throw SettingProblem(finding: "has an empty part") }
        guard Set(parts).count == parts.count else { throw SettingProblem(finding: "names one of them twice") }
        return parts
    }

    private static func labels(_ value: String) throws(SettingProblem) -> [String: String] {
        var labels: [String: String] = [:]
        for part in try parts(of: value) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                String($0).trimmed
            }
            guard pair.count == 2, !pair[0].isEmpty else {
                throw SettingProblem(finding: "has \"\(part)\", which is no pair label=value")
            }
            guard labels.updateValue(pair[1], forKey: pair[0]) == nil else {
                throw SettingProblem(finding: "names the label \(pair[0]) twice")
            }
        }
        return labels
    }

    private static func s3(_ value: String) throws(SettingProblem) -> S3Location {
        guard value.hasPrefix("s3://") else { throw SettingProblem(finding: "doesn't begin with s3://") }
        let parts = value.dropFirst(5).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bucket = parts.first, (3...63).contains(bucket.count) else {
            throw SettingProblem(finding: "names no bucket of 3 to 63 characters")
        }
        var key = parts.count == 2 ? String(parts[1]) : ""
        while key.hasSuffix("/") { key.removeLast() }
        return S3Location(bucket: String(bucket), key: key)
    }

    fileprivate static func check(
        _ key: String, _ value: String, in table: AttributeTable
    ) throws(SettingProblem) {
        guard let definition = table.definitions[key] else {
            throw SettingProblem(
                finding: "is for the attribute \(key), which the provider doesn't manage",
                remedy: "use one of: \(table.definitions.keys.sorted().joined(separator: ", "))")
        }
        guard definition.grammar.allows(value) else {
            throw SettingProblem(finding: "is not \(definition.grammar)", remedy: "give \(definition.grammar)")
        }
    }
}
