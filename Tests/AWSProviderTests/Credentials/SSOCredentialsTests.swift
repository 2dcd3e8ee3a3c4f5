import Foundation
import ProviderHTTP
import Synchronization
import Testing

@testable import AWSProvider

@Suite("Credentials of IAM Identity Center")
struct SSOCredentialsTests {
    // SHA-1 of "corporate" and of "https://start".

    private static let config = """
        [profile new]
        sso_session = corporate
        sso_account_id = 111122223333
        sso_role_name = Network Admin
        [profile old]
        sso_start_url = https://start
        sso_region = eu-west-1
        sso_account_id = 1
        sso_role_name = R
        [sso-session corporate]
        sso_start_url = https://start
        sso_region = eu-north-1
        """

    private static func signedIn(expires: String) -> [String: String] {
        let token = #"{"accessToken": "TOKEN", "expiresAt": "\#(expires)", "region": "eu-north-1"}"#
        return [
            "/home/user/.aws/config": config,
            "/home/user/.aws/sso/cache/e276d18d65653fa285155bfd3e11ab029306830c.json": token,
            "/home/user/.aws/sso/cache/6ad0e7e61d1f47e491ea32c2031add41ef92e07d.json": token,
        ]
    }

    @Test(
        "a sign-in's are exchanged for the cached token",
        arguments: [
            (
                "new", "2026-02-01T00:00:01Z",
                "/federation/credentials?account_id=111122223333&role_name=Network%20Admin"
            ),
            ("old", "2026-02-01T00:00:01UTC", "/federation/credentials?account_id=1&role_name=R"),
        ])
    func signIn(profile: String, expires: String, target: String) async throws {
        let body = """
            {"roleCredentials": {"accessKeyId": "A", "secretAccessKey": "S", "sessionToken": "T",
             "expiration": 1769907600000}}
            """
        try await LoopbackService.running({ _ in (200, body) }) { service, connections in
            let machine = TestMachine(
                variables: ["AWS_ENDPOINT_URL_SSO": service.url, "AWS_PROFILE": profile],
                files: Self.signedIn(expires: expires), connections: connections)
            let found = try await machine.credentials()
            #expect(found.keys == ["A", "S", "T"])
            #expect(found.expiration == TestMachine.now.addingTimeInterval(3600))
            #expect(service.requests.map { $0.target } == [target])
            #expect(service.requests[0].headers["x-amz-sso_bearer_token"] == "TOKEN")
            #expect(service.requests[0].headers["authorization"] == nil)
        }
    }

    @Test("a sign-in goes to the region of its session")
    func signInRegion() async throws {
        let network = ScriptedNetwork { _ in APIResponse(status: 401) }
        let machine = TestMachine(
            variables: ["AWS_PROFILE": "new"], files: Self.signedIn(expires: "2026-02-01T00:00:01Z"),
            connections: network)
        await #expect(throws: CredentialsError.self) { try await machine.credentials() }
        #expect(network.calls[0].url.hasPrefix("https://portal.sso.eu-north-1.amazonaws.com/federation/"))
    }

    @Test(
        "a sign-in that is over or missing asks for the login",
        arguments: [
            (
                "new", "2026-02-01T00:00:00Z", "the sign-in expired at 2026-02-01T00:00:00Z",
                "--profile new"
            ),
            ("old", "2026-01-31T00:00:00Z", "the sign-in expired at 2026-01-31T00:00:00Z", "--profile old"),
            (
                "new", nil, "nobody is signed in (there is no file /home/user/.aws/sso/cache/",
                "--profile new"
            ),
            ("new", "soon", "isn't a token of the SSO cache", "--profile new"),
        ] as [(String, String?, String, String)])
    func signedOut(profile: String, expires: String?, problem: String, remedy: String) async throws {
        let files = expires.map(Self.signedIn) ?? ["/home/user/.aws/config": Self.config]
        let machine = TestMachine(variables: ["AWS_PROFILE": profile], files: files)
        let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
        #expect(error.problem.contains(problem))
        #expect(error.remedy == "run: aws sso login \(remedy)")
        #expect(!error.description.contains("TOKEN"))
    }

    @Test(
        "a sign-in that is refused says whose fault it is",
        arguments: [
            (401, #"{"message": "Session token not found or invalid"}"#, "aws sso login"),
            (403, #"{"message": "No access"}"#, "check sso_account_id and sso_role_name, and that the user"),
            (400, "", "try again"),
        ])
    func signInRefused(status: Int, body: String, remedy: String) async throws {
        try await LoopbackService.running({ _ in (status, body) }) { service, connections in
            let machine = TestMachine(
                variables: ["AWS_ENDPOINT_URL_SSO": service.url, "AWS_PROFILE": "new"],
                files: Self.signedIn(expires: "2026-02-01T00:00:01Z"), connections: connections)
            let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
            #expect(error.remedy.contains(remedy))
            #expect(error.source == #"profile "new" (SSO session corporate)"#)
        }
    }

    // MARK: Renewal

    private static let cache = "/home/user/.aws/sso/cache/e276d18d65653fa285155bfd3e11ab029306830c.json"

    /// A cached token with what it takes to renew it.
    private static func renewable(
        expires: String, registration: String = "2026-03-01T00:00:00Z", extra: String = ""
    ) -> [String: String] {
        [
            "/home/user/.aws/config": config,
            cache: """
            {"accessToken": "OLD-TOKEN", "expiresAt": "\(expires)", "refreshToken": "OLD-REFRESH",
             "clientId": "CLIENT", "clientSecret": "CLIENT-SECRET", "registrationExpiresAt": "\(registration)"\(extra)}
            """,
        ]
    }

    private static let roleCredentials = """
        {"roleCredentials": {"accessKeyId": "A", "secretAccessKey": "S", "sessionToken": "T",
         "expiration": 1769907600000}}
        """

    /// Answers `CreateToken` with something, and `GetRoleCredentials` with credentials.
    private static func answering(
        renewal: (status: Int, body: String), _ body: @Sendable (LoopbackService, HTTPConnections) async throws -> Void
    ) async throws {
        try await LoopbackService.running(
            { $0.target == "/token" ? renewal : (200, roleCredentials) }, body)
    }

    private static func machine(
        _ files: [String: String], _ service: LoopbackService, _ connections: HTTPConnections, profile: String = "new"
    ) -> TestMachine {
        TestMachine(
            variables: [
                "AWS_ENDPOINT_URL_SSO": service.url, "AWS_ENDPOINT_URL_SSO_OIDC": service.url, "AWS_PROFILE": profile,
            ],
            files: files, connections: connections)
    }

    private static func bearers(_ service: LoopbackService) -> [String] {
        service.requests.compactMap { $0.headers["x-amz-sso_bearer_token"] }
    }

    @Test(
        "a token that is over or ends within a quarter of an hour is renewed, and kept with all else that the cache has",
        arguments: ["2026-01-31T12:00:00Z", "2026-02-01T00:00:00Z", "2026-02-01T00:14:59Z"])
    func renewal(expires: String) async throws {
        let answer =
            #"{"accessToken": "NEW-TOKEN", "expiresIn": 3600, "refreshToken": "NEW-REFRESH", "tokenType": "B"}"#
        try await Self.answering(renewal: (200, answer)) { service, connections in
            let files = Self.renewable(expires: expires, extra: #", "of the future": [1, null]"#)
            let machine = Self.machine(files, service, connections)
            #expect(try await machine.credentials().keys == ["A", "S", "T"])
            #expect(service.requests.map(\.target).first == "/token")
            #expect(service.requests[0].method == "POST")
            #expect(service.requests[0].headers["content-type"] == "application/json")
            #expect(service.requests[0].headers["authorization"] == nil)
            let sent = try JSONDecoder().decode([String: String].self, from: Data(service.requests[0].body.utf8))
            #expect(
                sent == [
                    "grantType": "refresh_token", "clientId": "CLIENT", "clientSecret": "CLIENT-SECRET",
                    "refreshToken": "OLD-REFRESH",
                ])
            #expect(Self.bearers(service) == ["NEW-TOKEN"])
            #expect(machine.written.paths == [Self.cache])
            let kept = try #require(machine.written[Self.cache])
            #expect(
                kept == """
                    {"accessToken":"NEW-TOKEN","clientId":"CLIENT","clientSecret":"CLIENT-SECRET",\
                    "expiresAt":"2026-02-01T01:00:00Z","of the future":[1,null],"refreshToken":"NEW-REFRESH",\
                    "region":"eu-north-1","registrationExpiresAt":"2026-03-01T00:00:00Z","startUrl":"https://start"}
                    """)
            // The next to need one takes it from there.
            _ = try await machine.credentials()
            #expect(service.requests.filter { $0.target == "/token" }.count == 1)
            #expect(Self.bearers(service) == ["NEW-TOKEN", "NEW-TOKEN"])
        }
    }

    @Test("a refresh token stays where no other comes for it")
    func sameRefreshToken() async throws {
        try await Self.answering(renewal: (200, #"{"accessToken": "NEW-TOKEN", "expiresIn": 60}"#)) {
            service, connections in
            let machine = Self.machine(Self.renewable(expires: "2026-01-31T00:00:00Z"), service, connections)
            _ = try await machine.credentials()
            #expect(machine.written[Self.cache]?.contains(#""refreshToken":"OLD-REFRESH""#) == true)
        }
    }

    @Test("a token that lasts is used as it is")
    func lasting() async throws {
        try await Self.answering(renewal: (500, "")) { service, connections in
            let machine = Self.machine(Self.renewable(expires: "2026-02-01T00:15:00Z"), service, connections)
            _ = try await machine.credentials()
            #expect(Self.bearers(service) == ["OLD-TOKEN"])
            #expect(service.requests.count == 1)
        }
    }

    @Test("while a token lasts, its renewal may fail")
    func failingAhead() async throws {
        try await Self.answering(renewal: (400, #"{"error": "invalid_grant"}"#)) { service, connections in
            let machine = Self.machine(Self.renewable(expires: "2026-02-01T00:10:00Z"), service, connections)
            _ = try await machine.credentials()
            #expect(Self.bearers(service) == ["OLD-TOKEN"])
            #expect(machine.written.paths == [])
        }
    }

    @Test("a renewed token that can't be kept is used all the same")
    func readOnlyCache() async throws {
        try await Self.answering(renewal: (200, #"{"accessToken": "NEW-TOKEN", "expiresIn": 60}"#)) {
            service, connections in
            var environment = Self.machine(Self.renewable(expires: "2026-01-31T00:00:00Z"), service, connections)
                .environment
            environment.replaceFile = { _, _ in throw POSIXError(.EROFS) }
            let configuration = try AWSConfiguration(environment: environment)
            let endpoints = try AWSEndpoints(
                region: AWSRegion("eu-central-1"), endpointURL: nil, configuration: configuration)
            _ = try await CredentialsChain.standard(configuration: configuration, endpoints: endpoints).credentials()
            #expect(Self.bearers(service) == ["NEW-TOKEN"])
        }
    }

    @Test("where another of AWS's tools was first to renew a token, its token is used")
    func otherTool() async throws {
        let written = WrittenFiles()
        let expired = Self.renewable(expires: "2026-01-31T00:00:00Z")
        let other = try #require(Self.renewable(expires: "2026-02-01T01:00:00Z")[Self.cache])
            .replacing("OLD-TOKEN", with: "THEIR-TOKEN")
        try await LoopbackService.running({ request in
            guard request.target == "/token" else { return (200, Self.roleCredentials) }
            written[Self.cache] = other
            return (400, #"{"error": "invalid_grant"}"#)
        }) { service, connections in
            var environment = Self.machine(expired, service, connections).environment
            environment.readFile = { (written[$0] ?? expired[$0]).map { Array($0.utf8) } }
            let configuration = try AWSConfiguration(environment: environment)
            let endpoints = try AWSEndpoints(
                region: AWSRegion("eu-central-1"), endpointURL: nil, configuration: configuration)
            _ = try await CredentialsChain.standard(configuration: configuration, endpoints: endpoints).credentials()
            #expect(Self.bearers(service) == ["THEIR-TOKEN"])
        }
    }

    @Test(
        "a token that is over and isn't renewed says why, and asks for the login",
        arguments: [
            (
                400, #"{"error": "invalid_grant", "error_description": "OLD-REFRESH is no good"}"#,
                "doesn't renew it: status 400 (invalid_grant)", "run: aws sso login --profile new", false
            ),
            (
                400, #"{"error": "CLIENT-SECRET 1"}"#, "doesn't renew it: status 400",
                "run: aws sso login --profile new", false
            ),
            (
                503, "", "doesn't renew it: status 503", "try again, or run: aws sso login --profile new", true
            ),
            (
                200, "<html>", "gave an answer that isn't one of its API",
                "check that the endpoint is IAM Identity Center's, or run: aws sso login --profile new", false
            ),
        ])
    func refusedRenewal(
        status: Int, body: String, problem: String, remedy: String, isTransient: Bool
    ) async throws {
        try await Self.answering(renewal: (status, body)) { service, connections in
            let machine = Self.machine(Self.renewable(expires: "2026-01-31T00:00:00Z"), service, connections)
            let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
            #expect(error.problem.hasPrefix("the sign-in expired at 2026-01-31T00:00:00Z, and "))
            #expect(error.problem.hasSuffix(problem) || error.problem.contains(problem + ","))
            #expect(error.remedy == remedy)
            #expect(error.isTransient == isTransient)
            for secret in ["OLD-TOKEN", "OLD-REFRESH", "CLIENT-SECRET"] {
                #expect(!error.description.contains(secret))
            }
            #expect(machine.written.paths == [])
        }
    }

    @Test("a token that is over and can't be renewed at all isn't tried to be")
    func unrenewable() async throws {
        let over = "2026-01-31T00:00:00Z"
        let cases = [
            (
                Self.renewable(expires: over, registration: "2026-01-31T18:00:00Z"), "new",
                "ran out at 2026-01-31T18:00:00Z"
            ),
            (Self.signedIn(expires: over), "new", "the cache has nothing that it could be renewed with"),
            // The older form has none of it, whatever its file says.
            (
                Self.signedIn(expires: over).merging([
                    Self.cache.replacing("e276d18d65653fa285155bfd3e11ab029306830c", with: Self.oldKey):
                        try #require(Self.renewable(expires: over)[Self.cache])
                ]) { _, new in new }, "old", "the sign-in expired at \(over)"
            ),
        ]
        for (files, profile, problem) in cases {
            try await Self.answering(renewal: (200, "{}")) { service, connections in
                let machine = Self.machine(files, service, connections, profile: profile)
                let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
                #expect(error.problem.hasSuffix(problem))
                #expect(error.remedy == "run: aws sso login --profile \(profile)")
                #expect(service.requests.isEmpty)
            }
        }
    }

    private static let oldKey = "6ad0e7e61d1f47e491ea32c2031add41ef92e07d"

    @Test("a token is renewed in the region of its session, and nothing secret is in the description of the call")
    func renewalRegion() async throws {
        let network = ScriptedNetwork { _ in APIResponse(status: 400) }
        let machine = TestMachine(
            variables: ["AWS_PROFILE": "new"], files: Self.renewable(expires: "2026-01-31T00:00:00Z"),
            connections: network)
        await #expect(throws: CredentialsError.self) { try await machine.credentials() }
        #expect(network.calls.map(\.url) == ["https://oidc.eu-north-1.amazonaws.com/token"])
        #expect(network.calls[0].redactedFields == ["clientSecret", "refreshToken"])
        #expect("\(network.calls[0])" == "oidc:CreateToken at https://oidc.eu-north-1.amazonaws.com")
    }

    @Test("a renewal that can't be reached passes")
    func unreachable() async throws {
        let machine = TestMachine(
            variables: ["AWS_PROFILE": "new"], files: Self.renewable(expires: "2026-01-31T00:00:00Z"))
        let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
        #expect(error.problem.contains("can't be reached (no connection: there is no network)"))
        #expect(error.isTransient)
    }
}
