import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Runs a responder on a free port of 127.0.0.1.
enum LoopbackApplication {
    /// Runs it for as long as a body runs, which gets the URL; every request is over by the end.
    static func running<Responder: HTTPResponder, Result: Sendable>(
        _ responder: Responder, label: String, _ body: @Sendable @escaping (_ endpoint: String) async throws -> Result
    ) async throws -> Result where Responder.Context == ConnectionRequestContext {
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
            logger: logger)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                // A server that can't start must not leave the body waiting for its port.
                defer { continuation.finish() }
                try await application.run()
                return nil
            }
            group.addTask {
                for await port in ports { return try await body("http://127.0.0.1:\(port)") }
                return nil
            }
            defer { group.cancelAll() }
            while let outcome = try await group.next() {
                if let outcome { return outcome }
            }
            throw ServiceModels.Failure(description: "the server \(label) ended before its test")
        }
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
