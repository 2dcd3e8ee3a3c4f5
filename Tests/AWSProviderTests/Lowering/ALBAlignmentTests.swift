import LoadBalancerModel
import Provisioning
import Testing

@testable import AWSProvider

@Suite("Alignment of rules")
struct ALBAlignmentTests {
    /// What exists after a lowering was carried out, with identifiers for references.
    private func observed(_ graph: ResourceGraph<AWSResource>) -> ObservedGraph<AWSResource> {
        func identifier(_ link: ResourceLink) -> ResourceLink {
            guard case .resource(let reference) = link else { return link }
            return .identifier("arn:\(reference)")
        }
        return ObservedGraph(
            resources: graph.resources.map { node in
                var resource = node.resource
                var container: String?
                var position: Int?
                switch node.resource {
                case .rule(var spec):
                    position = spec.priority
                    spec.listener = identifier(spec.listener)
                    if case .identifier(let listener) = spec.listener { container = listener }
                    spec.actions = spec.actions.map { action in
                        guard case .forward(var forward) = action else { return action }
                        for index in forward.targetGroups.indices {
                            forward.targetGroups[index].targetGroup = identifier(
                                forward.targetGroups[index].targetGroup)
                        }
                        return .forward(forward)
                    }
                    resource = .rule(spec)
                case .listener(var spec):
                    spec.loadBalancer = identifier(spec.loadBalancer)
                    resource = .listener(spec)
                case .targetGroup(var spec):
                    spec.loadBalancer = spec.loadBalancer.map(identifier)
                    resource = .targetGroup(spec)
                case .targets(var spec):
                    spec.targetGroup = identifier(spec.targetGroup)
                    resource = .targets(spec)
                case .loadBalancer(var spec):
                    spec.securityGroups = spec.securityGroups.map(identifier)
                    resource = .loadBalancer(spec)
                default: break
                }
                return ObservedResource(
                    reference: node.reference, identifier: "arn:\(node.reference)", resource: resource,
                    member: node.members.first, container: container, position: position)
            })
    }

    private func lower(_ paths: [String], quarantined: Bool = false) throws -> ResourceGraph<AWSResource> {
        try ALBLowering.lower(
            .test(paths.map { .test("a.example.com", .prefix, $0, ingress: "shop\($0)") }), in: .standard
        ).graph
    }

    private func changes(
        _ graph: ResourceGraph<AWSResource>, from observed: ObservedGraph<AWSResource>, quarantined: Set<String> = []
    ) throws -> ChangeSet<AWSResource> {
        let retained = RetainedResources(of: quarantined, in: observed, beside: graph)
        var difference = try GraphDifference(
            owner: Owner(cluster: "test", loadBalancer: "x"), desired: graph, observed: observed, retained: retained)
        difference.align(
            to: ALBAlignment.align(
                graph, with: observed, current: difference.currentIdentifiers, retained: retained.identifiers))
        return difference.changeSet()
    }

    @Test("What stands as it should is left alone")
    func nothing() throws {
        let graph = try lower(["/longer", "/b"])
        let changes = try changes(graph, from: observed(graph))
        #expect(changes.isEmpty, "\(changes.changes.filter { $0.action != .noOp })")
    }

    @Test("A new path is one rule more on each listener, and nothing else")
    func insertion() throws {
        let changes = try changes(lower(["/longer", "/mid", "/b"]), from: observed(lower(["/longer", "/b"])))
        let real = changes.changes.filter { $0.action != .noOp }
        #expect(real.map(\.action) == [.create, .create])
        #expect(real.allSatisfy { $0.reference.type == "rule" })
        #expect(changes.desired.reorderings.isEmpty)
    }

    @Test("A path that goes is one rule less on each listener")
    func removal() throws {
        let changes = try changes(lower(["/longer"]), from: observed(lower(["/longer", "/b"])))
        #expect(changes.changes.filter { $0.action != .noOp }.map(\.action) == [.delete, .delete])
    }

    @Test("Priorities that somebody exchanged are set right in one call for each listener")
    func drift() throws {
        let graph = try lower(["/longer", "/b"])
        var world = observed(graph)
        for index in world.resources.indices {
            guard case .rule(var spec) = world.resources[index].resource else { continue }
            spec.priority = 300 - spec.priority
            world.resources[index].position = spec.priority
            world.resources[index].resource = .rule(spec)
        }
        let changes = try changes(graph, from: world)
        #expect(changes.desired.reorderings.map(\.owner.name) == ["http", "https"])
        #expect(changes.desired.reorderings.allSatisfy { $0.moves.count == 1 })
    }

    @Test("A rule of a quarantined Ingress stays, and a new rule that would shadow it stands behind it")
    func quarantine() throws {
        let old = try lower(["/held/below", "/x"])
        let graph = try lower(["/held", "/x"])
        let changes = try changes(graph, from: observed(old), quarantined: ["shop/held/below"])
        #expect(!changes.changes.contains { $0.action == .delete })
        for list in graph.precedence {
            let positions = list.members.compactMap { reference -> Int? in
                guard case .rule(let spec)? = changes.desired[reference]?.resource else { return nil }
                return spec.priority
            }
            #expect(positions.count == 2 && positions == positions.sorted())
            #expect((101..<200).contains(positions[0]), "\(positions)")
        }
    }

    @Test("A priority that another's rule holds is left to it")
    func foreign() throws {
        let graph = try lower(["/longer", "/mid", "/b"])
        var world = observed(try lower(["/longer", "/b"]))
        world.foreign = [
            ForeignResource(
                identifier: "arn:foreign", title: "rule with priority 150", container: "arn:listener/http",
                position: 150)
        ]
        let changes = try changes(graph, from: world)
        let priorities = changes.desired.resources.compactMap { node -> Int? in
            guard case .rule(let spec) = node.resource,
                spec.listener == .resource(ResourceReference(type: "listener", name: "http"))
            else { return nil }
            return spec.priority
        }
        #expect(priorities.count == 3 && !priorities.contains(150))
    }
}
