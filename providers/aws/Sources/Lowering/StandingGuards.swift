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
    /// The plan with the scheme, the ports and the redirects of what exists, where it leaves them unsettled.
    func settled(beside standing: StandingResources) -> LoadBalancerPlan {
        var plan = self
        if leavesUnsettled(.scheme), let scheme = standing.scheme { plan.scheme = scheme }
        if leavesUnsettled(.listeners) { plan.keepPorts(standing.ports) }
        if leavesUnsettled(.redirects) { plan.keepRedirects(standing.redirects) }
        return plan
    }

    /// Listens on what is listened on, and on what is asked for.
    ///
    /// - Parameter others: the ports that aren't asked for by any Ingress that is served.
    mutating func keepPorts(_ ports: [StandingResources.StandingPort], without others: Set<Int> = []) {
        guard !ports.isEmpty else { return }
        let tls = listeners.lazy.compactMap(\.tls).first ?? ListenerTLS()
        listeners.removeAll { others.contains($0.port) }
        // The standard ones are those of Ingresses that name none.
        if listenerSource == .standard, isForNobody { listeners = [] }
        for standing in ports where !listeners.contains(where: { $0.port == standing.port }) {
            let isTaken = listeners.contains { $0.name == standing.name }
            listeners.append(
                Listener(
                    name: isTaken ? "\(standing.name)-\(standing.port)" : standing.name,
                    protocol: standing.isSecure ? .https : .http, port: standing.port,
                    tls: standing.isSecure ? tls : nil))
        }
        listeners.sort { ($0.port, $0.name) < ($1.port, $1.name) }
    }

    /// The plan with the guards unsettled of Ingresses whose load balancer can't be told, and that have something here.
    func settled(among observed: ObservedGraph<AWSResource>) -> LoadBalancerPlan {
        let undecided = (withheld ?? []).filter { $0.undecidedGuards != nil }
        guard !undecided.isEmpty else { return self }
        let present = Set(observed.resources.compactMap(\.member))
        let guards = undecided.filter { present.contains($0.ingress) }.flatMap { $0.undecidedGuards ?? [] }
        guard !guards.isEmpty else { return self }
        var plan = self
        plan.unsettledGuards = LoadBalancerGuard.allCases.filter { guards.contains($0) || leavesUnsettled($0) }
        return plan
    }

    /// Whether all of its Ingresses are left out, so that nothing need be made for them yet.
    var isForNobody: Bool { withheld != nil && routes.allSatisfy { $0.ingress == nil } }

    /// Whether a guard stays as it stands.
    func leavesUnsettled(_ guarded: LoadBalancerGuard) -> Bool { unsettledGuards?.contains(guarded) ?? false }
}
