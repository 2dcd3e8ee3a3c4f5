import LoadBalancerModel
import Provisioning
import Testing

@testable import AWSProvider

@Suite("Settings of the provider")
struct AWSSettingsTests {
    @Test("Settings are read")
    func reading() throws {
        let settings = try AWSSettings([
            "subnets": "subnet-1, subnet-2", "targetType": "instance", "deletionProtection": "true",
            "accessLogs": "s3://logs-bucket/a/b/", "trustStore": "s3://ca-bucket/bundle.pem",
            "mutualAuthentication": "verify",
            "attributes.idle_timeout.timeout_seconds": "120", "split": "by-host",
        ])
        #expect(settings.subnets == ["subnet-1", "subnet-2"])
        #expect(settings.targetType == .instance)
        #expect(settings.deletionProtection)
        #expect(settings.accessLogs == .init(bucket: "logs-bucket", key: "a/b"))
        #expect(settings.trustStore == .bundle(.init(bucket: "ca-bucket", key: "bundle.pem")))
        #expect(settings.attributes == ["idle_timeout.timeout_seconds": "120"])
        #expect(settings.split == .byHost)
    }

    @Test("A setting is of plans alone where it says nothing of the account; one that isn't known may")
    func ofPlansAlone() {
        for setting in [
            "subnets", "vpc", "wafWebACL", "attributes.idle_timeout.timeout_seconds", "listeners.443.trustStore",
        ] {
            #expect(AWSSettings.isOfPlansAlone(setting), "\(setting)")
        }
        for setting in ["region", "profile", "roleARN", "colour"] {
            #expect(!AWSSettings.isOfPlansAlone(setting), "\(setting)")
        }
    }

    @Test(
        "What is wrong is an error that names the setting, the value and the remedy",
        arguments: [
            (["subnet": "subnet-1"], ["subnet", "doesn't know", "subnets"]),
            (["subnets": "subnet-1,,"], ["provider.settings.subnets", "empty part"]),
            (["name": "a_b"], ["a_b", "AWS allows"]),
            (["listeners.443.colour": "red"], ["colour", "a listener doesn't have"]),
            (["listeners.https.trustStore": "arn:a"], ["for no port", "listeners.PORT.SETTING"]),
            (
                ["listeners.443.inboundCIDRs": "10.0.0.0"],
                ["provider.settings.listeners.443.inboundCIDRs", "10.0.0.0/8"]
            ),
            (["listeners.443.mutualAuthentication": "verify"], ["listeners.443", "needs a trust store"]),
            (["listeners.443.attributes.x": "1"], ["attribute x", "doesn't manage"]),
            (["targetType": "pod"], ["provider.settings.targetType", "pod", "`ip`, `instance`"]),
            (["deletionProtection": "yes"], ["yes", "neither true nor false"]),
            (["attributes.idle_timeout.timeout_seconds": "5000"], ["5000", "1 to 4000"]),
            (["attributes.idle_timeout": "5"], ["idle_timeout", "idle_timeout.timeout_seconds"]),
            (["inboundCIDRs": "10.0.0.0"], ["10.0.0.0", "10.0.0.0/8"]),
            (["securityGroups": "sg-1", "inboundCIDRs": "10.0.0.0/8"], ["inboundCIDRs", "remove one"]),
            (["mutualAuthentication": "verify"], ["trust store", "provider.settings.trustStore"]),
            (["accessLogs": "logs"], ["logs", "s3://"]),
            (["wafWebACL": "off"], ["provider.settings.wafWebACL", "off", "give none, or", "regional/webacl/NAME/ID"]),
            (["roleARN": "foo"], ["\"foo\"", "arn:aws:iam::123456789012:role/NAME"]),
            (["roleARN": "arn:aws:iam::123456789012:user/a"], ["is not the ARN of a role"]),
            (["sslPolicy": "foo"], ["describe-ssl-policies", "ELBSecurityPolicy-TLS13-1-2-2021-06"]),
            (["vpc": "foo"], ["describe-vpcs", "such as vpc-"]),
            (["region": "eu central"], ["such as eu-central-1"]),
            (["name": "internal-a"], ["at most 32 letters", "internal-"]),
        ])
    func errors(settings: [String: String], parts: [String]) {
        let error = #expect(throws: LoweringError.self) { try AWSSettings(settings) }
        for part in parts { #expect(error?.message.contains(part) == true, "\(error?.message ?? "") lacks \(part)") }
    }

    @Test("A setting of an Ingress is named by the Ingress")
    func sources() {
        let place = "Ingress shop/a, metadata.annotations[alb.ingress.kubernetes.io/load-balancer-attributes]"
        let source = SettingSource(
            ingresses: ["shop/a"], field: "metadata.annotations[alb.ingress.kubernetes.io/load-balancer-attributes]")
        let error = #expect(throws: LoweringError.self) {
            try AWSSettings(["attributes.idle": "5"], sources: ["attributes.idle": source])
        }
        #expect(
            error?.message.hasPrefix("\(place): \"5\" is for the attribute idle") == true, "\(error?.message ?? "")")
    }

    @Test("Settings of single listeners are read")
    func listeners() throws {
        let settings = try AWSSettings([
            "listeners.443.mutualAuthentication": "verify", "listeners.443.trustStore": "arn:store",
            "listeners.443.ignoreClientCertificateExpiry": "true", "listeners.80.inboundCIDRs": "10.0.0.0/8",
            "listeners.80.attributes.routing.http.response.server.enabled": "false",
        ])
        #expect(settings.listeners[443]?.mutualAuthentication == .verify)
        #expect(settings.listeners[443]?.trustStore == .arn("arn:store"))
        #expect(settings.listeners[443]?.ignoresClientCertificateExpiry == true)
        #expect(settings.listeners[80]?.inboundCIDRs == ["10.0.0.0/8"])
        #expect(settings.listeners[80]?.attributes == ["routing.http.response.server.enabled": "false"])
    }

    @Test("Every setting is named once and documented")
    func table() {
        let names = AWSSettings.table.map(\.name)
        #expect(Set(names).count == names.count)
        for setting in AWSSettings.table {
            #expect(setting.summary.hasSuffix("."), "\(setting.name)")
            #expect(AWSSettings.markdown.contains("| `\(setting.name)` |"))
        }
    }
}

@Suite("Choice of subnets")
struct SubnetChoiceTests {
    private func choose(
        _ environment: AWSEnvironment = .standard, internal isInternal: Bool = false, ipv6: Bool = false,
        attached: [String] = [], given: [String] = []
    ) throws(LoweringError) -> [String] {
        try SubnetChoice(
            environment: environment, scheme: isInternal ? .internal : .internetFacing, needsIPv6: ipv6,
            attached: attached
        ).choose(given: given)
    }

    @Test("One subnet of each zone is found by its role tag")
    func roles() throws {
        #expect(try choose() == ["subnet-public-a", "subnet-public-b", "subnet-public-c"])
        #expect(try choose(internal: true) == ["subnet-private-a", "subnet-private-b", "subnet-private-c"])
    }

    @Test("Without role tags the routes decide")
    func reachability() throws {
        var environment = AWSEnvironment.standard
        for index in environment.subnets.indices { environment.subnets[index].tags = [:] }
        #expect(try choose(environment) == ["subnet-public-a", "subnet-public-b", "subnet-public-c"])
    }

    @Test(
        "Of several in a zone the cluster's is taken, then the first by id; those of other clusters and full ones aren't"
    )
    func preference() throws {
        var environment = AWSEnvironment.standard
        environment.clusterName = "mine"
        environment.subnets[0].tags["kubernetes.io/cluster/other"] = "owned"
        environment.subnets[4].availableAddresses = 3
        environment.subnets += [
            .init(id: "subnet-0", zone: "eu-central-1b", cidr: "10.0.7.0/24", tags: ["kubernetes.io/role/elb": ""]),
            .init(
                id: "subnet-9", zone: "eu-central-1a", cidr: "10.0.8.0/24",
                tags: ["kubernetes.io/role/elb": "1", "kubernetes.io/cluster/mine": "shared"]),
        ]
        #expect(try choose(environment) == ["subnet-0", "subnet-9"])
    }

    @Test("Those that the load balancer has stay before the cluster's and the first, full or not")
    func attached() throws {
        var environment = AWSEnvironment.standard
        environment.clusterName = "mine"
        environment.subnets.append(
            .init(
                id: "subnet-0", zone: "eu-central-1a", cidr: "10.0.7.0/24",
                tags: ["kubernetes.io/role/elb": "1", "kubernetes.io/cluster/mine": "shared"]))
        #expect(try choose(environment).first == "subnet-0")
        environment.subnets[0].availableAddresses = 0
        let attached = ["subnet-public-a", "subnet-public-b"]
        #expect(try choose(environment, attached: attached) == attached + ["subnet-public-c"])
    }

    @Test("One that will not do any more leaves its place to another")
    func notEligible() throws {
        var environment = AWSEnvironment.standard
        environment.clusterName = "mine"
        environment.subnets.append(
            .init(
                id: "subnet-9", zone: "eu-central-1a", cidr: "10.0.7.0/24", ipv6CIDR: "2001:db8:0:9::/64",
                tags: ["kubernetes.io/role/elb": "1"]))
        let attached = ["subnet-public-a", "subnet-public-b", "subnet-gone"]
        let others = ["subnet-9", "subnet-public-b", "subnet-public-c"]
        for change: (inout AWSEnvironment.Subnet) -> Void in [
            { $0.tags["kubernetes.io/role/elb"] = nil }, { $0.tags["kubernetes.io/cluster/other"] = "owned" },
        ] {
            var changed = environment
            change(&changed.subnets[0])
            #expect(try choose(changed, attached: attached) == others)
        }
        environment.subnets[0].ipv6CIDR = nil
        environment.subnets[0].availableAddresses = 0
        #expect(try choose(environment, ipv6: true, attached: attached) == others)
    }

    @Test("Without role tags no zone is added to those that the load balancer has")
    func untaggedZones() throws {
        var environment = AWSEnvironment.standard
        for index in environment.subnets.indices { environment.subnets[index].tags = [:] }
        let attached = ["subnet-public-a", "subnet-public-c"]
        #expect(try choose(environment, attached: attached) == attached)
        #expect(try choose(environment, attached: ["subnet-public-a"]).count == 3, "one zone is too few")
    }

    @Test("Subnets may be named by their tag Name, which must be one of a kind")
    func names() throws {
        var environment = AWSEnvironment.standard
        environment.subnets[0].tags["Name"] = "one"
        environment.subnets[2].tags["Name"] = "two"
        #expect(try choose(environment, given: ["two", "one"]) == ["subnet-public-a", "subnet-public-b"])
        environment.subnets[4].tags["Name"] = "two"
        let error = #expect(throws: LoweringError.self) { try choose(environment, given: ["one", "two"]) }
        #expect(error?.message.contains("subnet-public-b, subnet-public-c are all named two") == true)
    }

    @Test("What doesn't do is an error with the remedy")
    func errors() {
        var bare = AWSEnvironment.standard
        bare.subnets = Array(bare.subnets.prefix(1))
        #expect(throws: LoweringError.self) { try choose(bare) }
        for (given, part) in [
            (["subnet-x", "subnet-public-a"], "no subnet subnet-x"),
            (["subnet-public-a", "subnet-private-a"], "both in the zone eu-central-1a"),
            (["subnet-public-a"], "at least two"),
        ] {
            let error = #expect(throws: LoweringError.self) { try choose(given: given) }
            #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
        }
        let error = #expect(throws: LoweringError.self) {
            try choose(ipv6: true, given: ["subnet-private-a", "subnet-public-b"])
        }
        #expect(error?.message.contains("IPv6") == true)
    }
}
