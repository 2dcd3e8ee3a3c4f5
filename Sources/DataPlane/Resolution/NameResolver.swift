import Glibc
import Synchronization

/// Resolves the DNS names of targets off the loops, again every 30 seconds, and tells the loops.
///
/// A name that can't be resolved keeps the addresses that it had.
final class NameResolver: Sendable {
    private static let periodSeconds = 30

    private struct State {
        var names: Set<String> = []
        /// Those that were never asked for.
        var fresh: Set<String> = []
        var addresses: [String: [SocketAddress]] = [:]
        var waiting: [(names: Set<String>, resume: @Sendable () -> Void)] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let wakeUp = Semaphore()
    private let broadcast: LoopBroadcast

    init(broadcast: LoopBroadcast) {
        self.broadcast = broadcast
    }

    /// Sets the names to keep resolved, in place of those before. `resolved` is called once each has been asked for.
    func watch(_ names: Set<String>, resolved: @escaping @Sendable () -> Void) {
        let isKnown = state.withLock { state in
            let fresh = names.subtracting(state.names)
            state.names = names
            state.fresh.formUnion(fresh)
            state.fresh.formIntersection(names)
            state.addresses = state.addresses.filter { names.contains($0.key) }
            if state.fresh.isEmpty { return true }
            state.waiting.append((state.fresh, resolved))
            return false
        }
        if isKnown { resolved() } else { wakeUp.signal() }
    }

    /// Resolves until ``stop()``. For a thread of its own.
    func run() {
        while true {
            let isDue = !wakeUp.wait(seconds: NameResolver.periodSeconds)
            let (names, isStopped) = state.withLock { (isDue ? $0.names : $0.fresh, $0.isStopped) }
            if isStopped { return settleAll() }
            for name in names { resolve(name) }
        }
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        wakeUp.signal()
    }

    private func resolve(_ name: String) {
        let addresses = NameResolver.addresses(of: name)
        let resume = state.withLock { state -> [@Sendable () -> Void] in
            if state.names.contains(name), !addresses.isEmpty, state.addresses[name] != addresses {
                state.addresses[name] = addresses
                broadcast.send(.resolved(name: name, addresses: addresses))
            }
            state.fresh.remove(name)
            for index in state.waiting.indices { state.waiting[index].names.remove(name) }
            let done = state.waiting.filter { $0.names.isEmpty }.map(\.resume)
            state.waiting.removeAll { $0.names.isEmpty }
            return done
        }
        for resume in resume { resume() }
    }

    private func settleAll() {
        let waiting = state.withLock { state in
            let waiting = state.waiting
            state.waiting = []
            return waiting
        }
        for waiting in waiting { waiting.resume() }
    }

    /// The addresses of a name, ordered, each once; none where it does not resolve.
    private static func addresses(of name: String) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        var result = getaddrinfo(name, nil, &hints, &list)
        if result == EAI_NONAME {
            // Without a configured interface of its family a loopback address counts as none.
            hints.ai_flags = 0
            result = getaddrinfo(name, nil, &hints, &list)
        }
        guard result == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let current = next {
            if let raw = current.pointee.ai_addr,
                let address = SocketAddress(raw, length: current.pointee.ai_addrlen, port: 0),
                !addresses.contains(address)
            {
                addresses.append(address)
            }
            next = current.pointee.ai_next
        }
        return addresses.sorted { $0.text < $1.text }
    }
}
