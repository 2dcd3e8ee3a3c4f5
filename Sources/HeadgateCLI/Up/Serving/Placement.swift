import DataPlane
import IngressPlanning
import KubernetesModel
import LoadBalancerModel

/// Which plan is served on which listeners.
struct Placement: Sendable {
    /// Plans that share listeners, merged into one.
    struct Group: Sendable {
        var listeners: [ListenerAddress]
        var plan: LoadBalancerPlan
        var assets: PlanAssets
        /// The Ingresses whose status shows the address of these listeners.
        var members: [NamespacedName]
    }

    /// What is served on the listeners of the command line.
    var shared: Group
    /// What parameters gave listeners of its own.
    var own: [Group]
    var diagnostics: [Diagnostic]
}

extension Placement {
    /// Places the plans of `result`.
    ///
    /// - Parameters:
    ///   - result: what the planner made.
    ///   - shared: the listeners of the command line.
    init(_ result: PlanningResult, shared: [ListenerAddress]) {
        var diagnostics = Self.foreignProviders(result.plans)
        let (standard, own) = PlanMerging.split(result.plans)
        self.shared = Self.group(standard, listeners: shared, result: result, diagnostics: &diagnostics)
        self.own = []
        var taken = Dictionary(shared.filter { $0.port != 0 }.map { (Socket($0), "the command line") }) { $1 }
        for (listeners, plans) in Self.byListeners(own, hosts: Self.hosts(of: shared)) {
            let conflict = listeners.first { taken[Socket($0)] != nil }
            if let conflict, let holder = taken[Socket(conflict)] {
                diagnostics += plans.map { Self.conflict($0, conflict, holder: holder) }
                continue
            }
            for listener in listeners { taken[Socket(listener)] = "load balancer \(plans[0].name)" }
            self.own.append(Self.group(plans, listeners: listeners, result: result, diagnostics: &diagnostics))
        }
        self.diagnostics = diagnostics
    }

    /// What to say of classes whose parameters name another provider: this command has one load balancer, its own.
    private static func foreignProviders(_ plans: [LoadBalancerPlan]) -> [Diagnostic] {
        var seen: Set<LoadBalancerIdentity> = []
        return plans.compactMap { plan in
            let identity = LoadBalancerIdentity(
                cluster: plan.identity.cluster, ingressClass: plan.identity.ingressClass)
            guard plan.provider.name != ownProvider, seen.insert(identity).inserted else { return nil }
            let remedy = "Nothing of it is provisioned by headgate up; leave the class out here, or set the provider "
            return Diagnostic(
                object: ObjectReference(kind: "IngressClass", name: plan.identity.ingressClass),
                field: "spec.parameters",
                severity: .warning,
                reason: "ServedBySoftware",
                message: "The parameters of the class '\(plan.identity.ingressClass)' name the provider "
                    + "'\(plan.provider.name)', but headgate up serves the class with the load balancer of its own "
                    + "process. \(remedy)\(ownProvider).",
                value: plan.provider.name,
                remedy: "\(remedy)\(ownProvider).")
        }
    }

    /// The provider that is the load balancer of this process.
    private static let ownProvider = "software"

    /// An address and port, whatever is spoken there.
    private struct Socket: Hashable {
        var address: String
        var port: Int

        init(_ listener: ListenerAddress) {
            self.address = listener.address
            self.port = listener.port
        }
    }

    /// The addresses of the command line's listeners, on which listeners without an address of their own are bound.
    private static func hosts(of listeners: [ListenerAddress]) -> [String] {
        var hosts: [String] = []
        for listener in listeners where !hosts.contains(listener.address) { hosts.append(listener.address) }
        return hosts
    }

    /// Plans with the same set of listeners belong together.
    private static func byListeners(
        _ plans: [LoadBalancerPlan], hosts: [String]
    ) -> [(listeners: [ListenerAddress], plans: [LoadBalancerPlan])] {
        var groups: [(listeners: [ListenerAddress], plans: [LoadBalancerPlan])] = []
        for plan in plans {
            let listeners = plan.listeners.flatMap { listener in
                (listener.addresses.isEmpty ? hosts : listener.addresses).map {
                    ListenerAddress(protocol: listener.protocol, address: $0, port: listener.port)
                }
            }
            if let index = groups.firstIndex(where: { Set($0.listeners) == Set(listeners) }) {
                groups[index].plans.append(plan)
            } else {
                groups.append((listeners, [plan]))
            }
        }
        return groups
    }

    private static func group(
        _ plans: [LoadBalancerPlan], listeners: [ListenerAddress], result: PlanningResult,
        diagnostics: inout [Diagnostic]
    ) -> Group {
        var assets = PlanAssets()
        for plan in plans {
            if let own = result.assets[plan.name] { assets.merge(own) }
        }
        let members = Set(plans.flatMap { result.members[$0.name] ?? [] }).sorted()
        let merged = merge(plans, idle: result.idle)
        diagnostics += merged.diagnostics
        return Group(listeners: listeners, plan: merged.plan, assets: assets, members: members)
    }

    private static func merge(
        _ plans: [LoadBalancerPlan], idle: LoadBalancerPlan
    ) -> (plan: LoadBalancerPlan, diagnostics: [Diagnostic]) {
        switch plans.count {
        case 0: (idle, [])
        case 1: (plans[0], [])
        default: PlanMerging.merge(plans)
        }
    }

    private static func conflict(
        _ plan: LoadBalancerPlan, _ listener: ListenerAddress, holder: String
    ) -> Diagnostic {
        let remedy = "Give the class another port in its parameters"
        return Diagnostic(
            object: ObjectReference(kind: "IngressClass", name: plan.identity.ingressClass),
            field: "spec.parameters",
            severity: .error,
            reason: "ListenerConflict",
            message: "load balancer \(plan.name) is not served: \(listener.label) of its parameters is a listener of "
                + "\(holder) already. \(remedy).",
            value: listener.label,
            remedy: remedy)
    }
}

extension LoadBalancerPlan {
    /// The plan with the listeners that it is really served on.
    ///
    /// Where ports differ from the planned ones, what refers to the plan's ports, such as a redirect, follows.
    func served(on listeners: [BoundListener]) -> LoadBalancerPlan {
        var plan = self
        var counts: [ListenerProtocol: Int] = [:]
        plan.listeners = listeners.map { bound in
            counts[bound.protocol, default: 0] += 1
            let number = counts[bound.protocol, default: 1]
            let planned = self.listeners.first { $0.protocol == bound.protocol && $0.port == bound.port }
            let template = planned ?? self.listeners.first { $0.protocol == bound.protocol }
            return Listener(
                name: number == 1 ? bound.protocol.rawValue : "\(bound.protocol.rawValue)-\(number)",
                protocol: bound.protocol,
                port: bound.port,
                addresses: [bound.address],
                tls: bound.protocol == .https ? template?.tls ?? ListenerTLS() : nil)
        }
        return plan
    }
}
