import Foundation
import Testing

@testable import AWSProvider

@Suite("Configuration files")
struct ConfigurationFileTests {
    @Test("hold sections of properties, with comments, continuations and nested properties")
    func grammar() throws {
        let file = try ConfigurationFile(
            """
            # a comment
            [profile  "my dev"] ; another
            Region = eu-west-1   # where
            aws_secret_access_key = a#b=c
            s3 =
              max = 5
              endpoint_url = http://a ; b
            long = one
              two
            empty =

            [default]\r
            region=us-east-1\r
            """, path: "config")
        #expect(file.sections.map(\.header) == [["profile", "my dev"], ["default"]])
        #expect(
            file.sections[0].properties == [
                "region": "eu-west-1", "aws_secret_access_key": "a#b=c", "s3": "", "long": "one\ntwo", "empty": "",
            ])
        #expect(file.sections[0].nested == ["s3": ["max": "5", "endpoint_url": "http://a"]])
        #expect(file.sections[1].properties == ["region": "us-east-1"])
    }

    @Test(
        "that can't be read are refused by line, and nothing of a line is shown",
        arguments: [
            ("[default]\naws_secret_access_key s3cr3t", "config:2: a line is neither a section nor name = value"),
            ("key = s3cr3t", "config:1: a property stands before the first section"),
            ("[default", "config:1: a section's name has no closing bracket"),
            ("[]", "config:1: a section has no name"),
            ("[default]\n= s3cr3t", "config:2: a property has no name"),
            ("[profile 'a]", "config:1: a section's name has a quote that is never closed"),
        ])
    func malformed(text: String, message: String) throws {
        let error = try #require(throws: ConfigurationFileError.self) { try ConfigurationFile(text, path: "config") }
        #expect(error.description.hasPrefix(message))
        #expect(!error.description.contains("s3cr3t"))
    }

    @Test("give a profile together, the credentials file first")
    func merged() throws {
        let configuration = try TestMachine(
            variables: ["AWS_CONFIG_FILE": "~/c", "AWS_SHARED_CREDENTIALS_FILE": "/k", "AWS_PROFILE": "dev"],
            files: [
                "/home/user/c": """
                [default]
                region = wrong
                [profile default]
                output = json
                [profile dev]
                region = eu-west-1
                aws_access_key_id = old
                [dev]
                region = ignored
                [sso-session s]
                sso_region = us-east-1
                """,
                "/k": "[dev]\naws_access_key_id = new\n[profile dev]\nregion = ignored",
            ]
        ).configuration()
        #expect(configuration.profile?.properties == ["region": "eu-west-1", "aws_access_key_id": "new"])
        #expect(configuration.files.profiles["default"]?.properties == ["output": "json"])
        #expect(configuration.files.ssoSessions == ["s": ["sso_region": "us-east-1"]])
        #expect(configuration.files.paths == ["/home/user/c", "/k"])
    }

    @Test("that aren't there are empty ones, and those that can't be read are an error")
    func realFiles() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "headgate-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("[default]\nregion = eu-west-1".utf8).write(to: folder.appending(path: "config"))
        var environment = AWSSurroundings.current(connections: NoNetwork(), localConnections: NoNetwork())
        environment.variables = [
            "AWS_CONFIG_FILE": folder.appending(path: "config").path,
            "AWS_SHARED_CREDENTIALS_FILE": folder.appending(path: "missing").path,
        ]
        #expect(try AWSConfiguration(environment: environment).profile?["region"] == "eu-west-1")
        environment.variables["AWS_SHARED_CREDENTIALS_FILE"] = folder.path
        let unreadable = environment
        let error = #expect(throws: ConfigurationFileError.self) {
            try AWSConfiguration(environment: unreadable)
        }
        #expect(error?.problem == "the file can't be read; check its permissions")
    }

    @Test("name the profile by flag, AWS_PROFILE, AWS_DEFAULT_PROFILE")
    func profileName() throws {
        let variables = ["AWS_PROFILE": "a", "AWS_DEFAULT_PROFILE": "b"]
        #expect(try TestMachine(variables: variables).configuration(profile: "c").profileName == "c")
        #expect(try TestMachine(variables: variables).configuration().profileName == "a")
        #expect(try TestMachine(variables: ["AWS_DEFAULT_PROFILE": "b"]).configuration().profileName == "b")
        let none = try TestMachine().configuration()
        #expect(none.profileName == "default" && !none.isProfileChosen)
    }

    @Test(
        "A command line is cut as a shell cuts it",
        arguments: [
            (#"/bin/tool --a b"#, ["/bin/tool", "--a", "b"]),
            (#"tool "a b" 'c "d"' e\ f "g\"h\n""#, ["tool", "a b", #"c "d""#, "e f", #"g"h\n"#]),
            (#"tool '' a"b"c $HOME *"#, ["tool", "", "abc", "$HOME", "*"]),
            ("  ", []),
        ])
    func commandLine(line: String, words: [String]) throws {
        #expect(try CommandLineWords.split(line) == words)
    }
}
