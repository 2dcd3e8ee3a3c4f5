import Foundation
import ProviderHTTP
import Provisioning
import Synchronization
import Testing

@testable import AWSProvider

@Suite("Roles", .timeLimit(.minutes(1)))
struct RoleCredentialsTests {
    private static func answer(_ action: String, key: String) -> String {
        """
        <\(action)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <\(action)Result>
            <Credentials>
              <AccessKeyId>\(key)</AccessKeyId>
              <SecretAccessKey>S/\(key)</SecretAccessKey>
              <SessionToken>T+\(key)==</SessionToken>
              <Expiration>2026-02-01T01:00:00Z</Expiration>
            </Credentials>
            <AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/r/s</Arn></AssumedRoleUser>
          </\(action)Result>
          <ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>
        </\(action)Response>
        """
    }

    private static func failure(_ code: String, _ message: String) -> String {
        """
        <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <Error><Type>Sender</Type><Code>\(code)</Code><Message>\(message)</Message></Error>
          <RequestId>id</RequestId>
        </ErrorResponse>
        """
    }

    /// STS, which gives a role's credentials the name of the role.
    private static let sts: LoopbackService.Answer = { request in
        let role = request.form("RoleArn") ?? ""
        return (200, answer(request.form("Action") ?? "", key: role.uppercased()))
    }

    @Test("are assumed one with the other, as the profiles build on each other")
    func chain() async throws {
        try await LoopbackService.running(Self.sts) { service, connections in
            let machine = TestMachine(
                variables: ["AWS_ENDPOINT_URL_STS": service.url],
                files: [
                    "/home/user/.aws/config": """
                    [default]
                    role_arn = outer
                    source_profile = middle
                    external_id = an id&more
                    role_session_name = me
                    duration_seconds = 900
                    [profile middle]
                    role_arn = inner
                    source_profile = base
                    [profile base]
                    role_arn = never
                    source_profile = default
                    aws_access_key_id = BASE
                    aws_secret_access_key = s
                    """
                ], connections: connections)
            let found = try await machine.credentials()
            #expect(found.keys == ["OUTER", "S/OUTER", "T+OUTER=="])
            #expect(found.expiration == TestMachine.now.addingTimeInterval(3600))
            #expect(found.source == #"profile "default" (role outer)"#)
            let requests = service.requests
            #expect(requests.map { $0.form("RoleArn") } == ["inner", "outer"])
            #expect(requests.map { $0.form("RoleSessionName") } == ["headgate-1769904000", "me"])
            #expect(requests.map { $0.form("ExternalId") } == [nil, "an id&more"])
            #expect(requests.map { $0.form("DurationSeconds") } == [nil, "900"])
            #expect(requests.allSatisfy { $0.form("Version") == "2011-06-15" && $0.method == "POST" })
            let scopes = requests.map { $0.headers["authorization"]?.split(separator: ",").first.map(String.init) }
            #expect(
                scopes
                    == ["BASE", "INNER"].map {
                        "AWS4-HMAC-SHA256 Credential=\($0)/20260201/eu-central-1/sts/aws4_request"
                    })
            #expect(requests.map { $0.headers["x-amz-security-token"] } == [nil, "T+INNER=="])
            try Self.expectValidSignature(of: requests[0], at: service.url)
        }
    }

    /// Keeps the lines of a transcript.
    private final class KeptTranscript: TranscriptRecorder {
        private let kept = Mutex<[TranscriptEntry]>([])

        var entries: [TranscriptEntry] { kept.withLock { $0 } }

        func record(_ entry: TranscriptEntry) { kept.withLock { $0.append(entry) } }
    }

    @Test("are told in the transcript by their calls, without a secret")
    func transcript() async throws {
        try await LoopbackService.running(Self.sts) { service, connections in
            let transcript = KeptTranscript()
            var machine = TestMachine(
                variables: ["AWS_ENDPOINT_URL_STS": service.url],
                files: [
                    "/home/user/.aws/config": """
                    [default]
                    role_arn = outer
                    source_profile = base
                    [profile base]
                    aws_access_key_id = BASE
                    aws_secret_access_key = hidden
                    """
                ], connections: connections)
            machine.transcript = transcript
            _ = try await machine.credentials()
            let entries = transcript.entries
            #expect(entries.map(\.operation) == ["AssumeRole"] && entries.map(\.service) == ["sts"])
            #expect(entries.map(\.status) == [200] && entries.map(\.errorKind) == [nil])
            let line = String(decoding: try JSONEncoder().encode(entries), as: UTF8.self)
            for secret in ["OUTER", "hidden", "BASE"] { #expect(!line.contains(secret), "\(line)") }
        }
    }

    /// A signature that holds for what arrived, with the `Host` that the connection sent.
    private static func expectValidSignature(of request: ReceivedRequest, at url: String) throws {
        let signed = ["content-type", "host", "x-amz-date"]
        let call = APICall(
            service: "sts", operation: "AssumeRole", kind: .read, method: request.method, url: url + request.target,
            headers: try signed.map { (name: $0, value: try #require(request.headers[$0])) },
            body: Array(request.body.utf8))
        let signature = try SignatureV4(
            of: call, scope: SigningScope(date: TestMachine.now, region: "eu-central-1", service: "sts"),
            credentials: AWSCredentials(accessKeyID: "BASE", secretAccessKey: RedactedString("s"), source: "test"))
        #expect(request.headers["authorization"] == signature.authorization)
    }

    @Test("are assumed with the profile's own keys, or with those of the environment, where it says so")
    func otherSources() async throws {
        try await LoopbackService.running(Self.sts) { service, connections in
            let machine = TestMachine(
                variables: [
                    "AWS_ENDPOINT_URL_STS": service.url, "AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s",
                ],
                files: [
                    "/home/user/.aws/config": """
                    [profile own]
                    role_arn = one
                    source_profile = own
                    aws_access_key_id = OWN
                    aws_secret_access_key = s
                    [profile env]
                    role_arn = two
                    credential_source = Environment
                    """
                ], connections: connections)
            let own = try await machine.credentials(profile: "own")
            let other = try await machine.credentials(profile: "env")
            #expect([own.accessKeyID, other.accessKeyID] == ["ONE", "TWO"])
            let signers = service.requests.map { $0.headers["authorization"]?.dropFirst(28).prefix(3).description }
            #expect(signers == ["OWN", "ENV"])
        }
    }

    @Test("are assumed with a token of a file, unsigned")
    func webIdentity() async throws {
        try await LoopbackService.running(Self.sts) { service, connections in
            let machine = TestMachine(
                variables: [
                    "AWS_ENDPOINT_URL": service.url, "AWS_ROLE_ARN": "pod", "AWS_WEB_IDENTITY_TOKEN_FILE": "/token",
                    "AWS_ROLE_SESSION_NAME": "session",
                ],
                files: ["/token": "a.b+c/d\n"], connections: connections)
            let found = try await machine.credentials()
            #expect(found.keys == ["POD", "S/POD", "T+POD=="])
            #expect(found.source == "web identity")
            let request = try #require(service.requests.first)
            #expect(request.form("Action") == "AssumeRoleWithWebIdentity")
            #expect(request.form("WebIdentityToken") == "a.b+c/d")
            #expect(request.form("RoleSessionName") == "session")
            #expect(request.headers["authorization"] == nil)
        }
    }

    @Test("of a profile are assumed with a token of a file")
    func profileWebIdentity() async throws {
        try await LoopbackService.running(Self.sts) { service, connections in
            let config = "[default]\nrole_arn = pod\nweb_identity_token_file = ~/t"
            let machine = TestMachine(
                variables: ["AWS_ENDPOINT_URL": service.url],
                files: ["/home/user/.aws/config": config, "/home/user/t": "token"], connections: connections)
            let found = try await machine.credentials()
            #expect(found.accessKeyID == "POD")
        }
    }

    @Test(
        "that STS refuses are named with its code and the remedy",
        arguments: [
            (
                403, failure("AccessDenied", "not authorized"), "STS refused role r: AccessDenied: not authorized",
                "trust"
            ),
            (403, failure("ExpiredTokenException", "x"), "ExpiredTokenException", "renew the credentials"),
            (400, failure("InvalidIdentityToken", "x"), "InvalidIdentityToken", "OIDC provider"),
            (403, failure("RegionDisabledException", "x"), "RegionDisabledException", "another region"),
            (400, failure("ValidationError", "x"), "ValidationError", "ARN"),
            (404, "<html>", "STS refused role r: status 404", "ARN"),
            (200, "<html></html>", "gave an answer that isn't one of its API", "AWS's STS"),
        ])
    func refused(status: Int, body: String, problem: String, remedy: String) async throws {
        try await LoopbackService.running({ _ in (status, body) }) { service, connections in
            let machine = Self.podMachine(service, connections)
            let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
            #expect(error.problem.contains(problem))
            #expect(error.remedy.contains(remedy))
            #expect(!error.description.contains("s3cr3t"))
            #expect(!error.isTransient)
            #expect(service.requests.count == 1)
        }
    }

    @Test(
        "are asked for again while STS is busy",
        arguments: [
            (503, ""), (429, ""), (400, failure("Throttling", "x")), (400, failure("IDPCommunicationError", "x")),
        ])
    func busy(status: Int, body: String) async throws {
        try await LoopbackService.running({ _ in (status, body) }) { service, connections in
            let machine = Self.podMachine(service, connections)
            let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
            #expect(error.isTransient)
            #expect(service.requests.count == 3)
        }
    }

    private static func podMachine(_ service: LoopbackService, _ connections: any CallSender) -> TestMachine {
        TestMachine(
            variables: [
                "AWS_ENDPOINT_URL_STS": service.url, "AWS_ROLE_ARN": "r", "AWS_WEB_IDENTITY_TOKEN_FILE": "/token",
            ],
            files: ["/token": "s3cr3t"], connections: connections)
    }

    @Test("an STS out of reach is a failure that may pass")
    func unreachable() async throws {
        let machine = TestMachine(
            variables: ["AWS_ROLE_ARN": "r", "AWS_WEB_IDENTITY_TOKEN_FILE": "/token"], files: ["/token": "t"])
        let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
        #expect(
            error.problem
                == "STS at https://sts.eu-central-1.amazonaws.com can't be reached (no connection: there is no network)"
        )
        #expect(error.isTransient)
        #expect(error.asProviderError(operation: "x").kind == .unavailable)
    }

    @Test(
        "the token's file must be there and hold one line",
        arguments: [([:], "there is no file /token"), (["/token": "\n"], "one line"), (["/token": "a\nb"], "one line")])
    func tokenFile(files: [String: String], problem: String) async throws {
        let machine = TestMachine(
            variables: ["AWS_ROLE_ARN": "r", "AWS_WEB_IDENTITY_TOKEN_FILE": "/token"], files: files)
        let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
        #expect(error.problem.contains(problem))
    }

    @Test("a token without a role is refused")
    func noRole() async throws {
        let machine = TestMachine(variables: ["AWS_WEB_IDENTITY_TOKEN_FILE": "/token"])
        let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
        #expect(error.remedy.contains("eks.amazonaws.com/role-arn"))
    }

    @Test("a role that options name is assumed with what the chain finds")
    func session() async throws {
        try await LoopbackService.running(Self.sts) { service, connections in
            let machine = TestMachine(
                variables: ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "eu-west-1"],
                connections: connections)
            let session = try await AWSSession(
                options: AWSSessionOptions(
                    endpointURL: service.url, role: AssumedRole(arn: "given", externalID: "e")),
                environment: machine.environment)
            let found = try await session.credentials.current()
            #expect(found.accessKeyID == "GIVEN")
            #expect(session.region.name == "eu-west-1")
            #expect(session.endpoints.url(of: .elasticLoadBalancing) == service.url)
            #expect(service.requests.map { $0.form("ExternalId") } == ["e"])
        }
    }
}
