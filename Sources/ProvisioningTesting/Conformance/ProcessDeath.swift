package import Provisioning
import Synchronization

/// The death of a provider's process at a certain step: before the step, or after it has taken effect and before anybody
/// heard of it. From then on nothing works.
package final class ProcessDeath: Sendable {
    /// The moment of death.
    package enum Moment: Hashable, Sendable {
        case before(step: Int)
        case after(step: Int)
    }

    package struct Died: Error {}

    private struct State {
        var begun = 0
        var done = 0
        var isDead = false
    }

    private let moment: Moment
    private let state = Mutex(State())

    package init(_ moment: Moment) {
        self.moment = moment
    }

    /// Whether the moment has come.
    package var hasCome: Bool { state.withLock { $0.isDead } }

    /// A provider of the process that dies.
    package func provider<Base: LoadBalancerProvider>(_ base: Base) -> WatchedProvider<Base> {
        WatchedProvider(
            base,
            before: { _ in try self.begin() },
            after: { _ in try self.end() },
            awaiting: { if self.hasCome { throw Died() } })
    }

    private func begin() throws {
        try state.withLock { state in
            state.begun += 1
            switch moment {
            case .before(let step): if state.begun >= step { state.isDead = true }
            case .after(let step): if state.begun > step { state.isDead = true }
            }
            if state.isDead { throw Died() }
        }
    }

    private func end() throws {
        try state.withLock { state in
            state.done += 1
            if case .after(let step) = moment, state.done >= step { state.isDead = true }
            if state.isDead { throw Died() }
        }
    }
}
