import Foundation

/// Listeners.
extension CloudCall {
    mutating func createListener() throws(ServiceFailure) -> AWSValue? {
        let balancer = try loadBalancer(required("LoadBalancerArn"))
        guard let port = integer("Port") else { throw .validation("A port must be specified for listeners") }
        guard let scheme = string("Protocol") else { throw .validation("A protocol must be specified for listeners") }
        var wanted = AWSWorld.Listener(
            arn: "", loadBalancerARN: balancer.arn, port: port, protocol: scheme, defaultActions: [],
            attributes: AttributeTable.listener.defaults, tags: try tagging.tags(input["Tags"]))
        try applySettings(to: &wanted)
        if let existing = world.listeners(of: balancer.arn).first(where: { $0.port == port }) {
            // Creating is idempotent where nothing is different.
            var same = wanted
            same.arn = existing.arn
            same.certificates = existing.certificates
            same.attributes = existing.attributes
            guard same == existing else {
                throw ServiceFailure(
                    "DuplicateListener",
                    "A listener already exists on this port for this load balancer '\(balancer.arn)'")
            }
            return ["Listeners": [answer(existing)]]
        }
        guard world.listeners(of: balancer.arn).count < quotas.listenersPerLoadBalancer else {
            throw ServiceFailure("TooManyListeners", "The load balancer has the most listeners that are allowed")
        }
        let path = balancer.arn.components(separatedBy: ":loadbalancer/").last ?? ""
        let id = world.nextIdentifier()
        wanted.arn = world.arn("elasticloadbalancing", "listener/\(path)/\(id)")
        let ruleARN = world.arn("elasticloadbalancing", "listener-rule/\(path)/\(id)/\(world.nextIdentifier())")
        world.listeners[wanted.arn] = wanted
        world.rules[ruleARN] = AWSWorld.Rule(
            arn: ruleARN, listenerARN: wanted.arn, priority: nil, conditions: [], actions: wanted.defaultActions,
            transforms: [], tags: [:])
        try checkTargetGroups(of: balancer.arn)
        try checkVerifyingListeners(of: balancer.arn)
        return ["Listeners": [answer(wanted)]]
    }

    mutating func modifyListener() throws(ServiceFailure) -> AWSValue? {
        var changed = try listener(required("ListenerArn"))
        if let port = integer("Port"), port != changed.port {
            guard !world.listeners(of: changed.loadBalancerARN).contains(where: { $0.port == port }) else {
                throw ServiceFailure(
                    "DuplicateListener", "A listener already exists on this port for this load balancer")
            }
            changed.port = port
        }
        changed.protocol = string("Protocol") ?? changed.protocol
        try applySettings(to: &changed)
        world.listeners[changed.arn] = changed
        for rule in world.rules(of: changed.arn) {
            if rule.priority == nil { world.rules[rule.arn]?.actions = changed.defaultActions }
            // The rules that stay must go with a protocol that changes.
            _ = try RuleActions(call: self, listener: changed)
                .normalized(rule.priority == nil ? changed.defaultActions : rule.actions)
        }
        try checkTargetGroups(of: changed.loadBalancerARN)
        try checkVerifyingListeners(of: changed.loadBalancerARN)
        return ["Listeners": [answer(changed)]]
    }

    mutating func deleteListener() throws(ServiceFailure) -> AWSValue? {
        let listener = try listener(required("ListenerArn"))
        world.rules.removeAll { $0.listenerARN == listener.arn }
        world.listeners[listener.arn] = nil
        return nil
    }

    mutating func describeListeners() throws(ServiceFailure) -> AWSValue? {
        var found: [AWSWorld.Listener] = []
        switch (string("LoadBalancerArn"), strings("ListenerArns")) {
        case (let arn?, nil): found = world.listeners(of: try loadBalancer(arn).arn)
        case (nil, let arns?): for arn in arns { found.append(try listener(arn)) }
        default: throw .validation("You must specify either listener ARNs or a load balancer ARN")
        }
        let (items, next) = try page(found)
        return .object(["Listeners": .list(items.map { answer($0) }), "NextMarker": next])
    }

    mutating func describeListenerAttributes() throws(ServiceFailure) -> AWSValue? {
        ["Attributes": AttributeTable.list(try listener(required("ListenerArn")).attributes)]
    }

    mutating func modifyListenerAttributes() throws(ServiceFailure) -> AWSValue? {
        var changed = try listener(required("ListenerArn"))
        let changes = try AttributeTable.listener.changes(input["Attributes"], kind: "Listener")
        for key in changes.keys.sorted() where changed.protocol != "HTTPS" && key.contains(".request.x_amzn_") {
            throw .validation("Listener attribute key '\(key)' is supported by HTTPS listeners alone")
        }
        changed.attributes.merge(changes) { _, new in new }
        world.listeners[changed.arn] = changed
        return ["Attributes": AttributeTable.list(changed.attributes)]
    }

    func answer(_ listener: AWSWorld.Listener) -> AWSValue {
        .object([
            "ListenerArn": .string(listener.arn),
            "LoadBalancerArn": .string(listener.loadBalancerARN),
            "Port": .integer(listener.port),
            "Protocol": .string(listener.protocol),
            "SslPolicy": listener.sslPolicy.map { .string($0) },
            "Certificates": listener.defaultCertificate.map { [["CertificateArn": .string($0)]] },
            "DefaultActions": .list(listener.defaultActions),
            "MutualAuthentication": listener.mutualAuthentication,
        ])
    }

    // MARK: Settings

    /// Puts the call's actions and TLS settings on a listener.
    private func applySettings(to listener: inout AWSWorld.Listener) throws(ServiceFailure) {
        guard listener.protocol == "HTTP" || listener.protocol == "HTTPS" else {
            throw ServiceFailure(
                "UnsupportedProtocol",
                "Protocol '\(listener.protocol)' must be one of 'HTTP, HTTPS' for this load balancer")
        }
        guard input["AlpnPolicy"] == nil else {
            throw .validation("An ALPN policy cannot be specified for listeners of an Application Load Balancer")
        }
        if let actions = input["DefaultActions"]?.list {
            listener.defaultActions = try RuleActions(call: self, listener: listener).normalized(actions)
        }
        guard listener.protocol == "HTTPS" else {
            for name in ["Certificates", "SslPolicy", "MutualAuthentication"] where input[name] != nil {
                throw .validation("\(name) cannot be specified for HTTP listeners")
            }
            listener.sslPolicy = nil
            listener.defaultCertificate = nil
            listener.certificates = []
            listener.mutualAuthentication = nil
            return
        }
        if let certificates = input["Certificates"]?.list {
            listener.defaultCertificate = try defaultCertificate(certificates)
        }
        guard listener.defaultCertificate != nil else {
            throw .validation("A certificate must be specified for HTTPS listeners")
        }
        if let policy = string("SslPolicy") {
            guard SSLPolicies.names.contains(policy) else {
                throw ServiceFailure("SSLPolicyNotFound", "SSL policy '\(policy)' not found")
            }
            listener.sslPolicy = policy
        }
        listener.sslPolicy = listener.sslPolicy ?? "ELBSecurityPolicy-2016-08"
        if let settings = input["MutualAuthentication"] {
            listener.mutualAuthentication = try mutualAuthentication(settings)
        }
        listener.mutualAuthentication = listener.mutualAuthentication ?? ["Mode": "off"]
    }

    private func defaultCertificate(_ certificates: [AWSValue]) throws(ServiceFailure) -> String {
        guard certificates.count == 1 else {
            throw .validation("Up to '1' certificate ARNs can be specified, but '\(certificates.count)' were specified")
        }
        // "Set CertificateArn to the certificate ARN but do not set IsDefault."
        guard certificates[0]["IsDefault"] == nil else {
            throw .validation("You cannot set the isDefault parameter for a certificate")
        }
        return try usableCertificate(certificates[0]["CertificateArn"]?.string ?? "")
    }

    /// A certificate that ACM has issued.
    func usableCertificate(_ arn: String) throws(ServiceFailure) -> String {
        guard let certificate = world.certificates[arn] else {
            throw ServiceFailure("CertificateNotFound", "Certificate '\(arn)' not found")
        }
        guard certificate.status == "ISSUED" else {
            throw ServiceFailure(
                "UnsupportedCertificate",
                "The certificate '\(arn)' must have a fully-qualified domain name, a supported "
                    + "signature, and a supported key size.")
        }
        return arn
    }

    private func mutualAuthentication(_ settings: AWSValue) throws(ServiceFailure) -> AWSValue {
        let mode = settings["Mode"]?.string ?? "off"
        let store = settings["TrustStoreArn"]?.string
        guard ["off", "passthrough", "verify"].contains(mode) else {
            throw .validation("Mutual Authentication mode '\(mode)' is not one of 'off, passthrough, verify'")
        }
        guard settings["TrustStoreAssociationStatus"] == nil else {
            throw .validation("TrustStoreAssociationStatus cannot be specified")
        }
        guard mode == "verify" else {
            for name in ["TrustStoreArn", "IgnoreClientCertificateExpiry", "AdvertiseTrustStoreCaNames"]
            where settings[name] != nil {
                throw .validation("\(name) cannot be specified with mutual authentication mode '\(mode)'")
            }
            return ["Mode": .string(mode)]
        }
        guard let store else { throw .validation("A trust store must be specified for mode 'verify'") }
        _ = try trustStore(store)
        return [
            "Mode": "verify", "TrustStoreArn": .string(store),
            "IgnoreClientCertificateExpiry": .boolean(settings["IgnoreClientCertificateExpiry"]?.boolean ?? false),
            "AdvertiseTrustStoreCaNames": .string(settings["AdvertiseTrustStoreCaNames"]?.string ?? "off"),
            "TrustStoreAssociationStatus": "active",
        ]
    }

    private func checkVerifyingListeners(of loadBalancerARN: String) throws(ServiceFailure) {
        let verifying = world.listeners(of: loadBalancerARN).filter {
            $0.mutualAuthentication?["Mode"]?.string == "verify"
        }
        guard verifying.count <= quotas.verifyingListenersPerLoadBalancer else {
            throw ServiceFailure(
                "InvalidConfigurationRequest",
                "At most \(quotas.verifyingListenersPerLoadBalancer) listeners of a load "
                    + "balancer can verify client certificates")
        }
    }
}
