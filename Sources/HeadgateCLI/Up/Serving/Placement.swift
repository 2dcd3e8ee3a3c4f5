import DataPlane
import IngressPlanning
import KubernetesModel
import LoadBalancerModel
import Provisioning

/// Which plan is served on which listeners.
struct Placement: Sendable {
    /// Plans that share listeners, merged into one.
    struct Group: Sendable {
        var listeners: [ListenerAddress]
        var plan: LoadBalancerPlan
        var assets: PlanAssets
        /// The Ingresses whose status shows the address of these listeners.
        var members: [NamespacedName]
        /// The parameters that gave the listeners; nil for those of the command line.
        var parameters: ObjectReference?

        /// Whose load balancer it is: a set of listeners has one, whichever plans are served there.
        var owner: Owner {
            Owner(
                cluster: SoftwareProvider.cluster,
                loadBalancer: listeners.map(\.label).sorted().joined(separator: ", "))
        }
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
        var taken = ListenerClaims<Holder>()
        _ = taken.claim(shared, for: "the command line")
        for (listeners, plans) in Self.byListeners(own, commandLine: shared) {
            // All or none: a group that is not served holds nothing.
            var claimed = taken
            if let (listener, holder) = claimed.claim(listeners, for: "load balancer \(plans[0].name)") {
                diagnostics += plans.map { Self.conflict($0, listener, holder: holder) }
                continue
            }
            taken = claimed
            var group = Self.group(plans, listeners: listeners, result: result, diagnostics: &diagnostics)
            group.parameters = result.memory.source(ofClass: plans[0].identity.ingressClass)
            group.plan = group.plan.asked(on: listeners)
            self.own.append(group)
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

    /// Who listens on an address, and on which.
    fileprivate struct Holder {
        var name: String
        var listener: ListenerAddress
    }

    /// Plans with the same set of listeners belong together.
    private static func byListeners(
        _ plans: [LoadBalancerPlan], commandLine: [ListenerAddress]
    ) -> [(listeners: [ListenerAddress], plans: [LoadBalancerPlan])] {
        var groups: [(listeners: [ListenerAddress], plans: [LoadBalancerPlan])] = []
        for plan in plans {
            let listeners = plan.addresses(commandLine: commandLine)
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
        _ plan: LoadBalancerPlan, _ listener: ListenerAddress, holder: Holder
    ) -> Diagnostic {
        let remedy = "Give the class another port in its parameters"
        let same = NetworkAddress(holder.listener) == NetworkAddress(listener)
        let problem =
            same
            ? "is a listener of \(holder.name) already"
            : "can't be bound beside \(holder.listener.label), a listener of \(holder.name)"
        return Diagnostic(
            object: ObjectReference(kind: "IngressClass", name: plan.identity.ingressClass),
            field: "spec.parameters",
            severity: .error,
            reason: "ListenerConflict",
            message: "load balancer \(plan.name) is not served: \(listener.label) of its parameters \(problem). "
                + "\(remedy).",
            value: listener.label,
            remedy: remedy)
    }
}

extension ListenerClaims<Placement.Holder> {
    /// Claims the listeners of one engine, up to the first that is not free.
    ///
    /// - Returns: The listener that is not free, and who has it.
    fileprivate mutating func claim(
        _ listeners: [ListenerAddress], for name: String
    ) -> (listener: ListenerAddress, holder: Holder)? {
        for listener in listeners {
            let address = listeners.takesIPv4(on: NetworkAddress(listener)) ? nil : listener.address
            let holder = Holder(name: name, listener: listener)
            if let claim = claim(address, port: listener.port, for: holder) { return (listener, claim.holder) }
        }
        return nil
    }
}

extension LoadBalancerPlan {
    /// The plan with listeners of its own, which a merged plan doesn't have.
    fileprivate func asked(on listeners: [ListenerAddress]) -> LoadBalancerPlan {
        var plan = served(
            on: listeners.map { BoundListener(protocol: $0.protocol, address: $0.address, port: $0.port) })
        plan.listenerSource = .parameters
        return plan
    }

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
