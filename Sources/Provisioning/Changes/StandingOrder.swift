/// An order of a precedence list that moves no more than it has to.
///
/// Only of members that meet in a request does it matter which comes first. All others stay in the order in which they
/// stand, where one order can do justice to both.
struct StandingOrder {
    struct Member {
        var reference: ResourceReference
        /// Where it stands; nil where it is new.
        var position: Int?
        var reach: RequestReach
    }

    private(set) var members: [ResourceReference]

    /// - Parameter members: in the order of the list.
    init(_ members: [Member]) {
        self.members = members.map(\.reference)
        // Beyond this a comparison of each with each takes long, and so does none of the moves.
        guard let disorder = Self.disorder(members), disorder.count <= 500 else { return }
        if let sorted = Self.sorted(Array(members[disorder])) {
            self.members.replaceSubrange(disorder, with: sorted)
        }
    }

    /// The part of the list outside of which all is in the order in which it stands; nil where everything is.
    private static func disorder(_ members: [Member]) -> ClosedRange<Int>? {
        var first: Int?
        var last: Int?
        var lowest = Int.max
        for index in members.indices.reversed() {
            guard let position = members[index].position else { continue }
            if position > lowest { first = index }
            lowest = min(lowest, position)
        }
        var highest = Int.min
        for index in members.indices {
            guard let position = members[index].position else { continue }
            if position < highest { last = index }
            highest = max(highest, position)
        }
        guard let first, let last else { return nil }
        return first...last
    }

    /// The members so that each comes behind those that it meets and that came before it, and those that exist are in the
    /// order in which they stand; nil where there is no such order.
    private static func sorted(_ members: [Member]) -> [ResourceReference]? {
        var later: [[Int]] = Array(repeating: [], count: members.count)
        var open = Array(repeating: 0, count: members.count)
        func add(_ first: Int, before second: Int) {
            later[first].append(second)
            open[second] += 1
        }
        for second in members.indices {
            for first in 0..<second where members[first].reach.meets(members[second].reach) {
                add(first, before: second)
            }
        }
        let standing = members.indices.filter { members[$0].position != nil }
            .sorted { (members[$0].position ?? 0) < (members[$1].position ?? 0) }
        for (first, second) in zip(standing, standing.dropFirst()) { add(first, before: second) }
        var result: [ResourceReference] = []
        var ready = Set(members.indices.filter { open[$0] == 0 })
        while let next = ready.min() {
            ready.remove(next)
            result.append(members[next].reference)
            for follower in later[next] {
                open[follower] -= 1
                if open[follower] == 0 { ready.insert(follower) }
            }
        }
        return result.count == members.count ? result : nil
    }
}
