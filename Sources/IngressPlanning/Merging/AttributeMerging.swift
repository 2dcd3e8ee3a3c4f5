import LoadBalancerModel

/// Chooses the settings of a load balancer as a whole from those of several.
struct AttributeMerging {
    private let plans: [LoadBalancerPlan]
    /// The limit on bodies where all have the same.
    private let commonBodyLimit: Int?

    init(_ plans: [LoadBalancerPlan]) {
        self.plans = plans
        let limits = Set(plans.map(\.attributes.limits.maximumRequestBodyBytes))
        commonBodyLimit = limits.count == 1 ? limits.first.flatMap(\.self) : nil
    }

    /// The limit on bodies is a setting of routes wherever it differs, see ``bodyLimit(of:)``; every other setting is
    /// the most lenient one, so that nothing stops working for being merged.
    var attributes: LoadBalancerAttributes {
        let all = plans.map(\.attributes)
        return LoadBalancerAttributes(
            timeouts: ListenerTimeouts(
                requestHeadMilliseconds: all.compactMap(\.timeouts.requestHeadMilliseconds).max(),
                idleMilliseconds: all.compactMap(\.timeouts.idleMilliseconds).max(),
                requestBodyMilliseconds: all.compactMap(\.timeouts.requestBodyMilliseconds).max()),
            limits: LoadBalancerLimits(
                maximumRequestBodyBytes: commonBodyLimit,
                maximumRequestHeadBytes: all.compactMap(\.limits.maximumRequestHeadBytes).max(),
                maximumConnections: all.compactMap(\.limits.maximumConnections).max()),
            accessLog: all.compactMap(\.accessLog).first,
            mergeSlashes: all.contains { $0.mergeSlashes } || all.isEmpty,
            tags: all.reduce(into: [:]) { tags, attributes in
                tags.merge(attributes.tags) { mine, _ in mine }
            })
    }

    var scheme: LoadBalancerScheme {
        plans.isEmpty || plans.contains { $0.scheme == .internetFacing } ? .internetFacing : .internal
    }

    var addressing: Addressing {
        let families = Set(plans.map(\.addressing.family))
        var addresses: [String] = []
        for address in plans.flatMap(\.addressing.addresses) where !addresses.contains(address) {
            addresses.append(address)
        }
        return Addressing(family: families.count > 1 ? .dualstack : families.first ?? .ipv4, addresses: addresses)
    }

    /// The limit that the routes of a plan get where they have none; nil where all load balancers have the same.
    func bodyLimit(of plan: LoadBalancerPlan) -> Int? {
        commonBodyLimit == nil ? plan.attributes.limits.maximumRequestBodyBytes : nil
    }

    // MARK: Findings

    /// Tells the classes whose settings are not in force.
    func report(log: inout DiagnosticLog) {
        let merged = attributes
        report("spec.timeouts.requestHead", chosen: merged.timeouts.requestHeadMilliseconds, log: &log) {
            $0.timeouts.requestHeadMilliseconds
        }
        report("spec.timeouts.idle", chosen: merged.timeouts.idleMilliseconds, log: &log) {
            $0.timeouts.idleMilliseconds
        }
        report("spec.timeouts.requestBody", chosen: merged.timeouts.requestBodyMilliseconds, log: &log) {
            $0.timeouts.requestBodyMilliseconds
        }
        report("spec.limits.maximumRequestHead", chosen: merged.limits.maximumRequestHeadBytes, log: &log) {
            $0.limits.maximumRequestHeadBytes
        }
        report("spec.limits.maximumConnections", chosen: merged.limits.maximumConnections, log: &log) {
            $0.limits.maximumConnections
        }
        report("spec.accessLog", chosen: merged.accessLog?.format.rawValue, log: &log) { $0.accessLog?.format.rawValue }
        report("spec.mergeSlashes", chosen: merged.mergeSlashes, log: &log) { $0.mergeSlashes }
        let scheme = scheme
        for plan in plans {
            if plan.scheme != scheme {
                report(plan, field: "spec.scheme", value: plan.scheme.rawValue, chosen: scheme.rawValue, log: &log)
            }
        }
    }

    private func report<Value: Equatable>(
        _ field: String, chosen: Value?, log: inout DiagnosticLog, _ value: (LoadBalancerAttributes) -> Value?
    ) {
        for plan in plans {
            guard let own = value(plan.attributes), let chosen, own != chosen else { continue }
            report(plan, field: field, value: "\(own)", chosen: "\(chosen)", log: &log)
        }
    }

    private func report(
        _ plan: LoadBalancerPlan, field: String, value: String, chosen: String, log: inout DiagnosticLog
    ) {
        log.add(
            .warning, "SharedListenerSetting", on: plan.classReference, field: field,
            "The parameters of the class ask for '\(value)', and '\(chosen)' is in force, since its load balancer shares "
                + "its listeners with others", value: value,
            remedy: "give the class listeners of its own in its parameters, or the same value to all")
    }
}
