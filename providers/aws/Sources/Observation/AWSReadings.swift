import Provisioning

/// A load balancer with what was read of it.
struct LoadBalancerReading: Sendable {
    var told: LoadBalancing.LoadBalancer
    var attributes: [String: String]
    var webACL: LoadBalancerSpec.WebACL
    var listeners: [ListenerReading]
    var targetGroups: [LoadBalancing.TargetGroup]
}

/// A listener with what was read of it.
struct ListenerReading: Sendable {
    var told: LoadBalancing.Listener
    var attributes: [String: String]
    /// Those chosen by server name.
    var certificates: [String]
    var rules: [LoadBalancing.Rule]
}

extension LoadBalancing.Listener {
    /// The certificate of clients without a server name, or with an unknown one.
    var defaultCertificate: String? { certificates.all().first?.certificateArn }
}

/// A target group with what was read of it.
struct TargetGroupReading: Sendable {
    var told: LoadBalancing.TargetGroup
    var attributes: [String: String]
    var targets: [LoadBalancing.TargetHealth]
}

extension AWSClient {
    /// What there is to know of a load balancer; nil where it goes away meanwhile.
    ///
    /// - Parameters:
    ///   - desired: the web ACL that it is to have.
    ///   - round: the proposals that this is for, among others.
    func reading(
        of loadBalancer: LoadBalancing.LoadBalancer, comparedWith desired: LoadBalancerSpec.WebACL,
        in round: ProposalRound
    ) async throws -> LoadBalancerReading? {
        let arn = loadBalancer.loadBalancerArn
        return try await orNone {
            async let attributes = loadBalancerAttributes(arn)
            async let webACL = webACL(of: arn, comparedWith: desired, in: round)
            async let targetGroups = targetGroups(ofLoadBalancer: arn)
            let listeners = try await concurrently(try await listeners(ofLoadBalancer: arn)) { listener in
                try await reading(of: listener)
            }
            return [
                LoadBalancerReading(
                    told: loadBalancer, attributes: try await attributes, webACL: try await webACL,
                    listeners: listeners.compactMap(\.self).sorted { $0.told.port < $1.told.port },
                    targetGroups: try await targetGroups)
            ]
        }.first
    }

    /// What there is to know of a listener; nil where it goes away meanwhile.
    func reading(of listener: LoadBalancing.Listener) async throws -> ListenerReading? {
        let arn = listener.listenerArn
        return try await orNone {
            async let attributes = listenerAttributes(arn)
            async let rules = rules(ofListener: arn)
            let certificates = listener.protocol == "HTTPS" ? try await certificates(ofListener: arn) : []
            // Some tell the default certificate among these without marking it, and the others after it where AWS tells
            // the default one alone.
            let standard = listener.defaultCertificate
            return [
                ListenerReading(
                    told: listener, attributes: try await attributes,
                    certificates: certificates.filter { $0 != standard }, rules: try await rules)
            ]
        }.first
    }

    /// What there is to know of a target group; nil where it goes away meanwhile.
    func reading(of targetGroup: LoadBalancing.TargetGroup) async throws -> TargetGroupReading? {
        let arn = targetGroup.targetGroupArn
        return try await orNone {
            async let attributes = targetGroupAttributes(arn)
            async let targets = targetHealth(arn)
            return [
                TargetGroupReading(told: targetGroup, attributes: try await attributes, targets: try await targets)
            ]
        }.first
    }
}
