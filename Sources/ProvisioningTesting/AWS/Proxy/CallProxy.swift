import Hummingbird
import NIOCore
package import ProviderHTTP
import Synchronization

/// Stands before a server of AWS's API on a loopback port: passes calls on, counts those that write, and meddles with
/// one of them.
package final class CallProxy: Sendable {
    /// What becomes of a call that writes once it has taken effect.
    package enum Meddling: Sendable {
        /// It is answered when the body is done.
        case holding(@Sendable () async -> Void)
        /// It isn't answered, and nothing is from then on: what a client sees that dies. The body runs first.
        case crashing(@Sendable () -> Void)
    }

    private struct State {
        var writes: [String] = []
        var meddling: (matches: @Sendable (_ number: Int, _ operation: String) -> Bool, with: Meddling)?
        var isDown = false
        var underWay = 0
        var awaitingRest: [CheckedContinuation<Void, Never>] = []
    }

    /// Where it listens, such as `http://127.0.0.1:41234`.
    package let endpoint: String
    fileprivate let upstream: String
    fileprivate let added: [HeaderField]
    fileprivate let connections: HTTPConnections
    private let state = Mutex(State())

    private init(endpoint: String, upstream: String, added: [HeaderField], connections: HTTPConnections) {
        self.endpoint = endpoint
        self.upstream = upstream
        self.added = added
        self.connections = connections
    }

    /// Runs a proxy on a free port for as long as a body runs, and until the calls that came by then are over.
    ///
    /// - Parameters:
    ///   - upstream: the URL of the server.
    ///   - headers: fields that calls get on their way.
    package static func running<Result: Sendable>(
        to upstream: String, adding headers: [HeaderField] = [],
        _ body: @Sendable @escaping (CallProxy) async throws -> Result
    ) async throws -> Result {
        try await HTTPConnections.open(configuration: ConnectionConfiguration()) { connections in
            let responder = ProxyResponder()
            return try await LoopbackApplication.running(responder, label: "call-proxy") { endpoint in
                let proxy = CallProxy(
                    endpoint: endpoint, upstream: upstream, added: headers, connections: connections)
                responder.proxy.withLock { $0 = proxy }
                do {
                    let result = try await body(proxy)
                    await proxy.rest()
                    return result
                } catch {
                    await proxy.rest()
                    throw error
                }
            }
        }
    }

    /// The operations of the calls that wrote, in the order in which they came.
    package var writes: [String] { state.withLock { $0.writes } }

    package func forgetCalls() { state.withLock { $0.writes = [] } }

    /// Meddles with a call that writes, counted from 1 and from the last `forgetCalls()`.
    package func meddle(withWrite number: Int, _ meddling: Meddling) {
        state.withLock { $0.meddling = ({ count, _ in count == number }, meddling) }
    }

    /// Meddles with the next call of an operation that writes.
    package func meddle(with operation: String, _ meddling: Meddling) {
        state.withLock { $0.meddling = ({ _, name in name == operation }, meddling) }
    }

    /// Waits until no call is under way.
    private func rest() async {
        await withCheckedContinuation { continuation in
            let isAtRest = state.withLock { state in
                if state.underWay > 0 { state.awaitingRest.append(continuation) }
                return state.underWay == 0
            }
            if isAtRest { continuation.resume() }
        }
    }

    /// Passes a call on.
    ///
    /// - Returns: nil where it isn't answered.
    fileprivate func pass(_ request: AWSRequest) async throws -> APIResponse? {
        guard let meddling = begin(request) else { return nil }
        defer { end() }
        let answer = try await connections.send(
            call(request), timeLimit: .seconds(60), answerSizeLimit: 16 << 20)
        switch meddling {
        case .none: break
        case .holding(let body)?: await body()
        case .crashing(let body)?:
            state.withLock { $0.isDown = true }
            body()
        }
        return state.withLock { $0.isDown } ? nil : answer
    }

    /// - Returns: nil where nothing is passed on any more, else what the call is meddled with by, if it is.
    private func begin(_ request: AWSRequest) -> Meddling?? {
        state.withLock { state in
            guard !state.isDown else { return nil }
            state.underWay += 1
            guard let operation = request.operation, !Self.reads(operation) else { return .some(nil) }
            state.writes.append(operation)
            guard let meddling = state.meddling, meddling.matches(state.writes.count, operation) else {
                return .some(nil)
            }
            state.meddling = nil
            return meddling.with
        }
    }

    private func end() {
        let awaiting = state.withLock { state in
            state.underWay -= 1
            guard state.underWay == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.awaitingRest = [] }
            return state.awaitingRest
        }
        for continuation in awaiting { continuation.resume() }
    }

    /// Whether an operation only reads, as AWS names operations.
    private static func reads(_ operation: String) -> Bool {
        ["Describe", "Get", "List"].contains { operation.hasPrefix($0) }
    }

    private func call(_ request: AWSRequest) -> APICall {
        // What belongs to the connection is the connection's own.
        let passed = request.headers.filter {
            !["connection", "content-length", "transfer-encoding"].contains($0.name)
        }
        return APICall(
            service: "proxy", operation: request.operation ?? "", kind: .write, method: request.method,
            url: upstream + request.target, headers: passed.map { ($0.name, $0.value) } + added, body: request.body)
    }
}

/// Hands requests to the proxy, which is made once its port is known.
private final class ProxyResponder: HTTPResponder, Sendable {
    let proxy = Mutex<CallProxy?>(nil)

    func respond(to request: Request, context: ConnectionRequestContext) async throws -> Response {
        let proxy = proxy.withLock { $0 }
        if let answer = try await proxy?.pass(AWSRequest(request)) {
            let headers = answer.headers.filter {
                !["connection", "content-length", "transfer-encoding"].contains($0.name.lowercased())
            }
            return Response(
                status: answer.status, headers: headers.map { ($0.name, $0.value) }, body: answer.body)
        }
        try? await context.channel.close()
        // The connection is gone; nobody reads this.
        return Response(status: .noContent)
    }
}
