import Provisioning

/// Tells whether what was made does its work.
struct AWSReadiness: Sendable {
    let client: AWSClient

    func readiness(of resource: AWSResource, identifier: String, takesOver: Bool) async throws -> Readiness {
        switch resource {
        case .loadBalancer(let spec): try await loadBalancer(spec, identifier)
        case .targets: takesOver ? try await targets(identifier) : .ready
        case .securityGroup, .listener, .rule, .targetGroup, .certificate, .trustStore: .ready
        }
    }

    private func loadBalancer(_ spec: LoadBalancerSpec, _ arn: String) async throws -> Readiness {
        guard let state = try await client.loadBalancers([arn]).first?.state else {
            return .pending("AWS doesn't tell of the load balancer \(spec.name) yet")
        }
        switch state.code {
        case "active", "active_impaired", nil: return .ready
        case "failed":
            return .failed(
                "AWS couldn't set up the load balancer \(spec.name): \(state.reason ?? "no reason given"); mend that, delete "
                    + "it, and run again")
        default: return .pending("the load balancer \(spec.name) is being provisioned")
        }
    }

    private func targets(_ identifier: String) async throws -> Readiness {
        let group = ResourceIdentifier.targetGroup(ofTargets: identifier)
        let told = try await client.orNone { try await client.targetHealth(group) }.filter(\.isRegistered)
        let states = told.map { $0.targetHealth?.state ?? "unknown" }
        let healthy = states.filter { $0 == "healthy" }.count
        if told.isEmpty || healthy > 0, !states.contains("initial") { return .ready }
        let other = told.first { $0.targetHealth?.state != "healthy" }?.targetHealth
        let why = other?.description ?? other?.reason ?? other?.state ?? "no reason given"
        return .pending("\(healthy) of \(told.count) targets are healthy; of one that isn't AWS says: \(why)")
    }
}
