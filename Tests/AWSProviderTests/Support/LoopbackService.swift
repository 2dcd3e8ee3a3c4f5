import Foundation
import Hummingbird
import NIOCore
import ProviderHTTP
import ProvisioningTesting
import Synchronization

/// A request as a loopback service got it.
struct ReceivedRequest: Sendable {
    let method: String
    /// Path and query.
    let target: String
    let headers: [String: String]
    let body: String

    /// A parameter of a form in the body.
    func form(_ name: String) -> String? {
        let pair = body.split(separator: "&").first { $0.hasPrefix("\(name)=") }
        return pair?.dropFirst(name.count + 1).removingPercentEncoding.map { String($0) }
    }
}

/// A server on 127.0.0.1 that stands in for STS, SSO, a container's endpoint or instance metadata.
final class LoopbackService: Sendable {
    typealias Answer = @Sendable (ReceivedRequest) -> (status: Int, body: String)

    private let received = Mutex<[ReceivedRequest]>([])
    let url: String

    private init(url: String) {
        self.url = url
    }

    var requests: [ReceivedRequest] { received.withLock { $0 } }

    /// Runs `body` while a server answers by `answer`, and calls go over real connections.
    static func running<Result: Sendable>(
        _ answer: @escaping Answer,
        _ body: @Sendable (LoopbackService, HTTPConnections) async throws -> Result
    ) async throws -> Result {
        let requests = RequestLog()
        let responder = CallbackResponder { (request: Request, _: BasicRequestContext) in
            let bytes = try await request.body.collect(upTo: 1 << 20)
            var headers: [String: String] = [:]
            headers["host"] = request.head.authority
            for field in request.headers { headers[field.name.rawName.lowercased()] = field.value }
            let received = ReceivedRequest(
                method: request.method.rawValue, target: request.uri.string, headers: headers,
                body: String(buffer: bytes))
            requests.add(received)
            let answer = answer(received)
            return Response(
                status: HTTPResponse.Status(code: answer.status),
                body: ResponseBody(byteBuffer: ByteBuffer(string: answer.body)))
        }
        return try await LoopbackApplication.running(responder, label: "loopback-service") { url in
            let service = LoopbackService(url: url)
            requests.attach(service)
            return try await HTTPConnections.open(configuration: ConnectionConfiguration()) { connections in
                try await body(service, connections)
            }
        }
    }

    fileprivate func add(_ request: ReceivedRequest) {
        received.withLock { $0.append(request) }
    }
}

/// Hands requests to the service, which is made once its port is known.
private final class RequestLog: Sendable {
    private let service = Mutex<LoopbackService?>(nil)

    func attach(_ service: LoopbackService) {
        self.service.withLock { $0 = service }
    }

    func add(_ request: ReceivedRequest) {
        service.withLock { $0 }?.add(request)
    }
}
