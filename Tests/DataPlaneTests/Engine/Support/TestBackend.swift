import Glibc
import Synchronization

/// A server on a port of the loopback interface, a thread per connection.
final class TestBackend: Sendable {
    let port: Int
    private let listener: Int32
    private let state = Mutex(State())

    private struct State {
        var connections = 0
        var requests: [TestMessage] = []
        var sockets: [TestSocket] = []
        var isStopped = false
    }

    /// - Parameter serve: serves one connection and returns when it is over.
    init(_ serve: @escaping @Sendable (TestSocket, TestBackend) throws -> Void) throws {
        let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(fd, pointer, length) == 0 && getsockname(fd, pointer, &length) == 0 && listen(fd, 128) == 0
            }
        }
        guard result else { throw TestSocketError.refused }
        port = Int(UInt16(bigEndian: address.sin_port))
        listener = fd
        spawn { [weak self] in
            while true {
                let connection = accept(fd, nil, nil)
                guard connection >= 0, let self else {
                    Glibc.close(fd)
                    return
                }
                let socket = TestSocket(descriptor: connection)
                let isStopped = state.withLock { state in
                    state.connections += 1
                    state.sockets.append(socket)
                    return state.isStopped
                }
                if isStopped {
                    Glibc.close(fd)
                    return
                }
                spawn {
                    try? serve(socket, self)
                    socket.close()
                }
            }
        }
    }

    /// A server that answers each request of a connection with what `respond` makes of it, as whole response text.
    static func http(_ respond: @escaping @Sendable (TestMessage) -> String) throws -> TestBackend {
        try TestBackend { socket, backend in
            while let request = try socket.receiveRequest() {
                backend.record(request)
                try socket.send(respond(request))
            }
        }
    }

    /// A server that says who it is.
    static func named(_ name: String) throws -> TestBackend {
        try http { _ in TestBackend.response(name) }
    }

    static func response(_ body: String, status: String = "200 OK", _ fields: String = "") -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
    }

    func record(_ request: TestMessage) { state.withLock { $0.requests.append(request) } }

    /// The requests that were recorded, in their order.
    var requests: [TestMessage] { state.withLock { $0.requests } }
    /// Connections that were accepted.
    var connections: Int { state.withLock { $0.connections } }

    /// Ends all connections and gives the port back.
    func stop() {
        let sockets = state.withLock { state -> [TestSocket]? in
            guard !state.isStopped else { return nil }
            state.isStopped = true
            return state.sockets
        }
        guard let sockets else { return }
        for socket in sockets { socket.end() }
        // Wakes the accepting thread, which closes the descriptor.
        shutdown(listener, Int32(SHUT_RDWR))
    }

    deinit { stop() }
}

/// A port on which nobody listens, and nobody else will: it is bound for the life of the process.
func unusedPort() throws -> Int {
    let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
            bind(fd, pointer, length) == 0 && getsockname(fd, pointer, &length) == 0
        }
    }
    guard isBound else { throw TestSocketError.refused }
    return Int(UInt16(bigEndian: address.sin_port))
}

/// Runs a closure on a thread of its own.
func spawn(_ body: @escaping @Sendable () -> Void) {
    final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(body))
    let result = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        }, work.toOpaque())
    precondition(result == 0)
    pthread_detach(thread)
}
