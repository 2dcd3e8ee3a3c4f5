import Synchronization

/// Waits until a condition holds; fails with ``TestSocketError/timedOut`` after ten seconds.
func eventually(_ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while true {
        if try await condition() { return }
        guard ContinuousClock.now < deadline else { throw TestSocketError.timedOut }
        await Task.yield()
    }
}

/// A value that tests share with their servers.
final class Flag: Sendable {
    private let state: Atomic<Bool>

    init(_ value: Bool = false) { state = Atomic(value) }

    var value: Bool {
        get { state.load(ordering: .sequentiallyConsistent) }
        set { state.store(newValue, ordering: .sequentiallyConsistent) }
    }
}

/// A number that grows while another thread works.
final class Count: Sendable {
    private let state = Atomic<Int>(0)

    var value: Int { state.load(ordering: .sequentiallyConsistent) }

    func add(_ amount: Int) { state.add(amount, ordering: .sequentiallyConsistent) }

    /// The number once it has not grown for a good many turns.
    func settled() async -> Int {
        var last = -1
        var turns = 0
        while turns < 20_000 {
            turns = value == last ? turns + 1 : 0
            last = value
            await Task.yield()
        }
        return last
    }
}
