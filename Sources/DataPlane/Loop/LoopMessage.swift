import CLinux

/// What other threads tell a loop.
enum LoopMessage: Sendable {
    /// Serve this from now on; `done` is called when new requests get it.
    case configure(CompiledConfiguration, done: @Sendable () -> Void)
    /// Take the connections to this socket as well.
    case listen(ListeningSocket, done: @Sendable () -> Void)
    /// Names resolve to these addresses now.
    case resolved(name: String, addresses: [SocketAddress])
    /// An active check changed its mind about a target.
    case health(target: TargetKey, isHealthy: Bool)
    /// Stop: take no more connections, finish requests within `grace` milliseconds; `done` is called at the end.
    case stop(grace: Int64, done: @Sendable () -> Void)

    /// Tells the sender that the message is dealt with.
    func acknowledge() {
        switch self {
        case .configure(_, let done), .stop(_, let done): done()
        case .listen(let socket, let done):
            hg_close(socket.descriptor)
            done()
        case .resolved, .health: break
        }
    }
}

/// What the loops of one load balancer share. Nothing of it is touched on the request path, but for the connection
/// limit's count, once per connection.
struct LoopEnvironment: Sendable {
    let options: EngineOptions
    let connections: ConnectionLimit
    let accessLog: AccessLogWriter?
    let policy: ForwardingPolicy
    /// Tells all loops what one has found out.
    let reports: LoopBroadcast
    /// TLS for connections that come before the first plan, by listener.
    let initialTLS: [TLSServerContext?]
}
