/// Which of the members of precedence lists that exist stand for which of those that are desired.
///
/// A member is named when it is made, and keeps its name as long as it exists. So a desired one goes by the name of the
/// existing one that takes the same requests, whatever that is called; and where a path of an Ingress changed, by the name
/// of the one that has no use any more, which is then changed in place rather than followed by another. That is done where
/// no request can tell: see ``Candidates/areFree(_:_:)``.
struct MemberMatching<Resource: ProvisionedResource> {
    private(set) var graph: ResourceGraph<Resource>

    /// - Parameters:
    ///   - desired: the graph, its members under the names that they have when they are new.
    ///   - quarantined: the Ingresses of which what exists stays as it is.
    ///   - reusing: whether a member that has no use any more may become another.
    init(
        _ desired: ResourceGraph<Resource>, beside observed: ObservedGraph<Resource>, quarantined: Set<String> = [],
        reusing: Bool = true
    ) {
        graph = desired
        let references = Dictionary(observed.resources.map { ($0.identifier, $0.reference) }) { first, _ in first }
        let standing = Dictionary(
            grouping: observed.resources.filter { $0.position != nil && $0.container != nil }
        ) { $0.container.flatMap { references[$0] } }
        for index in graph.precedence.indices {
            guard let members = standing[graph.precedence[index].owner] else { continue }
            settle(index, beside: members, quarantined: quarantined, reusing: reusing)
        }
    }

    private mutating func settle(
        _ index: Int, beside standing: [ObservedResource<Resource>], quarantined: Set<String>, reusing: Bool
    ) {
        let desired = graph.precedence[index].members.compactMap { graph[$0] }
        guard let first = desired.first?.resource, first.takesSameRequests(as: first) != nil else { return }
        var candidates = Candidates(desired: desired, standing: standing)
        candidates.matchByName()
        candidates.matchByRequests()
        // What stands twice is about to be replaced: then nothing is a candidate for something else.
        let isOnly = Set(standing.map(\.container)).count == 1
        candidates.matchByNameAlone(whereFree: isOnly)
        if isOnly, reusing { candidates.reuse(except: quarantined) }
        let names = candidates.names()
        for (node, name) in zip(desired, names) where node.reference != name { graph[node.reference] = nil }
        for (node, name) in zip(desired, names) where node.reference != name { graph[name] = node.renamed(name) }
        graph.precedence[index].members = names
        if isOnly { keepOrder(index, beside: standing) }
    }

    /// Leaves members that meet in no request in the order in which they stand.
    private mutating func keepOrder(_ index: Int, beside standing: [ObservedResource<Resource>]) {
        let positions = Dictionary(standing.map { ($0.reference, $0.position ?? 0) }, uniquingKeysWith: min)
        let members = graph.precedence[index].members.map { reference in
            StandingOrder.Member(
                reference: reference, position: positions[reference],
                reach: graph[reference]?.resource.reach ?? .everything)
        }
        graph.precedence[index].members = StandingOrder(members).members
    }
}

extension DesiredResource {
    fileprivate func renamed(_ reference: ResourceReference) -> Self {
        var node = self
        node.reference = reference
        node.resource = resource.renamed(reference)
        return node
    }
}

extension MemberMatching {
    /// The members of one list, and what exists of it.
    private struct Candidates {
        private let desired: [DesiredResource<Resource>]
        private let standing: [ObservedResource<Resource>]
        private let byName: [ResourceReference: [Int]]
        /// For each desired member the existing one that stands for it.
        private var match: [Int?]
        private var isTaken: [Bool]

        init(desired: [DesiredResource<Resource>], standing: [ObservedResource<Resource>]) {
            self.desired = desired
            self.standing = standing.sorted { ($0.position ?? 0, $0.identifier) < ($1.position ?? 0, $1.identifier) }
            byName = Dictionary(grouping: self.standing.indices) { [standing = self.standing] in
                standing[$0].reference
            }
            match = Array(repeating: nil, count: desired.count)
            isTaken = Array(repeating: false, count: standing.count)
        }

        private var unmatched: [Int] { match.indices.filter { match[$0] == nil } }
        private var unused: [Int] { isTaken.indices.filter { !isTaken[$0] } }

        /// All that have a name are taken with it, for several of one name stand for one.
        private mutating func take(_ existing: Int, for wanted: Int) {
            match[wanted] = existing
            for index in byName[standing[existing].reference] ?? [] { isTaken[index] = true }
        }

        /// Members of the name that they would have if they were new, which take the same requests: nearly all.
        mutating func matchByName() {
            for wanted in unmatched {
                let same = byName[desired[wanted].reference]?.first { takesSame($0, wanted) }
                if let same { take(same, for: wanted) }
            }
        }

        mutating func matchByRequests() {
            guard !unmatched.isEmpty else { return }
            let byReach = Dictionary(grouping: unused) { standing[$0].resource.reach }
            for wanted in unmatched {
                let same = byReach[desired[wanted].resource.reach]?.first { !isTaken[$0] && takesSame($0, wanted) }
                if let same { take(same, for: wanted) }
            }
        }

        /// Members of an Ingress that were changed by hand.
        mutating func matchByNameAlone(whereFree: Bool) {
            for wanted in unmatched {
                let named = byName[desired[wanted].reference]?.first
                guard let named, !isTaken[named], isSameMember(named, wanted) else { continue }
                if !whereFree || areFree(named, wanted) { take(named, for: wanted) }
            }
        }

        private func takesSame(_ existing: Int, _ wanted: Int) -> Bool {
            desired[wanted].resource.takesSameRequests(as: standing[existing].resource) ?? false
        }

        private func isSameMember(_ existing: Int, _ wanted: Int) -> Bool {
            desired[wanted].members == [standing[existing].member].compactMap(\.self)
        }

        // MARK: Another use

        /// Gives what has no use any more another one in the same Ingress, the same host first.
        mutating func reuse(except quarantined: Set<String>) {
            let unmatched = unmatched
            guard !unmatched.isEmpty, unmatched.count <= 100 else { return }
            let unused = unused.filter { existing in
                standing[existing].member.map { !quarantined.contains($0) } ?? false
            }
            guard !unused.isEmpty, unused.count <= 100 else { return }
            for wanted in unmatched {
                let reach = desired[wanted].resource.reach
                let free = unused.filter { existing in
                    !isTaken[existing] && byName[standing[existing].reference]?.count == 1
                        && isSameMember(existing, wanted)
                        && desired[wanted].resource.isUpdate(of: standing[existing].resource)
                        && areFree(existing, wanted)
                }
                let best = free.first { standing[$0].resource.reach.hosts == reach.hosts } ?? free.first
                if let best { take(best, for: wanted) }
            }
        }

        /// Whether an existing member can become a desired one in one step that no other depends on: it may be at any moment
        /// between, for all that what else comes, goes or changes meets it in no request, before or after; and it stands
        /// where the new one belongs.
        private func areFree(_ existing: Int, _ wanted: Int) -> Bool {
            let old = standing[existing].resource.reach
            let new = desired[wanted].resource.reach
            func meets(_ other: RequestReach) -> Bool { old.meets(other) || new.meets(other) }
            let position = standing[existing].position ?? 0
            for index in desired.indices where index != wanted {
                let reach = desired[index].resource.reach
                guard let matched = match[index] else {
                    if meets(reach) { return false }
                    continue
                }
                if !takesSame(matched, index), meets(reach) || meets(standing[matched].resource.reach) { return false }
                let isInOrder = (index < wanted) == ((standing[matched].position ?? 0) < position)
                if !isInOrder, meets(reach) { return false }
            }
            return unused.allSatisfy { $0 == existing || !meets(standing[$0].resource.reach) }
        }

        // MARK: Names

        /// The names of the desired members: those of what stands for them, and new ones.
        func names() -> [ResourceReference] {
            var taken = Set(byName.keys)
            return match.indices.map { index in
                if let existing = match[index] { return standing[existing].reference }
                let standard = desired[index].reference
                var name = standard
                var number = 2
                while !taken.insert(name).inserted {
                    name = ResourceReference(type: standard.type, name: "\(standard.name)-\(number)")
                    number += 1
                }
                return name
            }
        }
    }
}
