import Glibc
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// A strict AWS on a loopback port: ELBv2, and what a load balancer needs of EC2, ACM, WAFv2, STS and the tagging API,
/// all on one endpoint.
///
/// Every call is held against the service models that botocore ships, and answered as AWS documents it; `cloud` says
/// what exists and what was called, and takes faults. No clock moves anything on: reads do, and the test.
package final class AWSTestServer: Sendable {
    /// The environment of a caller that the server accepts, and that finds nothing of the machine's own.
    package static let environment = [
        "HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": CloudCredential.standardKey, "AWS_SECRET_ACCESS_KEY": CloudCredential.standardSecret,
    ]

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
        try await LoopbackApplication.running(AWSResponder(cloud: cloud), label: "aws-test-server") { endpoint in
            try await body(AWSTestServer(cloud: cloud, endpoint: endpoint))
        }
    }
}

private struct AWSResponder: HTTPResponder {
    let cloud: SimulatedAWS

    func respond(to request: Request, context: ConnectionRequestContext) async throws -> Response {
        let answer = cloud.answer(try await AWSRequest(request))
        let channel = context.channel
        switch answer {
        case .respond(let status, let headers, let body):
            return Response(status: status, headers: headers, body: body)
        case .closeConnection: try? await channel.close()
        case .resetConnection:
            // Closed with nothing left to linger for, a connection is reset.
            let socket = channel as? any SocketOptionProvider
            try? await socket?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
            try? await channel.close()
        case .noAnswer:
            await withGracefulShutdownHandler {
                try? await channel.closeFuture.get()
            } onGracefulShutdown: {
                channel.close(promise: nil)
            }
        }
        // The connection is gone; nobody reads this.
        return Response(status: .noContent)
    }
}
