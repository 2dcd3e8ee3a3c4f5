import DataPlane
import KubernetesModel
import LoadBalancerModel
import Logging
import Provisioning
import Testing

@testable import HeadgateCLI

@Suite("The load balancer of the process as a provider", .timeLimit(.minutes(1)))
struct SoftwareProviderTests {
    private static let commandLine = [
        ListenerAddress(protocol: .http, address: "127.0.0.1", port: 0),
        ListenerAddress(protocol: .https, address: "127.0.0.1", port: 0),
    ]

    private let fleet = ListenerFleet(
        options: EngineOptions(listeners: commandLine),
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })

    private var engine: ProvisioningEngine<SoftwareProvider> {
        ProvisioningEngine(provider: SoftwareProvider(fleet: fleet))
    }

    private func group(_ plan: LoadBalancerPlan) -> Placement.Group {
        Placement.Group(
            listeners: plan.addresses(commandLine: Self.commandLine), plan: plan, assets: PlanAssets(), members: [])
    }

    private func shared(_ body: String, name: String = "shared") -> Placement.Group {
        var plan = LoadBalancerPlan.fixed([("shop", "/", body)], name: name)
        plan.listenerSource = .standard
        return group(plan)
    }

    private func placement(_ shared: Placement.Group, own: [LoadBalancerPlan] = []) -> Placement {
        Placement(shared: shared, own: own.map(group), diagnostics: [])
    }

    /// A port that was free a moment ago, with an engine that holds it.
    private func holder() throws -> (engine: SoftwareLoadBalancer, port: Int) {
        let engine = SoftwareLoadBalancer(
            options: EngineOptions(listeners: [ListenerAddress(protocol: .http, address: "127.0.0.1", port: 0)]),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return (engine, try #require(try engine.start().first?.port))
    }

    private func freePort() async throws -> Int {
        let (engine, port) = try holder()
        await engine.stop(grace: .zero)
        return port
    }

    private func answer(_ path: String = "/", at port: Int) async throws -> Answer {
        try await Answer.get(
            path, host: "shop.example.com", at: BoundListener(protocol: .http, address: "127.0.0.1", port: port))
    }

    // MARK: Rounds

    @Test("A load balancer is made on the engine of the command line, and stays there whatever its plan is called")
    func takesTheEngine() async throws {
        try await fleet.running {
            let bound = try await fleet.start()
            var execution = PlacementExecution(fleet: fleet)
            var created = ChangeSummary()
            created.create = 1
            #expect(await execution.apply(placement(shared("one"))).changes == created)
            #expect(try await answer(at: bound[0].port).body == "one")

            var updated = ChangeSummary()
            updated.update = 1
            #expect(await execution.apply(placement(shared("two", name: "merged"))).changes == updated)
            #expect(try await answer(at: bound[0].port).body == "two")
            #expect(await fleet.listeners() == bound)

            var rest = ChangeSummary()
            rest.noop = 1
            let generations = await fleet.metrics().map(\.configurationGeneration)
            #expect(await execution.apply(placement(shared("two", name: "merged"))).changes == rest)
            #expect(await fleet.metrics().map(\.configurationGeneration) == generations)
        }
    }

    @Test("What nothing asks for any more is destroyed, and its port is free for the next")
    func destroysUnwanted() async throws {
        let port = try await freePort()
        try await fleet.running {
            try await fleet.start()
            var execution = PlacementExecution(fleet: fleet)
            let first = LoadBalancerPlan.fixed([("shop", "/", "first")], name: "first", port: port)
            var second = LoadBalancerPlan.fixed([("shop", "/", "second")], name: "second", port: port)
            second.listeners.append(Listener(name: "more", protocol: .http, port: 0))
            _ = await execution.apply(placement(shared("one"), own: [first]))
            #expect(try await answer(at: port).body == "first")

            let outcome = await execution.apply(placement(shared("one"), own: [second]))
            #expect(outcome.succeeded)
            #expect(outcome.changes.delete == 1)
            #expect(outcome.changes.create == 1)
            #expect(try await answer(at: port).body == "second")

            #expect(await execution.apply(placement(shared("one"))).changes.delete == 1)
            #expect(await fleet.owners().count == 1)
        }
    }

    @Test("A plan that is refused leaves the one before in force, and its neighbours go on")
    func refusedPlan() async throws {
        let port = try await freePort()
        try await fleet.running {
            let bound = try await fleet.start()
            var execution = PlacementExecution(fleet: fleet)
            let own = LoadBalancerPlan.fixed([("shop", "/", "good")], name: "own", port: port)
            _ = await execution.apply(placement(shared("one"), own: [own]))
            var broken = own
            broken.routes[0].match.path = PathMatch(kind: .regularExpression, value: "(")

            let outcome = await execution.apply(placement(shared("two"), own: [broken]))
            #expect(!outcome.succeeded)
            #expect(outcome.diagnostics.map(\.reason) == ["NotServed"])
            #expect(outcome.served == [Self.commandLine])
            #expect(try await answer(at: port).body == "good")
            #expect(try await answer(at: bound[0].port).body == "two")

            let mended = await execution.apply(placement(shared("two"), own: [own]))
            #expect(mended.succeeded)
            #expect(mended.diagnostics.isEmpty)
        }
    }

    @Test("A listener that can't be bound shows as a difference until it is, while the others serve")
    func partlyBound() async throws {
        let (holder, taken) = try holder()
        var plan = LoadBalancerPlan.fixed([("shop", "/", "own")], name: "own")
        plan.listeners.append(Listener(name: "taken", protocol: .http, port: taken))
        let wanted = plan
        try await fleet.running {
            let engine = engine
            let created = try await engine.execute(try await engine.propose(wanted))
            #expect(created.failures.map(\.reason) == ["ListenerNotBound"])
            let balancer = try #require(await fleet.loadBalancers(of: Owner(wanted)).first)
            #expect(try await answer(at: balancer.bound[0].port).body == "own")

            let change = try #require(try await engine.propose(wanted).changeSet.changes.first)
            #expect(change.action == .update)
            #expect(change.fields.map(\.path) == ["listening"])
            let repeated = try await engine.execute(try await engine.propose(wanted))
            #expect(repeated.failures.map(\.reason) == ["ListenerNotBound"])

            await holder.stop(grace: .zero)
            #expect(try await engine.execute(try await engine.propose(wanted)).isComplete)
            #expect(try await answer(at: taken).body == "own")
            #expect(try await engine.propose(wanted).changeSet.isEmpty)
        }
        await holder.stop(grace: .zero)
    }

    // MARK: Changes

    @Test("Other listeners make a replacement that says why, and a port that both have passes to the new one")
    func replacement() async throws {
        let port = try await freePort()
        try await fleet.running {
            let engine = engine
            let base = LoadBalancerPlan.fixed([("shop", "/", "old")], port: port)
            var replaced = LoadBalancerPlan.fixed([("shop", "/", "new")], port: port)
            replaced.listeners.append(Listener(name: "more", protocol: .http, port: 0))
            _ = try await engine.execute(try await engine.propose(base))

            let proposal = try await engine.propose(replaced)
            let change = try #require(proposal.changeSet.changes.first)
            #expect(change.action == .replace)
            #expect(change.reason == "listeners: an engine keeps the set of listeners that it was started with")
            #expect(try await engine.execute(proposal).isComplete)
            #expect(try await answer(at: port).body == "new")
            #expect(try await engine.propose(replaced).changeSet.isEmpty)
        }
    }

    @Test("A proposal alone changes nothing")
    func dryRun() async throws {
        try await fleet.running {
            let bound = try await fleet.start()
            let proposal = try await engine.propose(shared("one").plan)
            #expect(proposal.changeSet.summary.create == 1)
            #expect(await fleet.owners().isEmpty)
            #expect(try await answer(at: bound[0].port).status == 503)
        }
    }

    @Test("Nothing can be adopted or let go, which an error says")
    func notTransferable() async throws {
        let provider = SoftwareProvider(fleet: fleet)
        let tags = OwnershipTags(
            owner: Owner(cluster: "local", loadBalancer: "a"), resource: .softwareLoadBalancer)
        let adoption = await #expect(throws: ProviderError.self) {
            try await WritePermit.granting { try await provider.adopt("engine-1", as: tags, permit: $0) }
        }
        let release = await #expect(throws: ProviderError.self) {
            try await WritePermit.granting { try await provider.release("engine-1", permit: $0) }
        }
        for error in [adoption, release] {
            #expect(error?.code == "NotTransferable")
            #expect(error?.message.contains("engine-1") == true)
        }
    }

    @Test("A plan without listeners, and addresses that nobody gives out, are told of")
    func lowering() async throws {
        let provider = SoftwareProvider(fleet: fleet)
        var plan = LoadBalancerPlan.fixed([])
        let environment = try await provider.environment(for: plan)
        #expect(try provider.lower(plan, in: environment).fidelity.isEmpty)
        plan.addressing.addresses = ["203.0.113.7"]
        let finding = try #require(try provider.lower(plan, in: environment).fidelity.first)
        #expect(finding.severity == .approximated)
        #expect(finding.message.contains("203.0.113.7"))
        plan.listeners = []
        let error = #expect(throws: LoweringError.self) { try provider.lower(plan, in: environment) }
        #expect(error?.reason == "NoListeners")
    }
}
