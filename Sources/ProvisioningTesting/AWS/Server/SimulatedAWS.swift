import Synchronization

/// The cloud behind the test server: what exists, what was called, and what is to fail. It knows requests and answers,
/// and no sockets.
package final class SimulatedAWS: Sendable {
    struct State {
        var settings: CloudSettings
        var world: AWSWorld
        /// What reads see by now.
        var visible: AWSWorld
        /// What reads will see, each after so many more of them.
        var pending: [(world: AWSWorld, reads: Int)] = []
        var progress = CloudProgress()
        var calls: [RecordedCall] = []
        var faults: [AWSFault] = []
        var isDown = false
    }

    let state: Mutex<State>
    private let models: ServiceModels
    static let services: [CloudService] = [.elb, .ec2, .acm, .waf, .tagging, .sts]

    package init(
        world: AWSWorld = .standard(), settings: CloudSettings = CloudSettings(), models: ServiceModels = .installed
    ) {
        state = Mutex(State(settings: settings, world: world, visible: world))
        self.models = models
    }

    func model(of service: CloudService) throws -> ServiceModel {
        try models.model(of: service.name, operations: service.operations.keys.sorted())
    }

    // MARK: What a test sees and changes

    /// Everything that exists, whether or not reads see it yet.
    package var world: AWSWorld { state.withLock { $0.world } }

    /// Changes what exists behind the back of whoever calls the API: drift, foreign resources, a quota spent.
    package func change(_ body: (inout AWSWorld) -> Void) {
        state.withLock { state in
            body(&state.world)
            state.pending = []
            state.visible = state.world
        }
    }

    package var settings: CloudSettings {
        get { state.withLock { $0.settings } }
        set { state.withLock { $0.settings = newValue } }
    }

    /// Every call since the start or `forgetCalls()`, in the order in which they were taken up.
    package var calls: [RecordedCall] { state.withLock { $0.calls } }

    /// The calls of operations that write.
    package var writes: [RecordedCall] { calls.filter(\.isWrite) }

    /// The ways in which calls departed from the service models; a client that is right has none.
    package var violations: [ModelViolation] { calls.flatMap(\.violations) }

    package func forgetCalls() { state.withLock { $0.calls = [] } }

    /// Has the server fail; faults strike in the order in which they were given.
    package func inject(_ fault: AWSFault) { state.withLock { $0.faults.append(fault) } }

    package func clearFaults() { state.withLock { $0.faults = [] } }

    /// Answers again after a fault that left the server down.
    package func resume() { state.withLock { $0.isDown = false } }

    /// Decides a target's health; nil gives it back to its course (`initial`, then `healthy`).
    package func setHealth(_ health: TargetHealth?, of id: String, port: Int, inTargetGroup arn: String) {
        state.withLock { $0.progress.healthOverrides[TargetKey(group: arn, id: id, port: port)] = health }
    }

    /// Ends the time in which the load balancers that exist are `provisioning`.
    package func finishProvisioning() {
        state.withLock { state in
            for arn in state.world.loadBalancers.ids { state.progress.describesOfLoadBalancer[arn] = Int.max / 2 }
        }
    }
}
