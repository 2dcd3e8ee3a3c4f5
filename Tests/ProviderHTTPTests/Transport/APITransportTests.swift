import Foundation
import ProviderHTTP
import Provisioning
import Testing

@Suite("The transport")
struct APITransportTests {
    private static func transport(
        _ sender: ScriptedSender, signer: NumberedSigner = NumberedSigner(), time: any TimeSource = SkippingTime(),
        configure: (inout TransportConfiguration) -> Void = { _ in }
    ) -> APITransport {
        var configuration = TransportConfiguration(time: time, chance: { 1 })
        configure(&configuration)
        return APITransport(
            configuration: configuration, signer: signer, errors: CodedErrors(), connections: sender)
    }

    private static func write(_ transport: APITransport, _ call: APICall) async throws -> APIResponse {
        try await WritePermit.granting { permit in try await transport.write(call, permit: permit) }
    }

    @Test("A call that writes is refused without a permit, and nothing is sent")
    func readsOnly() async {
        let sender = ScriptedSender([.answer(200)])
        let error = await providerError { try await Self.transport(sender).read(.creating()) }
        #expect(error?.kind == .invalid)
        #expect(error?.code == "WriteWithoutPermit")
        #expect(error?.operation == "balancing:CreateRule")
        #expect(sender.calls.isEmpty)
    }

    @Test("A call is signed, sent and answered")
    func success() async throws {
        let sender = ScriptedSender([.answer(200, body: "done")])
        let response = try await Self.write(Self.transport(sender), .creating())
        #expect(response.body == Array("done".utf8))
        #expect(sender.calls.map { $0.headers.first(name: "authorization") } == ["Key generation-1"])
    }

    @Test("Throttling is waited out, as long as the cloud asks, whatever the call")
    func throttling() async throws {
        let sender = ScriptedSender([
            .answer(400, headers: [("Retry-After", "3")], body: "Throttling: Rate exceeded"), .answer(200),
        ])
        let time = SkippingTime()
        _ = try await Self.write(Self.transport(sender, time: time), .creating())
        #expect(sender.calls.count == 2)
        #expect(time.waits.first == .milliseconds(3200))
    }

    @Test("A date in Retry-After is waited for")
    func retryAfterDate() async throws {
        let sender = ScriptedSender([
            .answer(503, headers: [("Retry-After", "Fri, 15 Jan 2027 08:00:05 GMT")]), .answer(200),
        ])
        let time = SkippingTime()
        _ = try await Self.transport(sender, time: time).read(.describing())
        #expect(time.waits == [.milliseconds(5200)])
    }

    @Test("After throttling the operation's other calls slow down, and no other operation's do")
    func adaptiveRate() async throws {
        let sender = ScriptedSender([.answer(429), .answer(200), .answer(200), .answer(200)])
        let time = SkippingTime()
        let transport = Self.transport(sender, time: time) {
            $0.rateLimits = RateLimits(standard: RateLimit(perSecond: 1, burst: 10))
            $0.chance = { 0 }
        }
        _ = try await transport.read(.describing())
        #expect(time.waits.count == 1)
        let beforeOther = time.waits
        _ = try await Self.write(transport, .creating())
        #expect(time.waits == beforeOther)
        _ = try await transport.read(.describing())
        #expect(time.waits.count == 2)
    }

    @Test("A failure of the cloud is followed by another try of what may be sent twice")
    func serverFailure() async throws {
        let sender = ScriptedSender([.answer(503), .failure(.connectionLost), .answer(200)])
        _ = try await Self.write(Self.transport(sender), .creating(isIdempotent: true))
        #expect(sender.calls.count == 3)
    }

    @Test(
        "A call that must not take effect twice is not sent again once it may have",
        arguments: [
            ScriptedSender.Step.answer(500), .failure(.connectionLost), .failure(.timedOut(limit: .seconds(30))),
        ])
    func uncertainEffect(step: ScriptedSender.Step) async {
        let sender = ScriptedSender([step, .answer(200)])
        let error = await providerError { try await Self.write(Self.transport(sender), .creating()) }
        #expect(error?.kind == .unavailable)
        #expect(error?.message.contains("may have taken effect") == true)
        #expect(sender.calls.count == 1)
    }

    @Test("A call that never left is sent again whatever it is")
    func unsent() async throws {
        let sender = ScriptedSender([.failure(.notConnected), .answer(200)])
        _ = try await Self.write(Self.transport(sender), .creating())
        #expect(sender.calls.count == 2)
    }

    @Test("An error tells how often the call was tried, and the cloud's request id")
    func givingUp() async {
        let steps = (0..<5).map { ScriptedSender.Step.answer(503, headers: [("x-amzn-RequestId", "id-\($0)")]) }
        let sender = ScriptedSender(steps)
        let error = await providerError { try await Self.transport(sender).read(.describing()) }
        #expect(error?.kind == .unavailable)
        #expect(error?.requestID == "id-4")
        #expect(error?.message.contains("gave up after 5 tries in 3000 ms") == true, "\(error as Any)")
    }

    @Test("What the decoder takes for a success is none where the status says that the server failed or redirects")
    func overlookedFailures() async {
        struct Trusting: ErrorDecoder {
            func error(in response: APIResponse, of call: APICall) -> ProviderError? { nil }
        }
        for (status, kind) in [(302, ProviderError.Kind.unexpectedAnswer), (502, .unavailable)] {
            let transport = APITransport(
                configuration: TransportConfiguration(retry: .never, time: SkippingTime()), signer: UnsignedRequests(),
                errors: Trusting(), connections: ScriptedSender([.answer(status)]))
            let error = await providerError { try await transport.read(.describing()) }
            #expect(error?.kind == kind)
        }
    }

    @Test("The time limit of a call bounds its tries and its waits")
    func callTimeLimit() async {
        let sender = ScriptedSender(Array(repeating: .answer(429, headers: [("Retry-After", "8")]), count: 9))
        let transport = Self.transport(sender) { $0.callTimeLimit = .seconds(20) }
        let error = await providerError { try await transport.read(.describing()) }
        #expect(error?.kind == .throttled)
        #expect(error?.retryAfterMilliseconds == 8000)
        #expect(error?.message.contains("time limit") == true)
        #expect(sender.limits.first == .seconds(20))
        #expect(sender.limits.count == 3)
    }

    @Test("A call whose turn comes too late fails without being sent")
    func ownRateLimit() async throws {
        let sender = ScriptedSender([.answer(200)])
        let transport = Self.transport(sender) {
            $0.rateLimits = RateLimits(standard: RateLimit(perSecond: 0.01, burst: 1))
            $0.callTimeLimit = .seconds(5)
        }
        _ = try await transport.read(.describing())
        let error = await providerError { try await transport.read(.describing()) }
        #expect(error?.kind == .throttled)
        #expect(error?.code == "OwnRateLimit")
        #expect(sender.calls.count == 1)
    }

    @Test("A cancelled task stops waiting and sends nothing more")
    func cancellationWhileWaiting() async {
        let time = HeldTime()
        let sender = ScriptedSender([.answer(503), .answer(200)])
        let transport = Self.transport(sender, time: time)
        let call = Task { try await transport.read(.describing()) }
        await time.untilSomebodyWaits()
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(sender.calls.count == 1)
    }

    @Test("A cancelled task stops the call under way")
    func cancellationUnderWay() async {
        let time = HeldTime()
        let sender = ScriptedSender([.silence(time), .answer(200)])
        let transport = Self.transport(sender, time: time)
        let call = Task { try await transport.read(.describing()) }
        await time.untilSomebodyWaits()
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(sender.calls.count == 1)
    }
}
