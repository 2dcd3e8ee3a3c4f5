import CLinux
import Glibc
import LoadBalancerModel

/// A listening socket of one loop.
struct ListeningSocket: Sendable {
    let descriptor: Int32
    /// The listener's place in the options of the load balancer.
    let place: Int
    let bound: BoundListener
}

/// The sockets of one listener: one per loop, all on the same address (`SO_REUSEPORT`).
struct ListeningSockets: Sendable {
    let bound: BoundListener
    /// One descriptor per loop.
    let descriptors: [Int32]

    /// Binds `count` sockets to the address of a listener.
    ///
    /// The first is bound without `SO_REUSEPORT`, so that an address that another process holds is found out even where
    /// that process allows sharing; only then is the option set and the address shared among the loops.
    ///
    /// - Parameter isDualStack: whether an unspecified IPv6 address takes IPv4 connections as well.
    static func bind(
        _ listener: ListenerAddress, count: Int, isDualStack: Bool
    ) throws(EngineError) -> ListeningSockets {
        guard var address = SocketAddress(address: listener.address, port: listener.port) else {
            throw .invalidAddress(listener)
        }
        var descriptors: [Int32] = []
        do throws(EngineError) {
            for index in 0..<count {
                let fd = try open(listener, address, isFirst: index == 0, isDualStack: isDualStack)
                descriptors.append(fd)
                if index == 0, address.port == 0 { address.setPort(try boundPort(fd, listener)) }
            }
        } catch {
            for fd in descriptors { hg_close(fd) }
            throw error
        }
        let bound = BoundListener(protocol: listener.protocol, address: listener.address, port: address.port)
        return ListeningSockets(bound: bound, descriptors: descriptors)
    }

    func close() {
        for fd in descriptors { hg_close(fd) }
    }

    private static func open(
        _ listener: ListenerAddress, _ address: SocketAddress, isFirst: Bool, isDualStack: Bool
    ) throws(EngineError) -> Int32 {
        let fd = hg_stream_socket(address.family)
        guard fd >= 0 else { throw .system(call: "socket", subject: listener.label, code: -fd) }
        var result = hg_set_reuse_address(fd)
        if address.family == AF_INET6, result == 0 {
            result = hg_set_v6_only(fd, isDualStack ? 0 : 1)
        }
        if !isFirst, result == 0 { result = hg_set_reuse_port(fd) }
        if result == 0 {
            var address = address
            result = hg_bind(fd, &address.storage, address.length)
        }
        if isFirst, result == 0 { result = hg_set_reuse_port(fd) }
        if result == 0 { result = hg_listen(fd, 4096) }
        guard result == 0 else {
            hg_close(fd)
            throw failure(listener, code: -result)
        }
        // Accepted sockets inherit it: responses are written whole, waiting for more would only delay them.
        _ = hg_set_no_delay(fd)
        return fd
    }

    private static func boundPort(_ fd: Int32, _ listener: ListenerAddress) throws(EngineError) -> Int {
        var address = SocketAddress()
        let result = hg_local_address(fd, &address.storage, &address.length)
        guard result == 0 else { throw .system(call: "getsockname", subject: listener.label, code: -result) }
        return address.port
    }

    private static func failure(_ listener: ListenerAddress, code: Int32) -> EngineError {
        switch code {
        case EADDRINUSE: .addressInUse(listener)
        case EACCES, EPERM: .privilegedPort(listener)
        case EADDRNOTAVAIL: .addressNotLocal(listener)
        case EAFNOSUPPORT, EINVAL: .addressNotLocal(listener)
        default: .system(call: "bind", subject: listener.label, code: code)
        }
    }
}
