import Foundation
import ProviderHTTP
import Provisioning
import Testing

@Suite("Rejected credentials")
struct RejectedCredentialsTests {
    private static let expired = ScriptedSender.Step.answer(403, body: "ExpiredToken: The security token has expired")

    private static func transport(_ sender: ScriptedSender, _ signer: some RequestSigner) -> APITransport {
        APITransport(
            configuration: TransportConfiguration(time: SkippingTime(), chance: { 0 }), signer: signer,
            errors: CodedErrors(), connections: sender)
    }

    @Test("Expired credentials are renewed once and the call is signed anew")
    func renewal() async throws {
        let sender = ScriptedSender([Self.expired, .answer(200)])
        let transport = Self.transport(sender, NumberedSigner())
        _ = try await WritePermit.granting { try await transport.write(.creating(), permit: $0) }
        #expect(
            sender.calls.map { $0.headers.first(name: "authorization") } == ["Key generation-1", "Key generation-2"])
    }

    @Test("Fresh credentials that are rejected too end in the error")
    func onlyOnce() async {
        let sender = ScriptedSender([Self.expired, Self.expired, .answer(200)])
        let signer = NumberedSigner()
        let error = await providerError { try await Self.transport(sender, signer).read(.describing()) }
        #expect(error?.kind == .unauthenticated)
        #expect(error?.code == "ExpiredToken")
        #expect(signer.generation == 2)
        #expect(sender.calls.count == 2)
    }

    @Test("Where there are none fresh, the cloud's error stands")
    func noneFresh() async {
        let sender = ScriptedSender([Self.expired, .answer(200)])
        let error = await providerError {
            try await Self.transport(sender, NumberedSigner(hasFreshCredentials: false)).read(.describing())
        }
        #expect(error?.message == "The security token has expired")
        #expect(sender.calls.count == 1)
    }

    @Test("A clock that is off is made up for, in this call and in the next")
    func clock() async throws {
        // testDate is 08:00:00 on that day; the cloud is a quarter of an hour ahead.
        let sender = ScriptedSender([
            .answer(401, headers: [("Date", "Fri, 15 Jan 2027 08:15:00 GMT")]), .answer(200), .answer(200),
        ])
        let signer = NumberedSigner()
        let transport = Self.transport(sender, signer)
        _ = try await transport.read(.describing())
        _ = try await transport.read(.describing())
        #expect(signer.dates == [testDate, testDate + 900, testDate + 900])
        #expect(signer.generation == 1)
    }

    @Test("Without credentials the signer's error is the call's, and nothing is sent")
    func noCredentials() async {
        struct Without: RequestSigner {
            struct NoCredentials: Error, CustomStringConvertible {
                let description = "no source has credentials"
            }

            func sign(_ call: APICall, at date: Date) async throws -> APICall { throw NoCredentials() }

            func refreshAfterRejection() async throws -> Bool { false }
        }
        let sender = ScriptedSender([.answer(200)])
        let error = await providerError { try await Self.transport(sender, Without()).read(.describing()) }
        #expect(error?.kind == .unauthenticated)
        #expect(error?.message == "the call can't be signed: no source has credentials")
        #expect(sender.calls.isEmpty)
    }
}
