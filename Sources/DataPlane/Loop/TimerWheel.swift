/// What a timer belongs to.
enum TimerKind: UInt8 {
    case downstream
    case upstream
    case probe
    case listener
}

/// A time limit of a connection, part of the connection's state.
struct TimerNode {
    fileprivate var next: UnsafeMutablePointer<TimerNode>?
    fileprivate var previous: UnsafeMutablePointer<TimerNode>?
    /// When the limit is reached, in milliseconds of the monotonic clock.
    fileprivate(set) var deadline = Int64.max
    /// The tick at which the wheel looks at the node; at or before the deadline.
    fileprivate var tick = Int64.max
    let kind: TimerKind
    let owner: UnsafeMutableRawPointer?

    init(kind: TimerKind, owner: UnsafeMutableRawPointer?) {
        self.kind = kind
        self.owner = owner
    }
}

/// The time limits of one loop: a hashed wheel whose nodes are part of what they limit.
///
/// Moving a limit further away, which every request does, is one store: the wheel finds out when it comes by.
struct TimerWheel {
    static let tickMilliseconds: Int64 = 32
    private static let slotCount: Int64 = 512

    private let slots: UnsafeMutablePointer<TimerNode>
    private let expired: UnsafeMutablePointer<TimerNode>
    private var currentTick: Int64
    /// No node is due before this tick.
    private var earliestTick = Int64.max

    init(now: Int64) {
        currentTick = now / TimerWheel.tickMilliseconds
        slots = .allocate(capacity: Int(TimerWheel.slotCount) + 1)
        for index in 0...Int(TimerWheel.slotCount) {
            (slots + index).initialize(to: TimerNode(kind: .listener, owner: nil))
            slots[index].next = slots + index
            slots[index].previous = slots + index
        }
        expired = slots + Int(TimerWheel.slotCount)
    }

    func deallocate() {
        slots.deallocate()
    }

    /// Sets the limit of a node, in place of the one that it had.
    @inline(__always)
    mutating func set(_ node: UnsafeMutablePointer<TimerNode>, deadline: Int64) {
        node.pointee.deadline = deadline
        if deadline < Int64.max, deadline / TimerWheel.tickMilliseconds < node.pointee.tick { schedule(node) }
    }

    /// Takes the limit off. The node stays linked until the wheel comes by.
    @inline(__always)
    func clear(_ node: UnsafeMutablePointer<TimerNode>) {
        node.pointee.deadline = Int64.max
    }

    /// Unlinks a node whose memory goes away.
    func remove(_ node: UnsafeMutablePointer<TimerNode>) {
        unlink(node)
        node.pointee.tick = Int64.max
        node.pointee.deadline = Int64.max
    }

    /// Milliseconds until the wheel wants to be turned; nil when it holds nothing.
    @inline(__always)
    func delay(from now: Int64) -> Int64? {
        if earliestTick == Int64.max { return nil }
        return max(0, (earliestTick + 1) * TimerWheel.tickMilliseconds - now)
    }

    /// Turns the wheel to `now`; what is due then comes out of ``popExpired()``.
    @inline(__always)
    mutating func advance(to now: Int64) {
        // A deadline within tick t is due once t is over, so that none fires early.
        let tick = now / TimerWheel.tickMilliseconds - 1
        if tick < earliestTick { return }
        turn(to: tick, now: now)
    }

    /// The next node whose limit is reached, without its limit; nil when there are none left.
    func popExpired() -> UnsafeMutablePointer<TimerNode>? {
        guard let node = expired.pointee.next, node != expired else { return nil }
        unlink(node)
        return node
    }

    private mutating func turn(to tick: Int64, now: Int64) {
        let first = max(max(currentTick, earliestTick), tick - TimerWheel.slotCount + 1)
        // From here on, so that what is put back lands behind the ticks that are dealt with, however long the loop slept.
        currentTick = tick + 1
        var index = first
        while index <= tick {
            let head = slot(index)
            while let node = head.pointee.next, node != head, node.pointee.tick <= tick {
                examine(node, now: now)
            }
            index += 1
        }
        findEarliest()
    }

    /// Deals with a node whose tick has come: due, without a limit, or due later.
    private mutating func examine(_ node: UnsafeMutablePointer<TimerNode>, now: Int64) {
        let deadline = node.pointee.deadline
        unlink(node)
        node.pointee.tick = Int64.max
        if deadline == Int64.max { return }
        if deadline <= now {
            node.pointee.deadline = Int64.max
            link(node, before: expired)
        } else {
            schedule(node)
        }
    }

    private mutating func schedule(_ node: UnsafeMutablePointer<TimerNode>) {
        unlink(node)
        let wanted = max(node.pointee.deadline / TimerWheel.tickMilliseconds, currentTick)
        let tick = min(wanted, currentTick + TimerWheel.slotCount - 2)
        node.pointee.tick = tick
        link(node, before: slot(tick))
        if tick < earliestTick { earliestTick = tick }
    }

    private mutating func findEarliest() {
        for offset in 0..<TimerWheel.slotCount {
            let head = slot(currentTick + offset)
            if head.pointee.next != head {
                earliestTick = currentTick + offset
                return
            }
        }
        earliestTick = Int64.max
    }

    @inline(__always)
    private func slot(_ tick: Int64) -> UnsafeMutablePointer<TimerNode> {
        slots + Int(tick % TimerWheel.slotCount)
    }

    private func link(_ node: UnsafeMutablePointer<TimerNode>, before head: UnsafeMutablePointer<TimerNode>) {
        let last = head.pointee.previous
        node.pointee.previous = last
        node.pointee.next = head
        last?.pointee.next = node
        head.pointee.previous = node
    }

    private func unlink(_ node: UnsafeMutablePointer<TimerNode>) {
        guard let next = node.pointee.next, let previous = node.pointee.previous else { return }
        previous.pointee.next = next
        next.pointee.previous = previous
        node.pointee.next = nil
        node.pointee.previous = nil
    }
}
