import ProviderHTTP
import ProvisioningTesting

/// Hands calls to a strict AWS within the process.
struct SimulatedSender: CallSender {
    let cloud: SimulatedAWS

    func send(_ call: APICall, timeLimit: Duration, answerSizeLimit: Int) async throws -> APIResponse {
        guard let endpoint = Endpoint(url: call.url) else { throw SendFailure(.invalidCall) }
        let authority = call.url.dropFirst("\(endpoint.scheme)://".count).prefix { $0 != "/" }
        let request = AWSRequest(
            method: call.method, target: "/",
            headers: call.headers.map { (name: $0.name.lowercased(), value: $0.value) }
                + [(name: "host", value: String(authority))],
            body: call.body)
        switch cloud.answer(request) {
        case .respond(let status, let headers, let body):
            return APIResponse(status: status, headers: headers.map { (name: $0.name, value: $0.value) }, body: body)
        case .closeConnection, .resetConnection: throw SendFailure(.connectionLost)
        case .noAnswer: throw SendFailure(.timedOut(limit: timeLimit))
        }
    }
}
