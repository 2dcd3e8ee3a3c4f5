internal import Dispatch
internal import Foundation
internal import Synchronization

/// Runs recursive work on a stack that is large enough for it, whatever thread asks for it.
///
/// Yams follows the nesting of a document by recursion, up to the thousand levels that libyaml allows, and what it has
/// built is released by recursion as well. That is more than the stacks of worker threads hold.
enum DeepStack {
    private static let size = 64 << 20

    /// Runs `body` on a thread of its own, waits for it and returns its result.
    static func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> Result {
        let outcome = Outcome<Result>()
        let thread = Thread { outcome.set(body()) }
        thread.stackSize = size
        thread.start()
        return outcome.wait()
    }

    private final class Outcome<Value: Sendable>: Sendable {
        private let value = Mutex<Value?>(nil)
        private let isReady = DispatchSemaphore(value: 0)

        func set(_ value: Value) {
            self.value.withLock { $0 = value }
            isReady.signal()
        }

        func wait() -> Value {
            while true {
                isReady.wait()
                if let value = value.withLock({ $0 }) { return value }
            }
        }
    }
}
