/// Gives the members of a precedence list their positions, so that no state on the way from what exists to what is desired
/// gives a request a route that is neither its old nor its new one.
///
/// The way has four steps: new members are created, the first of the new order first; one call reorders; members whose
/// content changed are updated; what goes is deleted, the last of it first. Why every state on it is sound:
///
/// - A new member is created behind all that precede it in the new order, as they stand now. What it takes is taken by
///   none of those, and so goes where it will go in the end; all else is as before.
/// - Where nothing is free where a new one belongs, new ones are created at the end, and one call moves everything apart:
///   what exists keeps its order, what is about to go included, and a new one takes only what goes to it in the end.
/// - Where members that stay change their relative order, that call gives them their final order, and what is about to go
///   stands behind all that stays, in its old order: it takes only what nothing else takes, which it took before.
/// - What goes is deleted from the back, so that of what goes the first to take a request is the same until it is gone.
///
/// A change of order and of content at once has one moment more: a request may find its new member before that is updated.
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

    /// A free position for a new member, with room for those that come between it and `limit`. Nil where there is none before
    /// a fixed one, which might take its requests, and moving others would make room.
    private func place(
        _ member: ResourceReference, above bound: Int, below limit: Int?, among left: Int, _ free: inout FreePositions
    ) -> Int? {
        let inGap = fixed.filter { member in member.position > bound && (limit.map { member.position < $0 } ?? true) }
        let low = inGap.last { follows(member, $0.identifier) }?.position ?? bound
        let high = inGap.first { $0.position > low }?.position
        var position = free.choose(
            above: max(low, bound), below: high ?? limit, among: left, gap: limit == nil && high == nil ? gap : nil)
        if position == nil, let high, !hasRoom(for: left, before: high) {
            position = free.choose(above: max(low, bound), below: limit, among: left, gap: nil)
        }
        if let position { free.take(position) }
        return position
    }

    /// Whether so many more fit before a fixed member, wherever the others before it stand.
    private func hasRoom(for count: Int, before position: Int) -> Bool {
        existing.count { $0.position < position } + count <= position - range.lowerBound
    }

    // MARK: With a reordering

    /// Whether members that stay change their relative order.
    private var changesOrder: Bool {
        let staying = desired.compactMap { kept[$0] }
        return !zip(staying, staying.dropFirst()).allSatisfy { $0 < $1 }
    }

    func reordered() -> (positions: [ResourceReference: Int], moves: [Reordering.Move]) {
        let order = changesOrder ? desired.map(Member.desired) + doomed.map(Member.doomed) : movedApart()
        let anchors = changesOrder ? longestIncreasing(desired.filter { kept[$0] != nil }) : [:]
        let targets = (changesOrder ? inGaps(anchors) : nil) ?? spread(order)
        var positions: [ResourceReference: Int] = [:]
        var moves: [Reordering.Move] = []
        let last = existing.last?.position ?? 0
        let lastOfOurs = existing.last { $0.fate != .fixed }?.position ?? 0
        let free = FreePositions(range, occupied: Set(existing.map(\.position)))
        let new = desired.filter { kept[$0] == nil }
        let created = Dictionary(
            zip(new, free.last(new.count, above: last, orElse: lastOfOurs)), uniquingKeysWith: { first, _ in first })
        for member in order {
            guard let target = targets[member] else { continue }
            switch member {
            case .desired(let reference):
                let from = kept[reference] ?? created[reference] ?? target
                positions[reference] = kept[reference] == nil ? from : target
                if from != target { moves.append(.init(resource: .resource(reference), from: from, to: target)) }
            case .doomed(let gone):
                guard gone.position != target else { continue }
                moves.append(.init(resource: .identifier(gone.identifier), from: gone.position, to: target))
            }
        }
        return (positions, moves)
    }

    /// A member that can be moved.
    private enum Member: Hashable {
        case desired(ResourceReference)
        case doomed(Existing)
    }

    private var doomed: [Existing] { existing.filter { $0.fate == .doomed } }

    /// What exists in its order, and each new member behind the one that it follows.
    private func movedApart() -> [Member] {
        let wanted = Set(desired)
        // The new ones behind each that stays, and those before all of them.
        var newBehind: [ResourceReference: [Member]] = [:]
        var order: [Member] = []
        var last: ResourceReference?
        for reference in desired {
            if kept[reference] != nil {
                last = reference
            } else if let last {
                newBehind[last, default: []].append(.desired(reference))
            } else {
                order.append(.desired(reference))
            }
        }
        for member in existing {
            switch member.fate {
            case .kept(let reference):
                guard wanted.contains(reference) else { continue }
                order.append(.desired(reference))
                order += newBehind[reference] ?? []
            case .doomed: order.append(.doomed(member))
            case .fixed: continue
            }
        }
        return order
    }

    /// The final positions where as many members as possible stay where they are; nil where that leaves no room.
    private func inGaps(_ anchors: [ResourceReference: Int]) -> [Member: Int]? {
        let occupied = Set(fixed.map(\.position)).union(anchors.values)
        guard let positions = fill(anchors: anchors, occupied: occupied) else { return nil }
        var targets = Dictionary(uniqueKeysWithValues: positions.map { (Member.desired($0.key), $0.value) })
        let last = positions.values.max() ?? 0
        let free = FreePositions(range, occupied: occupied.union(positions.values))
        let behind = free.last(doomed.count, above: max(last, fixed.last?.position ?? 0), orElse: last)
        for (gone, position) in zip(doomed, behind) { targets[.doomed(gone)] = position }
        return targets
    }

    /// Positions at distances for all, none before a fixed one that it stood behind, or that it would shadow.
    private func spread(_ order: [Member]) -> [Member: Int] {
        let level = levels(of: order)
        var targets: [Member: Int] = [:]
        var bound = range.lowerBound - 1
        var index = order.startIndex
        for (segment, limit) in (fixed.map { Optional($0.position) } + [nil]).enumerated() {
            let upper = limit.map { $0 - 1 } ?? range.upperBound
            let wanted = order[index...].prefix { (level[$0] ?? 0) <= segment }
            let room = max(0, upper - bound)
            let distance = max(1, min(gap, (room + 1) / (wanted.count + 1)))
            for member in wanted where bound + 1 <= upper {
                bound += distance
                targets[member] = bound
                index += 1
            }
            if let limit { bound = max(bound, limit) }
        }
        return targets
    }

    /// How many fixed members stand before each member: as many as now, and never fewer than before the one ahead.
    private func levels(of order: [Member]) -> [Member: Int] {
        let isMovedApart = !changesOrder
        var levels: [Member: Int] = [:]
        var level = 0
        for member in order {
            switch member {
            case .doomed(let gone):
                level = max(level, isMovedApart ? fixed.count { $0.position < gone.position } : fixed.count)
            case .desired(let reference):
                if let position = kept[reference] {
                    level = max(level, fixed.count { $0.position < position })
                } else if let shadowed = fixed.lastIndex(where: { follows(reference, $0.identifier) }) {
                    level = max(level, shadowed + 1)
                }
            }
            levels[member] = level
        }
        return levels
    }

    /// The largest set of members whose order stays.
    private func longestIncreasing(_ members: [ResourceReference]) -> [ResourceReference: Int] {
        let positions = members.map { kept[$0] ?? 0 }
        // For each length the member with the lowest position at which a run of that length can end.
        var ends: [Int] = []
        var previous: [Int?] = []
        for index in members.indices {
            var (low, high) = (0, ends.count)
            while low < high {
                let middle = (low + high) / 2
                if positions[ends[middle]] < positions[index] { low = middle + 1 } else { high = middle }
            }
            previous.append(low > 0 ? ends[low - 1] : nil)
            if low == ends.count { ends.append(index) } else { ends[low] = index }
        }
        var result: [ResourceReference: Int] = [:]
        var current = ends.last
        while let index = current {
            result[members[index]] = positions[index]
            current = previous[index]
        }
        return result
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
        // Most of a wide gap is free: its share is found without looking at all of it.
        var share = max(low + max(1, (upper - low + 1) / (count + 1)), range.lowerBound)
        while share <= upper, occupied.contains(share) { share += 1 }
        if upper - share - occupied.count >= count { return share }
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
