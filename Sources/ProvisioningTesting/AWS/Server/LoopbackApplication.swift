import HTTPTypes
package import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// Runs a responder on a free port of 127.0.0.1.
package enum LoopbackApplication {
    /// Runs it for as long as a body runs, which gets the URL; every request is over by the end.
    ///
    /// It ends by a graceful shutdown and is never cancelled: a connection that was accepted and that nobody has taken up
    /// traps in NIO when it is dropped (https://github.com/apple/swift-nio/issues/2637). Server and connections share an
    /// event loop, so that none is under way between them when the server closes.
    package static func running<Responder: HTTPResponder, Result: Sendable>(
        _ responder: Responder, label: String, _ body: (_ endpoint: String) async throws -> Result
    ) async throws -> Result where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        var logger = Logger(label: label)
        logger.logLevel = .critical
        let application = Application(
            responder: responder,
            configuration: .init(address: .hostname("127.0.0.1", port: 0), serverName: nil),
            onServerRunning: { channel in
                continuation.yield(channel.localAddress?.port ?? 0)
                continuation.finish()
            },
            eventLoopGroupProvider: .shared(EventLoopGroupProvider.singleton.eventLoopGroup.next()),
            logger: logger)
        let services = ServiceGroup(configuration: .init(services: [application], logger: logger))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // A server that can't start must not leave the body waiting for its port.
                defer { continuation.finish() }
                try await services.run()
            }
            let outcome = await outcome(of: body, at: ports)
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
            guard let outcome else {
                throw ServiceModels.Failure(description: "the server \(label) ended before its test")
            }
            return try outcome.get()
        }
    }

    /// - Returns: what came of the body; nil where there is no port.
    private static func outcome<Result: Sendable>(
        of body: (_ endpoint: String) async throws -> Result, at ports: AsyncStream<Int>
    ) async -> Swift.Result<Result, any Error>? {
        for await port in ports {
            do {
                return .success(try await body("http://127.0.0.1:\(port)"))
            } catch {
                return .failure(error)
            }
        }
        return nil
    }
}

/// The context of a request with its connection, which a test may want to end.
struct ConnectionRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

extension AWSRequest {
    /// A request with its body, as it came.
    init(_ request: Request) async throws {
        let body = try await request.body.collect(upTo: 16 << 20)
        var headers = request.headers.map { ($0.name.rawName.lowercased(), $0.value) }
        if let host = request.head.authority { headers.append(("host", host)) }
        self.init(
            method: request.method.rawValue, target: request.head.path ?? "/", headers: headers,
            body: Array(body.readableBytesView))
    }

    /// The operation that it calls, as far as that can be told.
    var operation: String? {
        header("x-amz-target")?.split(separator: ".").last.map(String.init)
            ?? FormDecoder.fields(of: body).first { $0.name == "Action" }?.value
    }
}

extension Response {
    init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
        var fields = HTTPFields()
        for header in headers {
            guard let name = HTTPField.Name(header.name) else { continue }
            fields[name] = header.value
        }
        self.init(status: .init(code: status), headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}
