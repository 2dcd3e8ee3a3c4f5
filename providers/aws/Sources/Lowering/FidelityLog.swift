internal import Provisioning

/// Collects what a load balancer will do otherwise than its plan says, each finding once.
struct FidelityLog {
    private(set) var findings: [FidelityFinding] = []
    private var seen: Set<FidelityFinding> = []
    /// How the load balancer as a whole is named.
    let loadBalancer: String

    init(loadBalancer: String) {
        self.loadBalancer = "LoadBalancer \(loadBalancer)"
    }

    /// - Parameter ingress: the Ingress as `namespace/name`; nil for the load balancer as a whole.
    mutating func approximated(_ ingress: String?, _ message: String) {
        add(.approximated, ingress, message)
    }

    mutating func unsupported(_ ingress: String?, _ message: String) {
        add(.unsupported, ingress, message)
    }

    mutating func add(_ severity: FidelityFinding.Severity, _ ingress: String?, _ message: String) {
        let finding = FidelityFinding(
            severity: severity, object: ingress.map { "Ingress \($0)" } ?? loadBalancer, message: message)
        if seen.insert(finding).inserted { findings.append(finding) }
    }

    mutating func merge(_ other: FidelityLog) {
        for finding in other.findings where seen.insert(finding).inserted { findings.append(finding) }
    }
}

/// Why a route can't be had on AWS, so that its Ingress is quarantined.
struct RouteRefusal: Error, Hashable {
    /// A short, stable label in upper camel case.
    var reason: String
    /// What AWS can't do, with the value at fault and the remedy.
    var message: String
}
