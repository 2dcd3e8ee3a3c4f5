import Foundation
import Testing

/// A condition that did not come true.
struct NeverTrue: Error, CustomStringConvertible {
    var description: String
}

/// Looks at a condition until it holds.
///
/// - Throws: ``NeverTrue`` when it doesn't within the time.
func eventually(
    _ what: String, within seconds: Double = 20, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now.advanced(by: .seconds(seconds))
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw NeverTrue(description: "after \(seconds) s it is still not so that \(what)")
}
