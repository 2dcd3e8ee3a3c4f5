import Foundation
import ProviderHTTP
import Provisioning
import Testing

@testable import AWSProvider

@Suite("Signature Version 4")
struct SignatureV4Tests {
    struct Suite: Decodable {
        struct Vector: Decodable, Sendable, CustomTestStringConvertible {
            let name: String
            let method: String
            let target: String
            let headers: [[String]]
            let body: String
            let sessionToken: String?
            let signature: String

            var testDescription: String { name }
        }

        let accessKeyID: String
        let secretAccessKey: String
        let region: String
        let service: String
        let timestamp: String
        let vectors: [Vector]
    }

    static let suite = Result { try Fixture.decode(Suite.self, from: "sigv4-test-suite.json") }

    @Test("agrees with AWS's test suite", arguments: (try? suite.get().vectors) ?? [])
    func testSuite(vector: Suite.Vector) throws {
        let suite = try Self.suite.get()
        let credentials = AWSCredentials(
            accessKeyID: suite.accessKeyID, secretAccessKey: RedactedString(suite.secretAccessKey),
            sessionToken: vector.sessionToken.map(RedactedString.init), source: "test suite")
        let call = APICall(
            service: suite.service, operation: "", kind: .read, method: vector.method,
            url: "https://example.amazonaws.com\(vector.target)",
            headers: vector.headers.map { (name: $0[0], value: $0[1]) }, body: Array(vector.body.utf8))
        let signed = try AWSSigner.sign(
            call, with: credentials, region: suite.region, at: try Date(suite.timestamp, strategy: .iso8601))
        let authorization = try #require(signed.headers.first(name: "Authorization"))
        #expect(
            authorization.hasPrefix("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ")
        )
        #expect(authorization.hasSuffix("Signature=\(vector.signature)"))
        #expect(signed.headers.first(name: "X-Amz-Date") == "20150830T123600Z")
        #expect(signed.headers.first(name: "X-Amz-Security-Token") == vector.sessionToken)
    }

    @Test("has all of the test suite")
    func testSuiteIsThere() throws {
        #expect(try Self.suite.get().vectors.count == 30)
    }

    struct Recording: Decodable {
        struct Request: Decodable, Sendable, CustomTestStringConvertible {
            let service: String
            let region: String
            let method: String
            let url: String
            let headers: [[String]]
            let body: String
            let sessionToken: String?
            let timestamp: String
            let authorization: String

            var testDescription: String { "\(method) \(url) for \(service)" }
        }

        let requests: [Request]
    }

    static let recording = Result { try Fixture.decode(Recording.self, from: "botocore-signatures.json") }

    @Test("agrees with botocore", arguments: (try? recording.get().requests) ?? [])
    func botocore(request: Recording.Request) throws {
        let credentials = AWSCredentials(
            accessKeyID: "AKIDEXAMPLE", secretAccessKey: RedactedString("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            sessionToken: request.sessionToken.map(RedactedString.init), source: "recording")
        let call = APICall(
            service: request.service, operation: "", kind: .read, method: request.method, url: request.url,
            headers: request.headers.map { (name: $0[0], value: $0[1]) }, body: Array(request.body.utf8))
        let date = try Date("2026-01-31T23:59:58Z", strategy: .iso8601)
        let signed = try AWSSigner.sign(call, with: credentials, region: request.region, at: date)
        #expect(signed.headers.first(name: "X-Amz-Date") == request.timestamp)
        #expect(signed.headers.first(name: "Authorization") == request.authorization)
    }

    @Test("has the recording of botocore")
    func recordingIsThere() throws {
        #expect(try Self.recording.get().requests.count == 9)
    }

    @Test("a canonical request and string to sign read as AWS's guide has them")
    func intermediateTexts() throws {
        let call = APICall(
            service: "service", operation: "", kind: .read, method: "GET",
            url: "https://example.amazonaws.com/?b=2&a=1",
            headers: [(name: "X-Amz-Date", value: "20150830T123600Z"), (name: "User-Agent", value: "not signed")])
        let scope = SigningScope(
            date: try Date("2015-08-30T12:36:00Z", strategy: .iso8601), region: "us-east-1", service: "service")
        let signature = try SignatureV4(
            of: call, scope: scope,
            credentials: AWSCredentials(accessKeyID: "A", secretAccessKey: RedactedString("S"), source: "test"))
        #expect(
            signature.canonicalRequest == """
                GET
                /
                a=1&b=2
                host:example.amazonaws.com
                x-amz-date:20150830T123600Z

                host;x-amz-date
                e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
                """)
        #expect(
            signature.stringToSign.hasPrefix(
                "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n"))
    }
}

@Suite("The signer")
struct AWSSignerTests {
    private static func signer(_ machine: TestMachine) throws -> AWSSigner {
        AWSSigner(
            credentials: CachedCredentials(
                EnvironmentCredentials(environment: machine.environment), now: { TestMachine.now }),
            region: try AWSRegion("eu-central-1"))
    }

    private let call = APICall(
        service: "elasticloadbalancing", operation: "DescribeRules", kind: .read,
        url: "https://elasticloadbalancing.eu-central-1.amazonaws.com/")

    @Test("signs with the region and the service of the call, and replaces an earlier signature")
    func signsAgain() async throws {
        var machine = TestMachine()
        machine.variables = [
            "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
        ]
        let signer = try Self.signer(machine)
        let once = try await signer.sign(call, at: TestMachine.now)
        let twice = try await signer.sign(once, at: TestMachine.now.addingTimeInterval(3600))
        let authorization = try #require(twice.headers.first(name: "Authorization"))
        #expect(authorization.contains("Credential=AKID/20260201/eu-central-1/elasticloadbalancing/aws4_request"))
        #expect(twice.headers.map(\.name).sorted() == ["Authorization", "X-Amz-Date", "X-Amz-Security-Token"])
        #expect(twice.headers.first(name: "X-Amz-Date") == "20260201T010000Z")
        #expect(authorization != once.headers.first(name: "Authorization"))
    }

    @Test("without credentials a call fails as one that isn't authenticated, and says what to do")
    func noCredentials() async throws {
        let signer = try Self.signer(TestMachine())
        let error = try await #require(throws: ProviderError.self) {
            try await signer.sign(call, at: TestMachine.now)
        }
        #expect(error.kind == .unauthenticated)
        #expect(error.operation == "elasticloadbalancing:DescribeRules")
        #expect(error.message.contains("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set"))
    }

    @Test(
        "a URL that can't be called is refused", arguments: ["ftp://host/", "https://", "https://user@host/", "host"])
    func malformedURL(url: String) async throws {
        var machine = TestMachine()
        machine.variables = ["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"]
        let signer = try Self.signer(machine)
        var call = call
        call.url = url
        let refused = call
        let error = await #expect(throws: ProviderError.self) {
            try await signer.sign(refused, at: TestMachine.now)
        }
        #expect(error?.kind == .invalid)
    }
}
