import ProviderHTTP
import Provisioning
import Testing

@Suite("Redaction")
struct RedactionTests {
    /// What the error says when the cloud quotes `text`.
    private static func message(quoting text: String, of call: APICall) async -> String? {
        let transcript = KeptTranscript()
        let sender = ScriptedSender([
            .answer(400, headers: [("x-request-id", text)], body: "Code \(text): You sent \(text)")
        ])
        let transport = APITransport(
            configuration: TransportConfiguration(transcript: transcript, time: SkippingTime()),
            signer: UnsignedRequests(), errors: CodedErrors(), connections: sender)
        let error = await providerError { try await transport.read(call) }
        return error.map { "\($0) \(transcript.entries)" }
    }

    @Test(
        "Credentials that the cloud quotes are never repeated",
        arguments: ["Authorization", "x-amz-security-token", "X-Auth-Token", "X-Secret"])
    func headers(name: String) async throws {
        var call = APICall.describing()
        call.headers = [(name, "token/a+b=="), ("X-Plain", "plain")]
        call.redactedFields = ["x-secret"]
        let message = try #require(await Self.message(quoting: "token/a+b==", of: call))
        #expect(!message.contains("token/a+b=="))
        #expect(message.contains("You sent [redacted]"))
        #expect(try #require(await Self.message(quoting: "plain", of: call)).contains("You sent plain"))
    }

    @Test("A signature is hidden though the rest of its field is not quoted with it")
    func signature() async throws {
        let signature = String(repeating: "0a", count: 32)
        var call = APICall.describing()
        call.headers = [("Authorization", "AWS4-HMAC-SHA256 Credential=a/b, Signature=\(signature)")]
        let message = try #require(await Self.message(quoting: signature, of: call))
        #expect(!message.contains(signature))
    }

    @Test(
        "Secret parameters are found in forms and in JSON, in whatever form the cloud quotes them",
        arguments: [
            ("Action=Import&PrivateKey=top+secret%2Fkey&Name=n", "top secret/key"),
            ("Action=Import&PrivateKey=top+secret%2Fkey&Name=n", "top+secret%2Fkey"),
            (#"{"name": "n", "private": {"privatekey": "top secret/key"}}"#, "top secret/key"),
            (#"[{"PrivateKey": ["first", "top secret/key"]}, 1, null]"#, "top secret/key"),
        ])
    func parameters(body: String, quoted: String) async throws {
        var call = APICall.describing(body: body)
        call.redactedFields = ["PrivateKey"]
        let message = try #require(await Self.message(quoting: quoted, of: call))
        #expect(!message.contains(quoted))
        #expect(message.contains("[redacted]"))
    }
}
