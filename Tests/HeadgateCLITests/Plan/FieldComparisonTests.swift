import LoadBalancerModel
import Testing

@testable import HeadgateCLI

@Suite("Comparing documents field by field")
struct FieldComparisonTests {
    private func value(_ target: Target) throws -> JSONValue { try JSONValue(encoding: target) }

    @Test("Equal values have no changes")
    func equal() throws {
        let pool = try JSONValue(encoding: BackendPool(name: "p", targets: [Target(address: "10.0.0.1", port: 80)]))
        #expect(FieldComparison.compare(pool, pool).isEmpty)
    }

    @Test("Targets are told apart by address and port")
    func targets() throws {
        let before = BackendPool(
            name: "p",
            targets: [Target(address: "10.0.0.1", port: 80), Target(address: "2001:db8::1", port: 80)])
        var after = before
        after.targets[0].state = .draining
        after.targets[1] = Target(address: "10.0.0.3", port: 80)
        let changes = FieldComparison.compare(try JSONValue(encoding: before), try JSONValue(encoding: after))
        #expect(
            changes == [
                FieldChange(field: "targets[10.0.0.1:80].state", before: .string("ready"), after: .string("draining")),
                FieldChange(field: "targets[[2001:db8::1]:80]", before: try value(before.targets[1]), after: nil),
                FieldChange(field: "targets[10.0.0.3:80]", before: nil, after: try value(after.targets[1])),
            ])
    }

    @Test("A field that comes or goes has one side")
    func optional() {
        let changes = FieldComparison.compare(
            .object(["a": .integer(1), "b": .bool(true)]), .object(["a": .integer(1), "c": .null]))
        #expect(
            changes == [
                FieldChange(field: "b", before: .bool(true), after: nil),
                FieldChange(field: "c", before: nil, after: .null),
            ])
    }

    @Test("A list of plain values is one value, and so is one in another order")
    func lists() {
        let before = JSONValue.array([.string("a"), .string("b")])
        let after = JSONValue.array([.string("b"), .string("a")])
        #expect(
            FieldComparison.compare(.object(["l": before]), .object(["l": after])) == [
                FieldChange(field: "l", before: before, after: after)
            ])
        let named = [JSONValue.object(["name": .string("a")]), .object(["name": .string("b")])]
        #expect(
            FieldComparison.compare(.array(named), .array(named.reversed())) == [
                FieldChange(field: "", before: .array(named), after: .array(named.reversed()))
            ])
    }

    @Test("Routes in another order are a change")
    func order() throws {
        func plan(_ paths: [String]) -> LoadBalancerPlan {
            LoadBalancerPlan(
                name: "lb", identity: LoadBalancerIdentity(cluster: "local", ingressClass: "c"), listeners: [],
                routes: paths.map {
                    Route(
                        match: RouteMatch(path: PathMatch(kind: .prefix, value: $0)),
                        action: .fixedResponse(FixedResponse(statusCode: 200)))
                })
        }
        let changes = try PlanComparison.compare(from: [plan(["/a", "/b"])], to: [plan(["/b", "/a"])])
        #expect(changes.first?.changes.first?.fields.first?.field == "order of routes")
        #expect(try PlanComparison.compare(from: [plan(["/a", "/a"])], to: [plan(["/a", "/a"])]).isEmpty)
        let removed = try PlanComparison.compare(from: [plan(["/a", "/a"])], to: [plan(["/a"])])
        #expect(removed.first?.changes.map(\.name) == ["* Prefix /a (2)"])
        #expect(removed.first?.changes.map(\.action) == [.delete])
    }
}
