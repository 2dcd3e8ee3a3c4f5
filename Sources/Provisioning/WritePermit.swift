/// What code must hold to change anything in a cloud.
///
/// The transports of the providers send a call that writes only to a caller that hands over a permit, and only the
/// execution of a change set makes one. A dry run never does, so that no mistake in a provider can make it write.
package struct WritePermit: ~Copyable, Sendable {
    private init() {}

    /// Runs `body`, which is about to change something, with a permit.
    package static func granting<Result>(
        _ body: (borrowing WritePermit) async throws -> Result
    ) async rethrows -> Result {
        try await body(WritePermit())
    }
}
