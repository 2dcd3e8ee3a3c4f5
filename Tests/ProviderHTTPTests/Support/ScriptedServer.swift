import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server on loopback that meets each request with the next step of a script, whatever connection it comes on.
final class ScriptedServer: Sendable {
    enum Step: Sendable {
        case answer(Int, headers: [String] = [], body: String = "")
        /// These very bytes, after which the connection stays open.
        case bytes(String)
        /// These bytes, and then a reset of the connection.
        case resetAfter(String)
        /// These bytes, and then the end of the connection.
        case closeAfter(String)
    }

    private struct State {
        var steps: [Step]
        var requests: [String] = []
        var observers: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    private let channel: any Channel

    private init(_ steps: [Step], tls: NIOSSLContext?) async throws {
        let pending = PendingServer()
        channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(ScriptHandler(server: pending))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        state = Mutex(State(steps: steps))
        pending.server.withLock { $0 = self }
    }

    /// Runs `body` with a server that is gone after it.
    static func run<Result>(
        _ steps: [Step], tls: NIOSSLContext? = nil, _ body: (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let server = try await ScriptedServer(steps, tls: tls)
        let result: Result
        do {
            result = try await body(server)
        } catch {
            try await server.channel.close()
            throw error
        }
        try await server.channel.close()
        return result
    }

    /// A port at which nobody listens.
    static func unusedPort() async throws -> Int {
        try await run([]) { $0.port }
    }

    var port: Int { channel.localAddress?.port ?? 0 }

    var url: String { "http://127.0.0.1:\(port)/" }

    /// The requests as they came.
    var requests: [String] { state.withLock { $0.requests } }

    /// Returns as soon as a request has come.
    func untilRequested() async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock {
                if $0.requests.isEmpty { $0.observers.append(continuation) }
                return !$0.requests.isEmpty
            }
            if isThere { continuation.resume() }
        }
    }

    fileprivate func step(after request: String) -> Step {
        let (step, observers) = state.withLock { state in
            state.requests.append(request)
            defer { state.observers = [] }
            return (state.steps.isEmpty ? Step.answer(599) : state.steps.removeFirst(), state.observers)
        }
        for observer in observers { observer.resume() }
        return step
    }
}

/// The server as the handlers of its connections know it, which are made before it is whole.
private final class PendingServer: Sendable {
    let server = Mutex<ScriptedServer?>(nil)
}

/// Gathers requests and meets each with its step.
private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let server: PendingServer
    private var received = ""

    init(server: PendingServer) {
        self.server = server
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += String(buffer: unwrapInboundIn(data))
        while let request = takeRequest() {
            guard let step = server.server.withLock({ $0 })?.step(after: request) else {
                return context.close(promise: nil)
            }
            meet(step, context: context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func takeRequest() -> String? {
        guard let end = received.firstRange(of: "\r\n\r\n") else { return nil }
        let head = received[..<end.lowerBound]
        let length = head.lowercased().firstMatch(of: /content-length: (\d+)/).flatMap { Int($0.1) } ?? 0
        let body = received[end.upperBound...]
        guard body.utf8.count >= length else { return nil }
        let request = String(head) + "\r\n\r\n" + body.prefix(length)
        received = String(body.dropFirst(length))
        return request
    }

    private func meet(_ step: ScriptedServer.Step, context: ChannelHandlerContext) {
        switch step {
        case .answer(let status, let headers, let body):
            let fields = (headers + ["Content-Length: \(body.utf8.count)"]).joined(separator: "\r\n")
            send("HTTP/1.1 \(status) Status\r\n\(fields)\r\n\r\n\(body)", context: context)
        case .bytes(let bytes): send(bytes, context: context)
        case .closeAfter(let bytes):
            send(bytes, context: context)
            context.close(promise: nil)
        case .resetAfter(let bytes):
            send(bytes, context: context)
            // Closing with no time to linger makes the kernel send a reset.
            guard let options = context.channel as? any SocketOptionProvider else { return }
            let channel = context.channel
            options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
        }
    }

    private func send(_ text: String, context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}
