/// What the identifiers of resources say about them.
enum ResourceIdentifier {
    enum Kind: Hashable {
        case loadBalancer, targetGroup, trustStore, certificate, securityGroup, listener, rule, targets
    }

    /// The targets of a target group have no identifier of AWS's.
    private static let targetsSuffix = "#targets"

    static func targets(of targetGroup: String) -> String { targetGroup + targetsSuffix }

    /// The target group of a group's targets.
    static func targetGroup(ofTargets identifier: String) -> String {
        identifier.hasSuffix(targetsSuffix) ? String(identifier.dropLast(targetsSuffix.count)) : identifier
    }

    /// The kind of the resource; nil for one that the provider doesn't make.
    static func kind(of identifier: String) -> Kind? {
        if identifier.hasPrefix("sg-") { return .securityGroup }
        if identifier.hasSuffix(targetsSuffix) { return .targets }
        let parts = identifier.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn" else { return nil }
        switch (parts[2], parts[5].split(separator: "/").first) {
        case ("acm", "certificate"): return .certificate
        case ("elasticloadbalancing", "loadbalancer") where parts[5].hasPrefix("loadbalancer/app/"):
            return .loadBalancer
        case ("elasticloadbalancing", "targetgroup"): return .targetGroup
        case ("elasticloadbalancing", "truststore"): return .trustStore
        case ("elasticloadbalancing", "listener"): return .listener
        case ("elasticloadbalancing", "listener-rule"): return .rule
        case ("ec2", "security-group"): return .securityGroup
        default: return nil
        }
    }
}
