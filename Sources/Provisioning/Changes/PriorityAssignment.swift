/// Gives the members of a precedence list their positions, so that no state on the way from what exists to what is desired
/// gives a request a route that is neither its old nor its new one.
///
/// The way has four steps: new members are created, the first of the new order first; one call reorders; members whose
/// content changed are updated; what goes is deleted, the last of it first. Why every state on it is sound:
///
/// - A new member is created behind all that precede it in the new order, as they stand now. What it takes is taken by
///   none of those, and so goes where it will go in the end; all else is as before.
/// - Where members that stay change their relative order, or nothing is free where a new one belongs, new ones are created
///   at the end, and one call gives everything its final position. What is about to go then stands behind all that
///   stays, in its old order: it takes only what nothing else takes, which it took before.
/// - What goes is deleted from the back, so that of what goes the first to take a request is the same until it is gone.
package struct PriorityAssignment: Hashable, Sendable {
    /// A member of the list that exists.
    package struct Existing: Hashable, Sendable {
        package enum Fate: Hashable, Sendable {
            /// It is desired under this name.
            case kept(ResourceReference)
            /// It is about to be deleted.
            case doomed
            /// It stays where it is: it is another's, or of a quarantined Ingress.
            case fixed
        }

        package var identifier: String
        package var position: Int
        package var fate: Fate

        package init(identifier: String, position: Int, fate: Fate) {
            self.identifier = identifier
            self.position = position
            self.fate = fate
        }
    }

    /// The position of each desired member: of a new one where it is created, of one that stays its final one.
    package private(set) var positions: [ResourceReference: Int] = [:]
    /// The moves of the one call that gives members their final positions; empty where none is needed.
    package private(set) var moves: [Reordering.Move] = []

    /// - Parameters:
    ///   - desired: the members in the order in which they are asked.
    ///   - existing: what exists, in any order.
    ///   - range: the positions that there are.
    ///   - gap: the distance at which members are set behind the last one, so that others fit between.
    ///   - follows: whether a new member must stand behind a fixed one, named by identifier, which it would shadow.
    package init(
        desired: [ResourceReference],
        existing: [Existing],
        range: ClosedRange<Int> = 1...50_000,
        gap: Int = 100,
        follows: @escaping (ResourceReference, String) -> Bool = { _, _ in false }
    ) {
        let search = PositionSearch(desired: desired, existing: existing, range: range, gap: gap, follows: follows)
        if let positions = search.positionsInGaps() {
            self.positions = positions
        } else {
            (positions, moves) = search.reordered()
        }
    }
}

/// The search for positions.
private struct PositionSearch {
    typealias Existing = PriorityAssignment.Existing

    private let range: ClosedRange<Int>
    private let gap: Int
    private let desired: [ResourceReference]
    private let existing: [Existing]
    private let kept: [ResourceReference: Int]
    private let fixed: [Existing]
    private let follows: (ResourceReference, String) -> Bool

    init(
        desired: [ResourceReference], existing: [Existing], range: ClosedRange<Int>, gap: Int,
        follows: @escaping (ResourceReference, String) -> Bool
    ) {
        self.desired = desired
        self.existing = existing.sorted { $0.position < $1.position }
        self.range = range
        self.gap = gap
        self.follows = follows
        let pairs = existing.compactMap { member -> (ResourceReference, Int)? in
            guard case .kept(let reference) = member.fate else { return nil }
            return (reference, member.position)
        }
        kept = Dictionary(pairs) { first, _ in first }
        fixed = self.existing.filter { $0.fate == .fixed }
    }

    // MARK: In the gaps

    /// Positions for the new ones between those that stay; nil where those change their order, or a gap is too small.
    func positionsInGaps() -> [ResourceReference: Int]? {
        let staying = desired.compactMap { kept[$0] }
        guard zip(staying, staying.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
        return fill(anchors: kept, occupied: Set(existing.map(\.position)))
    }

    /// Positions for all members, those of `anchors` given; nil where a gap between them is too small.
    private func fill(anchors: [ResourceReference: Int], occupied: Set<Int>) -> [ResourceReference: Int]? {
        var positions = anchors
        var taken = FreePositions(range, occupied: occupied)
        var bound = range.lowerBound - 1
        var index = desired.startIndex
        while index < desired.endIndex {
            if let anchor = anchors[desired[index]] {
                bound = anchor
                index += 1
                continue
            }
            let end = desired[index...].firstIndex { anchors[$0] != nil } ?? desired.endIndex
            let limit = end < desired.endIndex ? anchors[desired[end]] : nil
            for (offset, member) in desired[index..<end].enumerated() {
                let left = end - index - offset
                guard let position = place(member, above: bound, below: limit, among: left, &taken) else { return nil }
                positions[member] = position
                bound = position
            }
            index = end
        }
        return positions
    }

    /// A free position for a new member, with room for those that come between it and `limit`.
    private func place(
        _ member: ResourceReference, above bound: Int, below limit: Int?, among left: Int, _ free: inout FreePositions
    ) -> Int? {
        let inGap = fixed.filter { member in member.position > bound && (limit.map { member.position < $0 } ?? true) }
        let low = inGap.last { follows(member, $0.identifier) }?.position ?? bound
        let high = inGap.first { $0.position > low }?.position
        let position =
            free.choose(
                above: max(low, bound), below: high ?? limit, among: left, gap: limit == nil && high == nil ? gap : nil)
            ?? free.choose(above: max(low, bound), below: limit, among: left, gap: nil)
        if let position { free.take(position) }
        return position
    }

    // MARK: With a reordering

    func reordered() -> (positions: [ResourceReference: Int], moves: [Reordering.Move]) {
        var positions: [ResourceReference: Int] = [:]
        var moves: [Reordering.Move] = []
        let final = finalPositions()
        let doomed = existing.filter { $0.fate == .doomed }
        let new = desired.filter { kept[$0] == nil }
        var free = FreePositions(range, occupied: Set(existing.map(\.position)))
        let last = existing.last?.position ?? 0
        let lastOfOurs = existing.last { $0.fate != .fixed }?.position ?? 0
        for (member, position) in zip(new, free.last(new.count, above: last, orElse: lastOfOurs)) {
            positions[member] = position
            free.take(position)
            if let target = final[member], target != position {
                moves.append(.init(resource: .resource(member), from: position, to: target))
            }
        }
        for member in desired {
            guard let position = kept[member], let target = final[member] else { continue }
            positions[member] = target
            if position != target { moves.append(.init(resource: .resource(member), from: position, to: target)) }
        }
        moves += movesBehind(doomed, final: final)
        return (positions, moves)
    }

    /// The final positions: as many members as possible stay where they are.
    private func finalPositions() -> [ResourceReference: Int] {
        let occupied = Set(fixed.map(\.position))
        let anchors = longestIncreasing(desired.filter { kept[$0] != nil })
        return fill(anchors: anchors, occupied: occupied.union(anchors.values)) ?? spread(occupied)
    }

    /// Positions at equal distances for all members.
    private func spread(_ occupied: Set<Int>) -> [ResourceReference: Int] {
        let distance = max(1, min(gap, range.count / (desired.count + fixed.count + existing.count + 1)))
        var position = range.lowerBound - 1
        var positions: [ResourceReference: Int] = [:]
        for member in desired {
            position += distance
            while occupied.contains(position) { position += 1 }
            positions[member] = position
        }
        return positions
    }

    /// The largest set of members whose order stays.
    private func longestIncreasing(_ members: [ResourceReference]) -> [ResourceReference: Int] {
        var lengths = Array(repeating: 1, count: members.count)
        var previous: [Int?] = Array(repeating: nil, count: members.count)
        let positions = members.map { kept[$0] ?? 0 }
        for index in members.indices {
            for other in 0..<index where positions[other] < positions[index] && lengths[other] + 1 > lengths[index] {
                lengths[index] = lengths[other] + 1
                previous[index] = other
            }
        }
        var result: [ResourceReference: Int] = [:]
        var current = members.indices.max { lengths[$0] < lengths[$1] }
        while let index = current {
            result[members[index]] = positions[index]
            current = previous[index]
        }
        return result
    }

    /// Moves what is about to go behind all that stays, in its order.
    private func movesBehind(_ doomed: [Existing], final: [ResourceReference: Int]) -> [Reordering.Move] {
        let staying = Set(final.values)
        let lastFixed = fixed.last?.position ?? 0
        let last = staying.max() ?? 0
        let free = FreePositions(range, occupied: staying.union(fixed.map(\.position)))
        let targets = free.last(doomed.count, above: max(last, lastFixed), orElse: last)
        return zip(doomed, targets).compactMap { member, target in
            target == member.position
                ? nil : .init(resource: .identifier(member.identifier), from: member.position, to: target)
        }
    }
}

/// The positions that nothing holds.
private struct FreePositions {
    private let range: ClosedRange<Int>
    private var occupied: Set<Int>

    init(_ range: ClosedRange<Int>, occupied: Set<Int>) {
        self.range = range
        self.occupied = occupied
    }

    mutating func take(_ position: Int) { occupied.insert(position) }

    /// A position between two, with room for `count - 1` more behind it; nil where there is none.
    ///
    /// - Parameter gap: the distance from the lower one where nothing stands above; nil to share the room equally.
    func choose(above low: Int, below high: Int?, among count: Int, gap: Int?) -> Int? {
        let upper = high.map { $0 - 1 } ?? range.upperBound
        guard low < upper else { return nil }
        if let gap, low + gap * count <= upper, !occupied.contains(low + gap) { return low + gap }
        let free = (max(low + 1, range.lowerBound)...max(upper, low + 1)).filter {
            !occupied.contains($0) && $0 <= upper
        }
        guard free.count >= count else { return nil }
        return free[free.count / (count + 1)]
    }

    /// So many free positions in ascending order above `bound`, or above `other` where there are too few, or the last ones.
    func last(_ count: Int, above bound: Int, orElse other: Int) -> [Int] {
        for bound in [bound, other, range.lowerBound - 1] where bound < range.upperBound {
            let free = (bound + 1...range.upperBound).lazy.filter { !occupied.contains($0) && range.contains($0) }
            let found = Array(free.prefix(count))
            if found.count == count { return bound < range.lowerBound ? Array(Array(free).suffix(count)) : found }
        }
        return []
    }
}

extension ResourceGraph {
    /// The identifiers of the existing resources that stand for those of the graph; those to be replaced have none.
    package func currentIdentifiers(in observed: ObservedGraph<Resource>) -> [ResourceReference: String] {
        guard let order = try? dependencyOrder() else { return [:] }
        return CurrentResources(order: order, observed: observed).current.mapValues(\.identifier)
    }
}
