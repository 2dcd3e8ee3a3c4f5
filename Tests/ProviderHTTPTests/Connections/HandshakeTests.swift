import NIOCore
import NIOPosix
import ProviderHTTP
import Provisioning
import Testing

/// What is told of endpoints whose URL begins with https, and that don't do what that takes.
@Suite("TLS handshakes that fail", .timeLimit(.minutes(1)))
struct HandshakeTests {
    /// What a server sends to whatever comes first, after which it ends the connection.
    struct Answer: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var bytes: [UInt8]
        var kind: ProviderError.Kind
        var message: String

        /// A fatal alert of TLS 1.2 (RFC 5246, section 7.2).
        static func alert(_ number: UInt8) -> [UInt8] { [21, 3, 3, 0, 2, 2, number] }
    }

    private static let answers = [
        Answer(
            testDescription: "plain HTTP", bytes: Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8),
            kind: .unexpectedAnswer,
            message:
                "doesn't speak TLS: a TLS handshake was tried there, and something else came back; where it serves "
                + "plain HTTP, begin its URL with http:// instead of https://"),
        Answer(
            testDescription: "another protocol", bytes: Array("SSH-2.0-OpenSSH_9.6\r\n".utf8), kind: .unexpectedAnswer,
            message: "doesn't speak TLS"),
        Answer(
            testDescription: "a TLS that is too old", bytes: Answer.alert(70), kind: .unexpectedAnswer,
            message: "it speaks no TLS from version 1.2 on"),
        Answer(
            testDescription: "no cipher in common", bytes: Answer.alert(40), kind: .unexpectedAnswer,
            message: "it takes none of the ciphers that are offered"),
        Answer(
            testDescription: "an alert without a sentence of its own", bytes: Answer.alert(80), kind: .unexpectedAnswer,
            message: "the TLS library calls the reason TLSV1_ALERT_INTERNAL_ERROR"),
        Answer(
            testDescription: "the end of the connection", bytes: [], kind: .unavailable,
            message: "it ended the connection amid the TLS handshake"),
    ]

    @Test("Each is one sentence that says what to check, and nothing of how the program was built", arguments: answers)
    func failure(answer: Answer) async throws {
        let error = try await AnsweringServer.run(answer.bytes) { port in
            try await HTTPConnections.open(configuration: ConnectionConfiguration()) { connections in
                let transport = APITransport(
                    configuration: TransportConfiguration(time: SkippingTime(), chance: { 0 }),
                    signer: UnsignedRequests(), errors: StatusErrorDecoder(), connections: connections)
                return await providerError { try await transport.read(.describing("https://127.0.0.1:\(port)/")) }
            }
        }
        let found = try #require(error)
        #expect(found.kind == answer.kind)
        #expect(found.message.contains(answer.message), "\(found.message)")
        #expect(found.message.contains("https://127.0.0.1:"))
        for part in ["BoringSSL", "NIOSSL", "OPENSSL", ".cc", "checkouts"] {
            #expect(!found.message.contains(part), "\(found.message)")
        }
    }
}

/// A server on loopback that answers the first bytes of a connection with the same bytes each time, and ends it.
private enum AnsweringServer {
    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let bytes: [UInt8]
        private var hasAnswered = false

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard !hasAnswered else { return }
            hasAnswered = true
            let answered = context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)))
            let channel = context.channel
            answered.whenComplete { _ in channel.close(promise: nil) }
        }
    }

    /// Runs `body` with the port of a server that is gone after it.
    static func run<Result>(_ bytes: [UInt8], _ body: (Int) async throws -> Result) async throws -> Result {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(bytes))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let result: Result
        do {
            result = try await body(channel.localAddress?.port ?? 0)
        } catch {
            try await channel.close()
            throw error
        }
        try await channel.close()
        return result
    }
}
