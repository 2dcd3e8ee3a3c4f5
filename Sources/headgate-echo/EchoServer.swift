import Foundation
import Hummingbird
import Logging
import Synchronization

/// Answers every request with a line of JSON that tells what reached the backend.
enum EchoServer {
    /// The server of one endpoint, which tells `progress` when it listens.
    static func application(
        _ endpoint: EchoEndpoint, progress: StartProgress, logger: Logger
    ) -> Application<EchoResponder> {
        Application(
            responder: EchoResponder(endpoint: endpoint),
            configuration: ApplicationConfiguration(address: .hostname(endpoint.address, port: endpoint.port)),
            onServerRunning: { _ in progress.serverRuns() },
            logger: logger)
    }
}

/// Counts the servers that listen, and says so when it is all of them.
final class StartProgress: Sendable {
    private let expected: Int
    private let running = Mutex(0)

    init(expected: Int) {
        self.expected = expected
    }

    func serverRuns() {
        let count = running.withLock {
            $0 += 1
            return $0
        }
        if count == expected {
            FileHandle.standardOutput.write(Data("headgate-echo: listening on \(count) addresses\n".utf8))
        }
    }
}

/// What a backend saw of a request.
private struct Echo: Encodable {
    var service: String
    var address: String
    var method: String
    var host: String
    var path: String
    var headers: [String: String]
    var bodyBytes: Int
}

struct EchoResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    var endpoint: EchoEndpoint

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        var bodyBytes = 0
        for try await chunk in request.body {
            bodyBytes += chunk.readableBytes
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var body = try encoder.encode(echo(of: request, bodyBytes: bodyBytes))
        body.append(UInt8(ascii: "\n"))
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    private func echo(of request: Request, bodyBytes: Int) -> Echo {
        var headers: [String: String] = [:]
        for field in request.headers {
            let name = field.name.rawName.lowercased()
            headers[name] = headers[name].map { "\($0), \(field.value)" } ?? field.value
        }
        return Echo(
            service: endpoint.service, address: "\(endpoint.address):\(endpoint.port)", method: request.method.rawValue,
            host: request.head.authority ?? "", path: request.uri.description, headers: headers, bodyBytes: bodyBytes)
    }
}
