/// Memory for the states of one kind, handed out one by one and taken back, without allocation in the steady state.
///
/// A state that was retired keeps its memory until ``reclaim()``, which a loop calls when it has dealt with all events
/// of a batch: an event that still refers to the state finds it marked as closed, never reused.
struct Slab<State> {
    private static var statesPerChunk: Int { 64 }

    private var chunks: [UnsafeMutablePointer<State>] = []
    private var free: [UnsafeMutablePointer<State>] = []
    private var retired: [UnsafeMutablePointer<State>] = []

    /// Uninitialised memory for a state.
    mutating func take() -> UnsafeMutablePointer<State> {
        if let state = free.popLast() { return state }
        let chunk = UnsafeMutablePointer<State>.allocate(capacity: Slab.statesPerChunk)
        chunks.append(chunk)
        free.reserveCapacity(chunks.count * Slab.statesPerChunk)
        retired.reserveCapacity(chunks.count * Slab.statesPerChunk)
        for index in stride(from: Slab.statesPerChunk - 1, to: 0, by: -1) { free.append(chunk + index) }
        return chunk
    }

    /// Takes back a state, still initialised; it is deinitialised by ``reclaim()``.
    mutating func retire(_ state: UnsafeMutablePointer<State>) {
        retired.append(state)
    }

    /// Makes the memory of what was retired available.
    @inline(__always)
    mutating func reclaim() {
        if retired.isEmpty { return }
        for state in retired {
            state.deinitialize(count: 1)
            free.append(state)
        }
        retired.removeAll(keepingCapacity: true)
    }

    /// Frees all memory; no state may be in use.
    mutating func deallocate() {
        reclaim()
        for chunk in chunks { chunk.deallocate() }
        chunks = []
        free = []
    }
}

/// A member of an intrusive list: all connections of a loop, or the unused ones of a target.
struct ListLink<State> {
    var next: UnsafeMutablePointer<State>?
    var previous: UnsafeMutablePointer<State>?
}
