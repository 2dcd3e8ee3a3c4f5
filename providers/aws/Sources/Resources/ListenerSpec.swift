package import Provisioning

/// A listener of an Application Load Balancer.
package struct ListenerSpec: Equatable, Sendable {
    /// How client certificates are handled.
    package struct MutualAuthentication: Hashable, Sendable {
        /// `off`, `passthrough` or `verify`.
        package var mode: String
        package var trustStore: ResourceLink?
        package var ignoresClientCertificateExpiry: Bool

        package init(mode: String, trustStore: ResourceLink? = nil, ignoresClientCertificateExpiry: Bool = false) {
            self.mode = mode
            self.trustStore = trustStore
            self.ignoresClientCertificateExpiry = ignoresClientCertificateExpiry
        }
    }

    package var loadBalancer: ResourceLink
    package var port: Int
    /// `HTTP` or `HTTPS`.
    package var `protocol`: String
    /// The name of the security policy; present exactly with HTTPS.
    package var sslPolicy: String?
    /// For clients whose server name no other certificate fits; present exactly with HTTPS.
    package var defaultCertificate: ResourceLink?
    /// Chosen by server name, in the order of their references or ARNs.
    package var certificates: [ResourceLink]
    package var defaultActions: [RuleAction]
    package var mutualAuthentication: MutualAuthentication?
    /// Every attribute that the provider knows, with its value.
    package var attributes: [String: String]
    /// What was added by hand and the provider has no word for, such as an action that authenticates; empty where desired.
    package var others: [String]
    package var tags: [String: String]
    /// How many certificates AWS allows all listeners of the load balancer together, default ones aside.
    package var certificateQuota = Int.max
    /// How many certificates of what exists go before new ones come, since AWS allows no more beside each other.
    package var certificatesToRemoveFirst = 0

    package init(
        loadBalancer: ResourceLink,
        port: Int,
        protocol: String,
        sslPolicy: String? = nil,
        defaultCertificate: ResourceLink? = nil,
        certificates: [ResourceLink] = [],
        defaultActions: [RuleAction],
        mutualAuthentication: MutualAuthentication? = nil,
        attributes: [String: String] = [:],
        others: [String] = [],
        tags: [String: String]
    ) {
        self.loadBalancer = loadBalancer
        self.port = port
        self.protocol = `protocol`
        self.sslPolicy = sslPolicy
        self.defaultCertificate = defaultCertificate
        self.certificates = certificates
        self.defaultActions = defaultActions
        self.mutualAuthentication = mutualAuthentication
        self.attributes = attributes
        self.others = others
        self.tags = tags
    }

    private var certificateChange: FieldChange {
        guard certificatesToRemoveFirst > 0 else { return .inPlace }
        return .interrupting(
            "the quota Certificates per Application Load Balancer leaves no room for the new ones beside the old, so "
                + "\(certificatesToRemoveFirst) of the latter go first; until the new ones are there, their hosts get the "
                + "default certificate")
    }

    /// The listener with an answer of 404 in place of a default action that serves.
    var withClosedDefault: ListenerSpec {
        if case .fixedResponse(let response)? = defaultActions.last, response.statusCode >= 400 { return self }
        var closed = self
        closed.defaultActions = [OwnAnswers.notFound]
        return closed
    }

    var fields: [ResourceField] {
        var fields = [
            ResourceField(
                "loadBalancer", .link(loadBalancer), change: .replacing("a listener belongs to one load balancer")),
            ResourceField("port", .integer(port)).asGuard,
            ResourceField(
                "protocol", .string(`protocol`),
                change: .interrupting("connections that are open on port \(port) may be closed")),
            ResourceField("sslPolicy", .optional(sslPolicy)).asGuard,
            ResourceField(
                "defaultCertificate", defaultCertificate.map(FieldValue.link) ?? .absent, sparesLinks: true),
            ResourceField(
                "certificates", .list(certificates.map(FieldValue.link)), change: certificateChange, sparesLinks: true
            ).implied(by: .list([])),
        ]
        if let mutualAuthentication {
            fields.append(ResourceField("mutualAuthentication.mode", .string(mutualAuthentication.mode)).asGuard)
            fields.append(
                ResourceField(
                    "mutualAuthentication.trustStore",
                    mutualAuthentication.trustStore.map(FieldValue.link) ?? .absent
                ).asGuard)
            fields.append(
                ResourceField(
                    "mutualAuthentication.ignoreClientCertificateExpiry",
                    .boolean(mutualAuthentication.ignoresClientCertificateExpiry)
                ).asGuard)
        }
        fields += RuleAction.fields(defaultActions, prefix: "defaultActions").map(\.asFallback)
        if !others.isEmpty { fields.append(ResourceField("defaultActions[others]", .strings(others)).asFallback) }
        return fields + ResourceField.attributes(attributes, of: ManagedAttributes.listener) + ResourceField.tags(tags)
    }
}
