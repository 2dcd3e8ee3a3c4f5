import Provisioning
import ProvisioningTesting
import Testing

/// Walks random lists through all their steps, with every request of a small world at each of them.
@Suite("Assignment of priorities")
struct PriorityAssignmentTests {
    @Test("In every state on the way a request has its old route or its new one")
    func everyStateIsSound() {
        var random = SeededRandom(0xA1B)
        var reorderings = 0
        for round in 0..<2000 {
            let change = RandomChange(&random)
            let problems = change.walk(&random)
            #expect(problems.isEmpty, "round \(round), \(random): \(problems) of \(change)")
            if !problems.isEmpty { return }
            if !change.assignment.moves.isEmpty { reorderings += 1 }
        }
        // Both ways must have been taken often, else this proves little.
        #expect(reorderings > 250 && reorderings < 1750, "\(reorderings) reorderings, \(random)")
    }

    @Test("A new list is set at gaps, in its order")
    func newList() {
        let assignment = PriorityAssignment(desired: Self.references("a", "b", "c"), existing: [])
        #expect(assignment.positions == Self.positions(["a": 100, "b": 200, "c": 300]))
        #expect(assignment.moves.isEmpty)
    }

    @Test("A new member between two others touches neither")
    func insertion() {
        let assignment = PriorityAssignment(
            desired: Self.references("a", "new", "b"), existing: [Self.kept("a", 100), Self.kept("b", 200)])
        #expect(assignment.positions == Self.positions(["a": 100, "new": 150, "b": 200]))
        #expect(assignment.moves.isEmpty)
    }

    @Test("An exchange of two moves one of them, in one call")
    func exchange() {
        let assignment = PriorityAssignment(
            desired: Self.references("b", "a", "c"),
            existing: [Self.kept("a", 100), Self.kept("b", 200), Self.kept("c", 300)])
        #expect(assignment.moves.count == 1)
        let order = ["a", "b", "c"].sorted {
            assignment.positions[Self.reference($0)]! < assignment.positions[Self.reference($1)]!
        }
        #expect(order == ["b", "a", "c"])
    }

    @Test("Where no position is free all is moved apart in its order, what goes included")
    func fullGap() {
        let existing = [
            Self.kept("a", 1), PriorityAssignment.Existing(identifier: "gone", position: 2, fate: .doomed),
            Self.kept("b", 3),
        ]
        let assignment = PriorityAssignment(desired: Self.references("a", "new", "b"), existing: existing)
        let targets = Dictionary(uniqueKeysWithValues: assignment.moves.map { ($0.resource, $0) })
        let gone = targets[.identifier("gone")]
        let new = targets[.resource(Self.reference("new"))]
        #expect(new?.from ?? 0 > 3)
        let order = [new?.to, gone?.to, assignment.positions[Self.reference("b")]].compactMap(\.self)
        #expect(order.count == 3 && order == order.sorted(), "\(assignment)")
    }

    @Test("A new member stands before what is fixed, unless it would shadow it")
    func fixed() {
        let existing = [
            Self.kept("a", 100), PriorityAssignment.Existing(identifier: "held", position: 150, fate: .fixed),
            Self.kept("b", 200),
        ]
        let before = PriorityAssignment(desired: Self.references("a", "new", "b"), existing: existing)
        #expect((101..<150).contains(before.positions[Self.reference("new")] ?? 0))
        let behind = PriorityAssignment(
            desired: Self.references("a", "new", "b"), existing: existing,
            follows: { _, identifier in identifier == "held" })
        #expect((151..<200).contains(behind.positions[Self.reference("new")] ?? 0))
    }

    @Test("Where nothing is free before what is fixed, others make room for a new one if they can")
    func fullBeforeFixed() {
        func assignment(_ first: Int) -> PriorityAssignment {
            let existing = [
                Self.kept("a", first), Self.kept("b", first + 1),
                PriorityAssignment.Existing(identifier: "held", position: first + 2, fate: .fixed),
            ]
            return PriorityAssignment(desired: Self.references("a", "b", "new"), existing: existing)
        }
        let moved = assignment(50)
        let final = Dictionary(uniqueKeysWithValues: moved.moves.map { ($0.resource, $0.to) })
        #expect(final[.resource(Self.reference("new"))] ?? 100 < 52, "\(moved)")
        #expect(final[.resource(Self.reference("b"))] ?? 100 < final[.resource(Self.reference("new"))] ?? 0)
        // In front of everything nothing can be moved.
        let behind = assignment(1)
        #expect(behind.moves.isEmpty && behind.positions[Self.reference("new")] ?? 0 > 3, "\(behind)")
    }

    static func reference(_ name: String) -> ResourceReference { ResourceReference(type: "rule", name: name) }

    private static func references(_ names: String...) -> [ResourceReference] { names.map(reference) }

    private static func positions(_ positions: [String: Int]) -> [ResourceReference: Int] {
        Dictionary(uniqueKeysWithValues: positions.map { (reference($0.key), $0.value) })
    }

    private static func kept(_ name: String, _ position: Int) -> PriorityAssignment.Existing {
        .init(identifier: name, position: position, fate: .kept(reference(name)))
    }
}

/// A list that exists, and what it is to become.
private struct RandomChange: CustomStringConvertible {
    struct Rule {
        var name: String
        /// The requests that it takes.
        var requests: Set<Int>
        /// What is done with them before and after; nil where it doesn't exist.
        var old: String?
        var new: String?
        var position: Int?
        var fate: PriorityAssignment.Existing.Fate?
    }

    private static let requests = 0..<10

    private(set) var rules: [String: Rule] = [:]
    private(set) var desired: [ResourceReference] = []
    let assignment: PriorityAssignment
    private let range: ClosedRange<Int>

    init(_ random: inout SeededRandom) {
        let isDense = random.chance(oneIn: 3)
        range = isDense ? 1...40 : 1...50_000
        let count = random.below(9)
        let positions = Array(range.prefix(isDense ? count + random.below(6) : 600)).shuffled(using: &random).prefix(
            count)
        var order: [ResourceReference] = []
        for (index, position) in positions.sorted().enumerated() {
            let name = "r\(index)"
            var rule = Rule(
                name: name, requests: Self.some(&random), old: "\(name).0", new: "\(name).0", position: position)
            switch random.below(6) {
            case 0:
                rule.fate = .doomed
                rule.new = nil
            case 1:
                rule.fate = .fixed
            default:
                rule.fate = .kept(PriorityAssignmentTests.reference(name))
                if random.chance(oneIn: 4) { rule.new = "\(name).1" }
                order.append(PriorityAssignmentTests.reference(name))
            }
            rules[name] = rule
        }
        if random.chance(oneIn: 2), order.count > 1 {
            order.swapAt(random.below(order.count), random.below(order.count))
        }
        for index in 0..<random.below(5) {
            let name = "n\(index)"
            rules[name] = Rule(name: name, requests: Self.some(&random), new: "\(name).1")
            order.insert(PriorityAssignmentTests.reference(name), at: random.below(order.count + 1))
        }
        desired = order
        let existing = rules.values.compactMap { rule in
            rule.fate.map {
                PriorityAssignment.Existing(identifier: rule.name, position: rule.position ?? 0, fate: $0)
            }
        }
        let shadowing = Set(rules.keys.filter { _ in random.chance(oneIn: 4) })
        assignment = PriorityAssignment(
            desired: order, existing: existing, range: range, gap: isDense ? 2 : 100,
            follows: { reference, identifier in shadowing.contains(reference.name) && shadowing.contains(identifier) })
    }

    private static func some(_ random: inout SeededRandom) -> Set<Int> {
        random.chance(oneIn: 4) ? Set(requests) : Set(requests.filter { _ in random.chance(oneIn: 3) })
    }

    var description: String {
        "\(rules.values.sorted { $0.name < $1.name }) → \(desired.map(\.name)): \(assignment)"
    }

    /// The list at one moment: who stands where, and what each does.
    private struct State {
        var positions: [String: Int] = [:]
        var contents: [String: String] = [:]
    }

    private func route(_ request: Int, _ state: State) -> String {
        let order = state.positions.sorted { $0.value < $1.value }.map(\.key)
        let taker = order.first { rules[$0]?.requests.contains(request) ?? false }
        return taker.flatMap { state.contents[$0] } ?? "default"
    }

    /// Goes all the way, and tells of every state that isn't sound.
    func walk(_ random: inout SeededRandom) -> [String] {
        var states: [(name: String, state: State)] = []
        var state = State()
        for rule in rules.values {
            guard let position = rule.position else { continue }
            state.positions[rule.name] = position
            state.contents[rule.name] = rule.old
        }
        states.append(("begin", state))
        var problems: [String] = []
        for reference in desired where state.positions[reference.name] == nil {
            state.positions[reference.name] = assignment.positions[reference]
            state.contents[reference.name] = rules[reference.name]?.new
            states.append(("create \(reference.name)", state))
        }
        if !assignment.moves.isEmpty {
            for move in assignment.moves {
                let name =
                    switch move.resource {
                    case .resource(let reference): reference.name
                    case .identifier(let identifier): identifier
                    }
                if state.positions[name] != move.from { problems.append("\(name) isn't at \(move.from)") }
                state.positions[name] = move.to
            }
            states.append(("reorder", state))
        }
        for reference in desired.shuffled(using: &random) {
            state.contents[reference.name] = rules[reference.name]?.new
            states.append(("update \(reference.name)", state))
        }
        let doomed = rules.values.filter { $0.fate == .doomed }.map(\.name)
        for name in doomed.sorted(by: { state.positions[$0] ?? 0 > state.positions[$1] ?? 0 }) {
            state.positions[name] = nil
            states.append(("delete \(name)", state))
        }
        return problems + check(states, final: state)
    }

    private var changesOrder: Bool {
        let positions = desired.compactMap { rules[$0.name]?.position }
        return positions != positions.sorted()
    }

    private func oldContent(of new: String) -> String? {
        rules.values.first { $0.new == new }?.old
    }

    private func check(_ states: [(name: String, state: State)], final: State) -> [String] {
        var problems: [String] = []
        let order = desired.compactMap { final.positions[$0.name] }
        if order.count != desired.count || order != order.sorted() { problems.append("the order is \(order)") }
        for rule in rules.values where rule.fate == .fixed && final.positions[rule.name] != rule.position {
            problems.append("\(rule.name) moved")
        }
        for (name, state) in states {
            let positions = state.positions.values
            if Set(positions).count != positions.count { problems.append("\(name): two share a position") }
            if !positions.allSatisfy(range.contains) { problems.append("\(name): a position is out of range") }
            for request in Self.requests {
                var allowed = [route(request, states[0].state), route(request, final)]
                // Where the order changes, a request may find its new member before that is updated.
                if changesOrder, let old = oldContent(of: allowed[1]) { allowed.append(old) }
                let actual = route(request, state)
                if !allowed.contains(actual) {
                    problems.append("\(name): request \(request) has \(actual) instead of one of \(allowed)")
                }
            }
        }
        return problems
    }
}
