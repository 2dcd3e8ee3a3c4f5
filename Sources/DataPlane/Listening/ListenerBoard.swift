import LoadBalancerModel
import Synchronization

/// The listeners of a load balancer, by their place in its options, and what is known of each.
final class ListenerBoard: Sendable {
    /// Where it listens, or is to listen.
    let wanted: [ListenerAddress]
    private let state: Mutex<[State]>

    private enum State {
        case bound(BoundListener)
        case unbound(EngineError)
    }

    /// - Parameter outcomes: What became of each listener.
    init(_ wanted: [ListenerAddress], _ outcomes: [Result<ListeningSockets, EngineError>]) {
        self.wanted = wanted
        state = Mutex(
            outcomes.map { outcome in
                switch outcome {
                case .success(let sockets): .bound(sockets.bound)
                case .failure(let error): .unbound(error)
                }
            })
    }

    /// All listeners; one that is not bound with the port that it is to have.
    var all: [BoundListener] {
        zip(wanted, state.withLock { $0 }).map { wanted, state in
            guard case .bound(let listener) = state else {
                return BoundListener(protocol: wanted.protocol, address: wanted.address, port: wanted.port)
            }
            return listener
        }
    }

    /// The listeners that are bound.
    var bound: [BoundListener] {
        state.withLock { $0 }.compactMap { state in
            guard case .bound(let listener) = state else { return nil }
            return listener
        }
    }

    /// The listeners that are not bound, with the cause.
    var unbound: [UnboundListener] {
        zip(wanted, state.withLock { $0 }).compactMap { wanted, state in
            guard case .unbound(let error) = state else { return nil }
            return UnboundListener(listener: wanted, error: error)
        }
    }

    /// The places of the listeners that are not bound.
    var missing: [Int] {
        state.withLock { state in
            state.indices.filter { place in
                guard case .unbound = state[place] else { return false }
                return true
            }
        }
    }

    /// Takes note of another try to bind the listener at `place`.
    func note(_ outcome: Result<BoundListener, EngineError>, at place: Int) {
        state.withLock { state in
            switch outcome {
            case .success(let listener): state[place] = .bound(listener)
            case .failure(let error): state[place] = .unbound(error)
            }
        }
    }
}

/// A listener that could not be bound.
package struct UnboundListener: Error, Hashable, Sendable {
    package var listener: ListenerAddress
    /// Why, with the remedy.
    package var error: EngineError

    package init(listener: ListenerAddress, error: EngineError) {
        self.listener = listener
        self.error = error
    }
}

/// How many of its listeners a load balancer must be able to bind in order to start.
package enum ListenerRequirement: Hashable, Sendable {
    case all
    /// One; the others may be bound later.
    case any
}
