import CLinux
import Glibc
import LoadBalancerModel

/// A listening socket of one loop.
struct ListenerState {
    /// The first member: a pointer to the state is one to its timer, which runs while accepting is paused for want of
    /// descriptors or memory.
    var timer: TimerNode
    /// The place in the engine's list of listeners.
    let index: Int
    let isSecure: Bool
    let port: UInt16
    /// The address that clients connect to; nil where the listener takes those to any address.
    let address: IPAddress?
    var descriptor: Int32

    /// What is known of a client when its connection is accepted.
    func client(_ fd: Int32, from peer: SocketAddress, policy: ForwardingPolicy) -> ClientConnection {
        var local = address
        if local == nil {
            var name = SocketAddress()
            if hg_local_address(fd, &name.storage, &name.length) == 0 { local = name.ip }
        }
        return ClientConnection(
            peer: peer.ip, local: local ?? IPAddress(v4: 0), localPort: port, isTLS: isSecure, policy: policy)
    }
}

extension EventLoop {
    private static var acceptedPerEvent: Int { 64 }
    /// How long a loop that has no descriptor left takes no connections.
    private static var pause: Int64 { 100 }

    /// Starts to take connections from a bound socket.
    func listen(_ socket: ListeningSocket) -> Bool {
        let bound = socket.bound
        let listener = UnsafeMutablePointer<ListenerState>.allocate(capacity: 1)
        listener.initialize(
            to: ListenerState(
                timer: TimerNode(kind: .listener, owner: UnsafeMutableRawPointer(listener)), index: socket.place,
                isSecure: bound.protocol == .https, port: UInt16(clamping: bound.port),
                address: SocketAddress(address: bound.address, port: 0)?.specified, descriptor: socket.descriptor))
        state.pointee.listeners.append(listener)
        return state.pointee.poller.addReader(
            socket.descriptor, kind: .listener, state: UnsafeMutableRawPointer(listener))
    }

    /// Takes connections from a socket that was bound while the loop runs. A loop that can't leaves them to the others.
    func begin(_ socket: ListeningSocket) {
        guard !state.pointee.lifecycle.isStopping else { return hg_close(socket.descriptor) }
        if listen(socket) { return }
        hg_close(socket.descriptor)
        state.pointee.listeners.last?.pointee.descriptor = -1
    }

    /// Takes the connections that wait, a bounded number in one go.
    func accept(_ listener: UnsafeMutablePointer<ListenerState>) {
        for _ in 0..<EventLoop.acceptedPerEvent {
            if listener.pointee.descriptor < 0 { return }
            var address = SocketAddress()
            let fd = hg_accept(listener.pointee.descriptor, &address.storage, &address.length)
            guard fd >= 0 else {
                switch -fd {
                case EAGAIN: return
                // The connection was gone before it was taken, or the network has something to say of it alone.
                case ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, EHOSTUNREACH, ENETUNREACH, EPERM: continue
                default: return pauseAccepting(listener)
                }
            }
            admit(fd, from: address, listener: listener)
        }
    }

    /// Takes connections again after a pause.
    func resumeAccepting(_ listener: UnsafeMutablePointer<ListenerState>) {
        guard listener.pointee.descriptor >= 0 else { return }
        setAccepting(listener, true)
    }

    /// Closes the listening sockets of the loop.
    func closeListeners() {
        for listener in state.pointee.listeners where listener.pointee.descriptor >= 0 {
            hg_close(listener.pointee.descriptor)
            listener.pointee.descriptor = -1
        }
    }

    private func admit(_ fd: Int32, from address: SocketAddress, listener: UnsafeMutablePointer<ListenerState>) {
        guard state.pointee.environment.connections.admit() else {
            state.pointee.counters.add(.connectionsRefused)
            refuse(fd, isSecure: listener.pointee.isSecure)
            return
        }
        state.pointee.counters.add(.accepted, listener: listener.pointee.index)
        state.pointee.counters.add(.active, listener: listener.pointee.index)
        Downstream.open(fd, from: address, listener: listener, loop: self)
    }

    /// Says why, where that can be said without a handshake, and closes.
    private func refuse(_ fd: Int32, isSecure: Bool) {
        if !isSecure {
            let text: StaticString =
                "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 21\r\nConnection: close\r\n\r\ntoo many connections\n"
            _ = hg_send(fd, text.utf8Start, text.utf8CodeUnitCount)
        }
        hg_close(fd)
    }

    private func pauseAccepting(_ listener: UnsafeMutablePointer<ListenerState>) {
        setAccepting(listener, false)
        let timer = UnsafeMutableRawPointer(listener).assumingMemoryBound(to: TimerNode.self)
        state.pointee.timers.set(timer, deadline: now + EventLoop.pause)
    }

    private func setAccepting(_ listener: UnsafeMutablePointer<ListenerState>, _ enabled: Bool) {
        state.pointee.poller.setReader(
            listener.pointee.descriptor, kind: .listener, state: UnsafeMutableRawPointer(listener), enabled: enabled)
    }
}
