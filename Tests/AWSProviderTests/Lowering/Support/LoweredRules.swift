import LoadBalancerModel
import Provisioning

@testable import AWSProvider

extension Lowering<AWSResource> {
    /// The rules of a listener, in the order in which requests meet them.
    func rules(of listener: String) -> [DesiredResource<AWSResource>] {
        let list = graph.precedence.first { $0.owner.name == listener }
        return (list?.members ?? []).compactMap { graph[$0] }
    }
}

extension DesiredResource<AWSResource> {
    /// What is asked for of a rule.
    var rule: RuleSpec {
        guard case .rule(let spec) = resource else { preconditionFailure("\(reference) is no rule") }
        return spec
    }
}
