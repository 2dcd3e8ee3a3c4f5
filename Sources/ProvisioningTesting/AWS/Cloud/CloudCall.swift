import Foundation

/// A call in the hands of its operation.
///
/// What a write changes in `world` comes into force when it returns, and not at all when it throws.
struct CloudCall {
    /// What exists: for a write as it is, for a read as it can be seen by now.
    var world: AWSWorld
    var progress: CloudProgress
    let input: AWSValue
    let settings: CloudSettings

    var quotas: CloudQuotas { settings.quotas }
    var now: Double { settings.now().timeIntervalSince1970.rounded(.down) }

    func string(_ name: String) -> String? { input[name]?.string }
    func integer(_ name: String) -> Int? { input[name]?.integer }
    func strings(_ name: String) -> [String]? { input[name]?.strings }

    /// A parameter that the model requires, and so has been found to be there.
    func required(_ name: String) -> String { input[name]?.string ?? "" }
}

/// What moves on as the cloud is read, rather than as it is written: no clock is asked.
struct CloudProgress: Sendable {
    var describesOfLoadBalancer: [String: Int] = [:]
    var healthReads: [TargetKey: Int] = [:]
    var draining: [TargetKey: Int] = [:]
    /// What a test has said of a target's health.
    var healthOverrides: [TargetKey: TargetHealth] = [:]
    /// How many deletions of a security group are still refused.
    var lingeringInterfaces: [String: Int] = [:]
}

struct TargetKey: Hashable, Sendable {
    let group: String
    let id: String
    let port: Int
}

/// The health of a target.
package struct TargetHealth: Hashable, Sendable {
    package var state: String
    package var reason: String?
    package var description: String?

    package init(_ state: String, reason: String? = nil, description: String? = nil) {
        self.state = state
        self.reason = reason
        self.description = description
    }

    package static let healthy = TargetHealth("healthy")
    package static let unhealthy = TargetHealth(
        "unhealthy", reason: "Target.ResponseCodeMismatch", description: "Health checks failed with these codes: [503]")
    static let initial = TargetHealth(
        "initial", reason: "Elb.RegistrationInProgress", description: "Target registration is in progress")
    static let unused = TargetHealth(
        "unused", reason: "Target.NotInUse",
        description: "Target group is not configured to receive traffic from the load balancer")
    static let notRegistered = TargetHealth(
        "unused", reason: "Target.NotRegistered", description: "Target is not registered to the target group")
    static let draining = TargetHealth(
        "draining", reason: "Target.DeregistrationInProgress", description: "Target deregistration is in progress")
}

/// What a service does on a call.
struct CloudOperation: Sendable {
    enum Effect { case read, write }
    typealias Body = @Sendable (inout CloudCall) throws(ServiceFailure) -> AWSValue?

    let effect: Effect
    let body: Body

    static func read(_ body: @escaping Body) -> CloudOperation { CloudOperation(effect: .read, body: body) }
    static func write(_ body: @escaping Body) -> CloudOperation { CloudOperation(effect: .write, body: body) }
}

/// A service of the test server.
struct CloudService: Sendable {
    /// botocore's name for it.
    let name: String
    let signingName: String
    let operations: [String: CloudOperation]
}
