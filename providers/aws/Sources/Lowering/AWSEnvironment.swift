/// What look-ups found about an account and its network, as far as lowering needs to know.
package struct AWSEnvironment: Hashable, Sendable {
    /// The region, such as `eu-central-1`.
    package var region: String
    /// The partition, such as `aws` or `aws-cn`.
    package var partition: String
    /// The account's number.
    package var account: String
    package var vpc: VPC
    /// The cluster's name as the tag `kubernetes.io/cluster/NAME` of its subnets has it; nil where it isn't known.
    package var clusterName: String?
    /// The subnets of the VPC.
    package var subnets: [Subnet]
    /// The security groups of the VPC that settings name.
    package var securityGroups: [SecurityGroup]
    /// The certificates of ACM.
    package var certificates: [Certificate]
    /// The ARNs of trust stores that annotations name and that there aren't.
    package var missingTrustStores: Set<String> = []
    /// The ARNs of certificates that settings name and that there aren't.
    package var missingCertificates: Set<String> = []
    /// The security policies that settings name and that there aren't.
    package var missingSecurityPolicies: Set<String> = []
    /// The ARNs of web ACLs that settings name and that there aren't.
    package var missingWebACLs: Set<String> = []
    /// The instances that a target group of type `instance` may register.
    package var instances: [Instance]
    package var quotas: AWSQuotas
    /// What exists of the load balancer already.
    package var standing = StandingResources()

    package init(
        region: String,
        partition: String = "aws",
        account: String,
        vpc: VPC,
        clusterName: String? = nil,
        subnets: [Subnet],
        securityGroups: [SecurityGroup] = [],
        certificates: [Certificate] = [],
        instances: [Instance] = [],
        quotas: AWSQuotas = AWSQuotas()
    ) {
        self.region = region
        self.partition = partition
        self.account = account
        self.vpc = vpc
        self.clusterName = clusterName
        self.subnets = subnets
        self.securityGroups = securityGroups
        self.certificates = certificates
        self.instances = instances
        self.quotas = quotas
    }

    package struct VPC: Hashable, Sendable {
        package var id: String
        /// The IPv4 and IPv6 ranges in CIDR notation.
        package var cidrs: [String]

        package init(id: String, cidrs: [String]) {
            self.id = id
            self.cidrs = cidrs
        }
    }

    package struct Subnet: Hashable, Sendable {
        package var id: String
        /// The availability zone, such as `eu-central-1a`.
        package var zone: String
        package var cidr: String
        package var ipv6CIDR: String?
        package var availableAddresses: Int
        /// Whether a route leads to an internet gateway; nil where route tables weren't looked up.
        package var isPublic: Bool?
        package var tags: [String: String]

        package init(
            id: String,
            zone: String,
            cidr: String,
            ipv6CIDR: String? = nil,
            availableAddresses: Int = 250,
            isPublic: Bool? = nil,
            tags: [String: String] = [:]
        ) {
            self.id = id
            self.zone = zone
            self.cidr = cidr
            self.ipv6CIDR = ipv6CIDR
            self.availableAddresses = availableAddresses
            self.isPublic = isPublic
            self.tags = tags
        }
    }

    package struct SecurityGroup: Hashable, Sendable {
        package var id: String
        package var vpc: String
        /// The value of the tag `Name`.
        package var name: String?

        package init(id: String, vpc: String, name: String? = nil) {
            self.id = id
            self.vpc = vpc
            self.name = name
        }
    }

    /// The certificate of ACM of an ARN; nil where there is none, or none was looked up.
    func certificate(_ arn: String) -> Certificate? { certificates.first { $0.arn == arn } }

    package struct Certificate: Hashable, Sendable {
        package var arn: String
        /// The domain name and the alternative names.
        package var domains: [String]
        /// As ACM tells it, such as `ISSUED`.
        package var status: String
        /// RFC 3339 in UTC; nil where ACM tells none.
        package var notAfter: String?
        /// Whether it carries ownership tags: it was imported from a Secret, and is no find.
        package var isOurs: Bool

        package init(
            arn: String, domains: [String], status: String = "ISSUED", notAfter: String? = nil, isOurs: Bool = false
        ) {
            self.arn = arn
            self.domains = domains
            self.status = status
            self.notAfter = notAfter
            self.isOurs = isOurs
        }
    }

    package struct Instance: Hashable, Sendable {
        package var id: String
        /// Its private addresses.
        package var addresses: [String]
        package var zone: String
        /// Whether its tags say that it belongs to the cluster.
        package var isOfCluster: Bool

        package init(id: String, addresses: [String], zone: String, isOfCluster: Bool = false) {
            self.id = id
            self.addresses = addresses
            self.zone = zone
            self.isOfCluster = isOfCluster
        }
    }
}

/// What AWS allows in the account, by default what its page of quotas says.
///
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
package struct AWSQuotas: Hashable, Sendable {
    /// Of all listeners together, default rules excluded.
    package var rulesPerLoadBalancer = 100
    package var targetGroupsPerLoadBalancer = 100
    package var targetsPerLoadBalancer = 1000
    package var targetsPerTargetGroup = 1000
    package var listenersPerLoadBalancer = 50
    /// Default certificates excluded.
    package var certificatesPerLoadBalancer = 25
    package var targetGroupsPerAction = 5
    package var valuesPerRule = 5
    package var valuesPerCondition = 3
    package var wildcardsPerRule = 5
    package var securityGroupsPerLoadBalancer = 5

    package init() {}
}
