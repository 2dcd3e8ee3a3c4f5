internal import LoadBalancerModel
internal import Provisioning

/// What guards a load balancer that exists, for what a plan leaves unsettled.
struct StandingGuards: Hashable, Sendable {
    /// What a listener of HTTPS asks of clients.
    struct Listener: Hashable, Sendable {
        var securityPolicy: String?
        /// `off`, `passthrough` or `verify`.
        var mode = "off"
        var trustStore: ResourceLink?
        var ignoresExpiry = false

        init(_ spec: ListenerSpec) {
            securityPolicy = spec.sslPolicy
            guard let authentication = spec.mutualAuthentication else { return }
            mode = authentication.mode
            trustStore = authentication.trustStore
            ignoresExpiry = authentication.ignoresClientCertificateExpiry
        }

        var mutualAuthentication: ListenerSpec.MutualAuthentication? {
            guard mode != "off" else { return nil }
            return .init(mode: mode, trustStore: trustStore, ignoresClientCertificateExpiry: ignoresExpiry)
        }
    }

    /// The security groups of others; empty where the provider manages one.
    private(set) var securityGroups: [ResourceLink] = []
    private(set) var webACL: LoadBalancerSpec.WebACL
    /// What the managed security group lets in, by port.
    private var networks: [Int: [String]] = [:]
    /// Those of HTTPS, by port.
    private var listeners: [Int: Listener] = [:]

    init(
        _ balancer: ObservedResource<AWSResource>, _ spec: LoadBalancerSpec, in observed: ObservedGraph<AWSResource>
    ) {
        webACL = spec.webACL
        var managed: SecurityGroupSpec?
        for resource in observed.resources {
            switch resource.resource {
            case .securityGroup(let group) where spec.securityGroups.contains(.identifier(resource.identifier)):
                managed = group
            case .listener(let listener) where listener.loadBalancer == .identifier(balancer.identifier):
                if listener.protocol == "HTTPS" { listeners[listener.port] = Listener(listener) }
                networks[listener.port] = networks[listener.port] ?? []
            default: break
            }
        }
        if let managed {
            for rule in managed.ingress { networks[rule.port, default: []].append(rule.cidr) }
        } else {
            securityGroups = spec.securityGroups
        }
    }

    /// The networks that are let in to a port. A port that is new lets in no more than the first one of those there are.
    func networks(port: Int) -> [String]? { networks[port] ?? networks.min { $0.key < $1.key }?.value }

    func securityPolicy(port: Int) -> String? { listeners[port]?.securityPolicy }

    /// What is asked of clients on a port, on a new one the strictest that is asked for on others.
    func mutualAuthentication(port: Int) -> ListenerSpec.MutualAuthentication? {
        if let listener = listeners[port] { return listener.mutualAuthentication }
        let byPort = listeners.sorted { $0.key < $1.key }.map(\.value)
        return (byPort.first { $0.mode == "verify" } ?? byPort.first { $0.mode != "off" })?.mutualAuthentication
    }
}

extension LoadBalancerPlan {
    /// The plan with the scheme of what exists, where it leaves that unsettled.
    func settled(beside standing: StandingResources) -> LoadBalancerPlan {
        guard leavesUnsettled(.scheme), let scheme = standing.scheme else { return self }
        var plan = self
        plan.scheme = scheme
        return plan
    }

    /// Whether all of its Ingresses are left out, so that nothing need be made for them yet.
    var isForNobody: Bool { withheld != nil && routes.allSatisfy { $0.ingress == nil } }

    /// Whether a guard stays as it stands.
    func leavesUnsettled(_ guarded: LoadBalancerGuard) -> Bool { unsettledGuards?.contains(guarded) ?? false }
}
