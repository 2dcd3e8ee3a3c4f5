import Foundation
import ProviderHTTP
import Testing

@testable import AWSProvider

@Suite("Credentials of containers, instances and sign-ins", .timeLimit(.minutes(1)))
struct EndpointCredentialsTests {
    private static let document = """
        {"AccessKeyId": "A", "SecretAccessKey": "S", "Token": "T", "Expiration": "2026-02-01T06:00:00Z", "RoleArn": "r"}
        """

    // MARK: Containers

    @Test("a container's are fetched with the token of its file")
    func container() async throws {
        try await LoopbackService.running({ _ in (200, Self.document) }) { service, connections in
            let machine = TestMachine(
                variables: [
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(service.url)/v1/credentials?x=y",
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/token",
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "not this one",
                ],
                files: ["/token": "pod token\n"], localConnections: connections)
            let found = try await machine.credentials()
            #expect(found.keys == ["A", "S", "T"])
            #expect(found.expiration == TestMachine.now.addingTimeInterval(6 * 3600))
            #expect(found.source == "container endpoint")
            #expect(service.requests.map { $0.target } == ["/v1/credentials?x=y"])
            #expect(service.requests.map { $0.headers["authorization"] } == ["pod token"])
        }
    }

    @Test("a task's are fetched from ECS's address")
    func relative() async throws {
        let network = ScriptedNetwork { _ in APIResponse(status: 200, body: Array(Self.document.utf8)) }
        let machine = TestMachine(
            variables: [
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/id", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer x",
            ],
            localConnections: network)
        #expect(try await machine.credentials().accessKeyID == "A")
        #expect(network.calls.map(\.url) == ["http://169.254.170.2/v2/id"])
        #expect(network.calls[0].headers.first(name: "Authorization") == "Bearer x")
    }

    @Test(
        "over plain HTTP a container's token goes to this machine and to the agents of ECS and EKS alone",
        arguments: [
            ("http://169.254.170.23/v1/credentials", true), ("http://[fd00:ec2::23]/v1", true),
            ("http://169.254.170.2:80/x", true), ("http://localhost:5000/x", true), ("http://127.1.2.3/x", true),
            ("http://[::1]:5000/x", true), ("https://credentials.example/x", true),
            ("http://127.0.0.1.example/", false),
            ("http://169.254.169.254/x", false), ("http://credentials.example/x", false), ("http://10.0.0.1/", false),
        ])
    func hosts(url: String, isAllowed: Bool) async throws {
        let network = ScriptedNetwork { _ in APIResponse(status: 200, body: Array(Self.document.utf8)) }
        let machine = TestMachine(
            variables: ["AWS_CONTAINER_CREDENTIALS_FULL_URI": url], localConnections: network)
        if isAllowed {
            #expect(try await machine.credentials().accessKeyID == "A")
        } else {
            let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
            #expect(error.problem.contains("over plain HTTP"))
            #expect(network.calls.isEmpty)
        }
    }

    @Test(
        "a container's endpoint that gives none is named with what it said",
        arguments: [
            (403, #"{"code": "AccessDeniedException", "message": "no association"}"#, 1, false),
            (404, "", 1, false), (500, "", 3, true), (200, "{}", 1, false), (200, "<html>", 1, false),
        ])
    func containerFailures(status: Int, body: String, requests: Int, isTransient: Bool) async throws {
        try await LoopbackService.running({ _ in (status, body) }) { service, connections in
            let machine = TestMachine(
                variables: ["AWS_CONTAINER_CREDENTIALS_FULL_URI": service.url], localConnections: connections)
            let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
            #expect(error.source == "container endpoint")
            #expect(error.isTransient == isTransient)
            #expect(service.requests.count == requests)
            if status == 403 {
                #expect(error.problem.hasSuffix("status 403 (AccessDeniedException: no association)"))
                #expect(error.remedy.contains("pod identity association"))
            }
        }
    }

    // MARK: Instances

    private static func metadata(_ document: String) -> LoopbackService.Answer {
        { request in
            switch (request.method, request.target) {
            case ("PUT", "/latest/api/token"):
                return (request.headers["x-aws-ec2-metadata-token-ttl-seconds"] == "21600" ? 200 : 400, "session")
            case ("GET", let target) where request.headers["x-aws-ec2-metadata-token"] == "session":
                switch target {
                case "/latest/meta-data/iam/security-credentials/": return (200, "node-role\n")
                case "/latest/meta-data/iam/security-credentials/node-role": return (200, document)
                default: return (404, "")
                }
            default: return (401, "")
            }
        }
    }

    private static func instance(_ service: LoopbackService, _ connections: any CallSender) -> TestMachine {
        TestMachine(
            variables: ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "\(service.url)/"], localConnections: connections)
    }

    @Test("an instance's are those of its role, by a session token")
    func instance() async throws {
        let document = Self.document.replacing("{\"Acc", with: "{\"Code\": \"Success\", \"Acc")
        try await LoopbackService.running(Self.metadata(document)) { service, connections in
            let found = try await Self.instance(service, connections).credentials()
            #expect(found.keys == ["A", "S", "T"])
            #expect(found.expiration == TestMachine.now.addingTimeInterval(6 * 3600))
            #expect(service.requests.map { $0.method } == ["PUT", "GET", "GET"])
        }
    }

    @Test("an instance's that have run out are used on, as AWS asks of its clients during an outage")
    func staleInstance() async throws {
        let document = Self.document.replacing("2026-02-01T06", with: "2026-01-31T06")
        try await LoopbackService.running(Self.metadata(document)) { service, connections in
            let found = try await Self.instance(service, connections).credentials()
            #expect(found.expiration == TestMachine.now.addingTimeInterval(600))
        }
    }

    @Test("a role of an instance that gives none is named")
    func instanceRoleFailure() async throws {
        let document = #"{"Code": "AssumeRoleUnauthorizedAccess", "Message": "EC2 cannot assume the role"}"#
        try await LoopbackService.running(Self.metadata(document)) { service, connections in
            let machine = Self.instance(service, connections)
            let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
            #expect(error.problem.contains("AssumeRoleUnauthorizedAccess: EC2 cannot assume the role"))
        }
    }

    @Test(
        "an instance without a role, or with metadata turned off, has none and says why",
        arguments: [(404, 200, "no IAM role is attached"), (404, 403, "turned off"), (404, 400, "refused a token")])
    func noInstance(status: Int, tokenStatus: Int, reason: String) async throws {
        let network = ScriptedNetwork { call in
            APIResponse(status: call.method == "PUT" ? tokenStatus : status, body: Array("t".utf8))
        }
        let machine = TestMachine(localConnections: network)
        let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
        #expect(error.problem.contains(reason))
    }

    @Test("a token that gets lost on its way to a container is told from a machine that is no instance")
    func hopLimit() async throws {
        let network = ScriptedNetwork { call in
            guard call.method == "GET" else { throw SendFailure(.timedOut(limit: .seconds(1))) }
            return APIResponse(status: 401)
        }
        let machine = TestMachine(localConnections: network)
        let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
        #expect(error.remedy.contains("--http-put-response-hop-limit 2"))
    }

    @Test(
        "a machine that is no instance is told by few calls, as many attempts as are allowed among them",
        arguments: [([:], 2), (["AWS_METADATA_SERVICE_NUM_ATTEMPTS": "1"], 1)])
    func nobodyAnswers(variables: [String: String], attempts: Int) async throws {
        let network = ScriptedNetwork { _ in throw SendFailure(.timedOut(limit: .seconds(1))) }
        let machine = TestMachine(variables: variables, localConnections: network)
        let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
        #expect(error.problem.contains("no metadata service answers at http://169.254.169.254"))
        #expect(network.calls.map(\.method).sorted() == ["GET"] + Array(repeating: "PUT", count: attempts))
    }

    @Test("metadata that is disabled is not asked for")
    func disabled() async throws {
        let network = ScriptedNetwork { _ in APIResponse(status: 200) }
        let machine = TestMachine(variables: ["AWS_EC2_METADATA_DISABLED": "TRUE"], localConnections: network)
        let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
        #expect(error.problem.contains("AWS_EC2_METADATA_DISABLED is true"))
        #expect(network.calls.isEmpty)
    }

    @Test("metadata is asked for over IPv6 where that is its mode")
    func mode() async throws {
        let network = ScriptedNetwork { _ in APIResponse(status: 403) }
        let machine = TestMachine(
            variables: ["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"], localConnections: network)
        await #expect(throws: CredentialsError.self) { try await machine.credentials() }
        #expect(network.calls.map(\.url) == ["http://[fd00:ec2::254]/latest/api/token"])
    }
}
