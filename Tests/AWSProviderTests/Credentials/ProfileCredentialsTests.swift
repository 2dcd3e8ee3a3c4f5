import Testing

@testable import AWSProvider

@Suite("Credentials of environment and profiles")
struct ProfileCredentialsTests {
    private static let config = "/home/user/.aws/config"
    private static let credentials = "/home/user/.aws/credentials"

    private static let keys = """
        [default]
        aws_access_key_id = DEFAULT
        aws_secret_access_key = s1
        [dev]
        aws_access_key_id = DEV
        aws_secret_access_key = s2
        aws_session_token = t2
        """

    @Test("environment variables come before the default profile")
    func environment() async throws {
        let machine = TestMachine(
            variables: ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s"], files: [Self.credentials: Self.keys])
        let found = try await machine.credentials()
        #expect(found.keys == ["ENV", "s"])
        #expect(found.source == "environment variables")
        #expect(found.expiration == nil)
    }

    @Test("a profile named by flag comes before environment variables")
    func profileFlag() async throws {
        let machine = TestMachine(
            variables: ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s"], files: [Self.credentials: Self.keys])
        #expect(try await machine.credentials(profile: "dev").keys == ["DEV", "s2", "t2"])
    }

    @Test(
        "the profile is the default one or that of AWS_PROFILE",
        arguments: [([:], ["DEFAULT", "s1"]), (["AWS_PROFILE": "dev"], ["DEV", "s2", "t2"])])
    func profile(variables: [String: String], keys: [String]) async throws {
        let machine = TestMachine(variables: variables, files: [Self.credentials: Self.keys])
        #expect(try await machine.credentials().keys == keys)
    }

    @Test(
        "what is half configured or contradicts itself is refused with the remedy",
        arguments: [
            ("[default]\naws_access_key_id = s3cr3t", "aws_secret_access_key is missing", "add it"),
            ("[default]\nrole_arn = r", "it has role_arn, and neither source_profile nor credential_source", "add the"),
            (
                "[default]\nrole_arn = r\nsource_profile = a\ncredential_source = Environment",
                "it has both source_profile and credential_source", "remove one"
            ),
            (
                "[default]\nrole_arn = r\ncredential_source = Cloud", #"credential_source is "Cloud""#,
                "give Environment"
            ),
            (
                "[default]\nrole_arn = r\ncredential_source = Environment",
                "its credential_source Environment gives none: AWS_ACCESS_KEY_ID", "run where"
            ),
            ("[default]\nrole_arn = r\nsource_profile = gone", "there is no such profile", "correct source_profile"),
            (
                "[default]\nrole_arn = r\nsource_profile = a\n[profile a]\nrole_arn = q\nsource_profile = default",
                "its source_profile leads back to itself: default → a → default", "credentials of its own"
            ),
            (
                "[default]\nrole_arn = r\nsource_profile = a\n[profile a]\nregion = x",
                #"its source_profile "a" has no credentials"#, "add them"
            ),
            ("[default]\nrole_arn = r\nsource_profile = default", "has no credentials", "add them"),
            ("[default]\nrole_arn = r\nsource_profile = a\nmfa_serial = arn:mfa", "MFA device arn:mfa", "--token-code"),
            (
                "[default]\nrole_arn = r\nsource_profile = a\nduration_seconds = 60", #"duration_seconds is "60""#,
                "900 to 43200"
            ),
            ("[default]\nweb_identity_token_file = /t", "no role_arn", "add role_arn"),
            ("[default]\nsso_session = s", "there is no section [sso-session s]", "aws configure sso-session"),
            ("[default]\nsso_account_id = 1", "sso_region is missing", "aws configure sso"),
            (
                "[default]\nsso_session = s\nsso_region = a\n[sso-session s]\nsso_region = b",
                "sso_region differs from the one of [sso-session s]", "remove it"
            ),
            ("[default]\ncredential_process = 'a", "a quote that is never closed", "quoting"),
            ("[default]\ncredential_process = /no/such", "/no/such: there is no such program", "check the profile's"),
        ])
    func refused(text: String, problem: String, remedy: String) async throws {
        let machine = TestMachine(files: [Self.config: text])
        let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
        #expect(error.problem.contains(problem))
        #expect(error.remedy.contains(remedy))
        #expect(!error.description.contains("s3cr3t"))
        #expect(!error.isTransient)
    }

    @Test("a profile that doesn't exist is an error that names those which do")
    func unknownProfile() async throws {
        let machine = TestMachine(variables: ["AWS_PROFILE": "prod"], files: [Self.credentials: Self.keys])
        let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
        #expect(
            error.description
                == #"AWS credentials from profile "prod": there is no such profile in /home/user/.aws/config and "#
                + "/home/user/.aws/credentials; name one of those with --profile or AWS_PROFILE: default, dev")
    }

    @Test("half of the environment variables is an error", arguments: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
    func halfEnvironment(variable: String) async throws {
        let machine = TestMachine(variables: [variable: "s3cr3t"])
        let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
        #expect(error.problem.hasSuffix("is not set while its other half is"))
        #expect(!error.description.contains("s3cr3t"))
    }

    @Test("with nothing configured the error lists what was tried")
    func nothing() async throws {
        let machine = TestMachine(files: [Self.config: "[default]\nregion = eu-west-1"])
        let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
        for part in [
            "environment variables: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set",
            #"profile "default": profile "default" in /home/user/.aws/config and /home/user/.aws/credentials has no"#,
            "web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set",
            "container endpoint: neither AWS_CONTAINER_CREDENTIALS_FULL_URI nor",
            "EC2 instance metadata: no metadata service answers at http://169.254.169.254",
        ] {
            #expect(error.problem.contains(part))
        }
        #expect(error.remedy.contains("AWS_PROFILE"))
    }

    @Test("secrets show in no description, dump or reflection")
    func redaction() async throws {
        let machine = TestMachine(variables: ["AWS_PROFILE": "dev"], files: [Self.credentials: Self.keys])
        let found = try await machine.credentials()
        var dumped = ""
        dump(found, to: &dumped)
        for text in ["\(found)", String(reflecting: found), dumped] {
            #expect(text.contains("DEV"))
            #expect(!text.contains("s2") && !text.contains("t2"))
        }
        #expect("\(found.secretAccessKey)" == "[redacted]")
    }
}
