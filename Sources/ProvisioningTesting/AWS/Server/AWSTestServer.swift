import Glibc
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// A strict AWS on a loopback port: ELBv2, and what a load balancer needs of EC2, ACM, WAFv2, STS and the tagging API,
/// all on one endpoint.
///
/// Every call is held against the service models that botocore ships, and answered as AWS documents it; `cloud` says
/// what exists and what was called, and takes faults. No clock moves anything on: reads do, and the test.
package final class AWSTestServer: Sendable {
    package let cloud: SimulatedAWS
    /// Where it listens, such as `http://127.0.0.1:41234`.
    package let endpoint: String

    private init(cloud: SimulatedAWS, endpoint: String) {
        self.cloud = cloud
        self.endpoint = endpoint
    }

    /// Runs a server on a free port of 127.0.0.1 for as long as a body runs.
    package static func running<Result: Sendable>(
        _ cloud: SimulatedAWS = SimulatedAWS(), _ body: @Sendable @escaping (AWSTestServer) async throws -> Result
    ) async throws -> Result {
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        var logger = Logger(label: "aws-test-server")
        logger.logLevel = .critical
        let application = Application(
            responder: AWSResponder(cloud: cloud),
            configuration: .init(address: .hostname("127.0.0.1", port: 0), serverName: nil),
            onServerRunning: { channel in
                continuation.yield(channel.localAddress?.port ?? 0)
                continuation.finish()
            },
            logger: logger)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                // A server that can't start must not leave the body waiting for its port.
                defer { continuation.finish() }
                try await application.run()
                return nil
            }
            group.addTask {
                for await port in ports {
                    return try await body(AWSTestServer(cloud: cloud, endpoint: "http://127.0.0.1:\(port)"))
                }
                return nil
            }
            defer { group.cancelAll() }
            while let outcome = try await group.next() {
                if let outcome { return outcome }
            }
            throw ServiceModels.Failure(description: "the AWS test server ended before its test")
        }
    }
}

/// The connection of a request, which a fault may end.
private struct AWSRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

private struct AWSResponder: HTTPResponder {
    let cloud: SimulatedAWS

    func respond(to request: Request, context: AWSRequestContext) async throws -> Response {
        let body = try await request.body.collect(upTo: 16 << 20)
        var headers = request.headers.map { ($0.name.rawName.lowercased(), $0.value) }
        if let host = request.head.authority { headers.append(("host", host)) }
        let answer = cloud.answer(
            AWSRequest(
                method: request.method.rawValue, target: request.head.path ?? "/", headers: headers,
                body: Array(body.readableBytesView)))
        let channel = context.channel
        switch answer {
        case .respond(let status, let headers, let body):
            var fields = HTTPFields()
            for header in headers {
                guard let name = HTTPField.Name(header.name) else { continue }
                fields[name] = header.value
            }
            return Response(
                status: .init(code: status), headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: body)))
        case .closeConnection: try? await channel.close()
        case .resetConnection:
            // Closed with nothing left to linger for, a connection is reset.
            let socket = channel as? any SocketOptionProvider
            try? await socket?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
            try? await channel.close()
        case .noAnswer:
            await withTaskCancellationHandler {
                try? await channel.closeFuture.get()
            } onCancel: {
                channel.close(promise: nil)
            }
        }
        // The connection is gone; nobody reads this.
        return Response(status: .noContent)
    }
}
