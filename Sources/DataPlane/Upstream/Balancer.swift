import LoadBalancerModel

/// A target as a pool of one configuration has it.
struct PoolMember {
    let target: Target
    let weight: Int
    let isDraining: Bool
    /// The smooth weighted round robin's account of the member.
    var credit = 0
}

/// The pool of one configuration on one loop: its members and the way one is chosen.
struct PoolState {
    /// The pool's place in ``CompiledConfiguration/pools``.
    let index: Int
    let algorithm: BalancingAlgorithm
    private(set) var members: UnsafeMutableBufferPointer<PoolMember>
    private var cursor = 0

    init(index: Int, algorithm: BalancingAlgorithm) {
        self.index = index
        self.algorithm = algorithm
        members = UnsafeMutableBufferPointer(start: nil, count: 0)
    }

    /// Puts other members in place of those that the pool has; the previous ones are returned.
    mutating func replaceMembers(_ new: [PoolMember], offset: Int) -> [PoolMember] {
        let old = Array(members)
        members.deallocate()
        members = .allocate(capacity: new.count)
        _ = members.initialize(from: new)
        // Loops start at different members, so that a few requests spread over loops reach different targets.
        if !new.isEmpty {
            for _ in 0..<(offset % max(1, new.count)) { _ = nextInTurn(tried: 0, now: .max, tier: .any) }
        }
        cursor = offset
        return old
    }

    mutating func deallocate() {
        members.deallocate()
        members = UnsafeMutableBufferPointer(start: nil, count: 0)
    }

    /// Which members come into question; tiers are tried in their order.
    private enum Tier {
        /// Ready, healthy, not failed a moment ago.
        case fit
        /// Ready at least: when all are unfit, it is better to try than to refuse.
        case ready
        /// Serving while they terminate.
        case draining
        case any
    }

    /// The member to send the next request to; nil when there is none, or all have been tried.
    ///
    /// - Parameter tried: the members tried before, one bit each; members beyond 63 share the last bit.
    @inline(__always)
    mutating func next(tried: UInt64, now: Int64) -> Int? {
        if members.count == 1, tried == 0, members[0].weight > 0 { return 0 }
        return nextOfSeveral(tried: tried, now: now)
    }

    /// The member whose token a client's cookie holds, if it may be used.
    func member(identity: TargetIdentity, now: Int64) -> Int? {
        for index in 0..<members.count where members[index].target.pointee.identity == identity {
            let member = members[index]
            guard member.target.isFit(now: now) else { return nil }
            return member.weight > 0 ? index : nil
        }
        return nil
    }

    static func bit(_ index: Int) -> UInt64 { 1 << UInt64(min(index, 63)) }

    private mutating func nextOfSeveral(tried: UInt64, now: Int64) -> Int? {
        choose(tried: tried, now: now, tier: .fit) ?? choose(tried: tried, now: now, tier: .ready)
            ?? choose(tried: tried, now: now, tier: .draining)
    }

    private mutating func choose(tried: UInt64, now: Int64, tier: Tier) -> Int? {
        switch algorithm {
        case .roundRobin: nextInTurn(tried: tried, now: now, tier: tier)
        case .leastRequests: leastLoaded(tried: tried, now: now, tier: tier)
        }
    }

    private func qualifies(_ member: PoolMember, _ index: Int, tried: UInt64, now: Int64, tier: Tier) -> Bool {
        guard member.weight > 0, index >= 63 || tried & PoolState.bit(index) == 0 else { return false }
        return switch tier {
        case .fit: !member.isDraining && member.target.isFit(now: now)
        case .ready: !member.isDraining
        case .draining: member.isDraining
        case .any: true
        }
    }

    /// Smooth weighted round robin: each choice takes the whole weight from the member that has gathered most.
    private mutating func nextInTurn(tried: UInt64, now: Int64, tier: Tier) -> Int? {
        var best: Int?
        var total = 0
        for index in 0..<members.count {
            let member = members[index]
            guard qualifies(member, index, tried: tried, now: now, tier: tier) else { continue }
            members[index].credit += member.weight
            total += member.weight
            if let current = best, members[current].credit >= members[index].credit { continue }
            best = index
        }
        if let best { members[best].credit -= total }
        return best
    }

    /// The fewest requests under way for its weight; among equals the next in turn.
    private mutating func leastLoaded(tried: UInt64, now: Int64, tier: Tier) -> Int? {
        var best: Int?
        cursor = members.isEmpty ? 0 : (cursor + 1) % members.count
        for step in 0..<members.count {
            let index = (cursor + step) % members.count
            let member = members[index]
            guard qualifies(member, index, tried: tried, now: now, tier: tier) else { continue }
            guard let current = best else {
                best = index
                continue
            }
            let load = (member.target.pointee.active + 1) * members[current].weight
            let bestLoad = (members[current].target.pointee.active + 1) * member.weight
            if load < bestLoad { best = index }
        }
        return best
    }
}
