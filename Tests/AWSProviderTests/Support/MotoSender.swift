import ProviderHTTP
import Synchronization

/// Sends calls to an account of moto, counts those that write, and answers some in AWS's place.
final class MotoSender: CallSender {
    private let connections: any CallSender
    private let account: String
    private let state = Mutex(State())

    private struct State {
        var writes: [String] = []
        var throttled = 0
    }

    init(connections: any CallSender, account: String) {
        self.connections = connections
        self.account = account
    }

    /// The operations of the calls that wrote.
    var writes: [String] { state.withLock { $0.writes } }

    func forgetCalls() { state.withLock { $0.writes = [] } }

    /// Answers the next calls that write as AWS does when it is asked too often, which moto never is.
    func throttle(_ count: Int) { state.withLock { $0.throttled = count } }

    func send(_ call: APICall, timeLimit: Duration, answerSizeLimit: Int) async throws -> APIResponse {
        let isThrottled = state.withLock { state in
            guard call.kind == .write else { return false }
            state.writes.append(call.operation)
            guard state.throttled > 0 else { return false }
            state.throttled -= 1
            return true
        }
        if isThrottled {
            let body =
                "<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>"
            return APIResponse(status: 400, body: Array(body.utf8))
        }
        var call = call
        call.headers.append((name: "x-moto-account-id", value: account))
        return try await connections.send(call, timeLimit: timeLimit, answerSizeLimit: answerSizeLimit)
    }
}
