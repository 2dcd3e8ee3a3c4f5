/// Does something with several things, some of them at once, and keeps their order.
///
/// The time limit of a call counts while it waits for its turn within AWS's rate limits. So not everything is asked for at
/// once: the last of a thousand calls would be over its time before its turn came.
///
/// - Parameter limit: how many are under way at once.
func concurrently<Item: Sendable, Result: Sendable>(
    _ items: [Item], limit: Int = 16, _ body: @escaping @Sendable (Item) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var results: [(Int, Result)] = []
        results.reserveCapacity(items.count)
        for (index, item) in items.enumerated() {
            if index >= limit, let result = try await group.next() { results.append(result) }
            group.addTask { (index, try await body(item)) }
        }
        for try await result in group { results.append(result) }
        return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
