package import Foundation

/// How the test server's cloud behaves where AWS's behaviour takes time or may be set for an account.
package struct CloudSettings: Sendable {
    /// For how many reads after a write the cloud still answers as it was before it.
    package var readsBehindWrites = 0
    /// How often a load balancer is described as `provisioning` before it is `active`.
    package var describesWhileProvisioning = 1
    /// How often a target's health is told as `initial` before its checks succeed.
    package var healthReadsWhileInitial = 1
    /// How often a deregistered target is still told as `draining`.
    package var healthReadsWhileDraining = 1
    /// How many attempts to delete a security group still fail after the last load balancer with it was deleted, as
    /// its network interfaces go away a little later.
    package var deletionsWhileInterfacesLinger = 1
    /// The most items in a page, where AWS has 400: small in a test that wants pages.
    package var pageSize = 400
    package var quotas = CloudQuotas()
    /// The credentials that are accepted, by access key.
    package var credentials: [String: CloudCredential] = [
        CloudCredential.standardKey: CloudCredential(secretAccessKey: CloudCredential.standardSecret)
    ]
    /// The time by which signatures are judged and certificates are dated.
    package var now: @Sendable () -> Date = { Date() }

    package init() {}
}

/// A secret that signatures are verified with.
package struct CloudCredential: Sendable {
    /// The access key that every test server accepts.
    package static let standardKey = "AKIATESTSERVER000001"
    /// The secret of ``standardKey``.
    package static let standardSecret = "test-server/secret+access+key"

    package var secretAccessKey: String
    /// The token that calls must carry; absent for a user's own key.
    package var sessionToken: String?
    package var isExpired = false

    package init(secretAccessKey: String, sessionToken: String? = nil, isExpired: Bool = false) {
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.isExpired = isExpired
    }
}

/// What AWS allows by default.
///
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
package struct CloudQuotas: Hashable, Sendable {
    package var loadBalancers = 50
    package var listenersPerLoadBalancer = 50
    /// Default certificates are not counted.
    package var certificatesPerLoadBalancer = 25
    /// Of all listeners together; default rules are not counted.
    package var rulesPerLoadBalancer = 100
    package var targetGroups = 3_000
    package var targetGroupsPerAction = 5
    package var targetGroupsPerLoadBalancer = 100
    package var targetsPerGroup = 1_000
    package var targetsPerLoadBalancer = 1_000
    package var conditionValuesPerRule = 5
    /// "You can specify up to three match evaluations per condition."
    package var conditionValuesPerCondition = 3
    package var wildcardsPerRule = 5
    package var actionsPerRule = 5
    package var trustStores = 20
    package var verifyingListenersPerLoadBalancer = 2
    package var certificatesPerTrustStore = 25
    package var tagsPerResource = 50
    package var importedCertificates = 2_500
    package var securityGroupsPerLoadBalancer = 5
    package var permissionsPerSecurityGroup = 60

    package init() {}
}
