import Foundation
import Testing

@testable import AWSProvider

@Suite("Credential processes", .timeLimit(.minutes(1)))
struct CredentialProcessTests {
    private struct Scripted: CredentialsProcessRunner {
        let arguments: [String]
        let end: CredentialsProcessEnd

        func run(_ arguments: [String], timeLimit: Duration) async throws -> CredentialsProcessEnd {
            #expect(arguments == self.arguments)
            return end
        }
    }

    private static func machine(status: Int32 = 0, output: String) -> TestMachine {
        TestMachine(
            files: ["/home/user/.aws/config": #"[default]"# + "\n" + #"credential_process = /bin/tool "a b" $c"#],
            processes: Scripted(
                arguments: ["/bin/tool", "a b", "$c"],
                end: CredentialsProcessEnd(status: status, output: Array(output.utf8))))
    }

    @Test("give what they print")
    func document() async throws {
        let found = try await Self.machine(
            output: """
                {"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "S", "SessionToken": "T",
                 "Expiration": "2026-02-01T01:00:00Z"}
                """
        ).credentials()
        #expect(found.keys == ["A", "S", "T"])
        #expect(found.expiration == TestMachine.now.addingTimeInterval(3600))
        #expect(found.source == #"profile "default" (credential_process)"#)
    }

    @Test("may print keys that last")
    func lasting() async throws {
        let found = try await Self.machine(
            output: #"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "S"}"#
        ).credentials()
        #expect(found.keys == ["A", "S"])
        #expect(found.expiration == nil)
    }

    @Test(
        "that fail are named with what is wrong, and nothing of what they print",
        arguments: [
            (1, "s3cr3t", "/bin/tool ended with status 1"),
            (0, "s3cr3t", "printed something else than its JSON document"),
            (0, #"{"AccessKeyId": "A", "SecretAccessKey": "s3cr3t"}"#, "a document with no Version"),
            (0, #"{"Version": 2, "AccessKeyId": "A", "SecretAccessKey": "s3cr3t"}"#, "a document with Version 2"),
            (0, #"{"Version": 1, "SecretAccessKey": "s3cr3t"}"#, "the answer has no AccessKeyId"),
            (0, #"{"Version": 1, "AccessKeyId": "A"}"#, "the answer has no SecretAccessKey"),
            (
                0, #"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s3cr3t", "Expiration": "soon"}"#,
                "Expiration isn't an RFC 3339 date"
            ),
            (
                0,
                #"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s3cr3t", "Expiration": "2026-01-31T23:00:00Z"}"#,
                "expired at 2026-01-31T23:00:00Z"
            ),
        ] as [(Int32, String, String)])
    func failures(status: Int32, output: String, problem: String) async throws {
        let machine = Self.machine(status: status, output: output)
        let error = try await #require(throws: CredentialsError.self) { try await machine.credentials() }
        #expect(error.problem.contains(problem))
        #expect(!error.description.contains("s3cr3t"))
    }

    // MARK: Real children

    private let runner = ChildProcessRunner(variables: ["PATH": "/nowhere:/bin:/usr/bin", "GREETING": "hello"])

    @Test("are started with their arguments and environment, and found in PATH")
    func child() async throws {
        let echoed = try await runner.run(["echo", "-n", "a b", "$c;*"], timeLimit: .seconds(30))
        #expect(String(decoding: echoed.output, as: UTF8.self) == "a b $c;*")
        #expect(echoed.status == 0)
        let printed = try await runner.run(["printenv", "GREETING"], timeLimit: .seconds(30))
        #expect(String(decoding: printed.output, as: UTF8.self) == "hello\n")
    }

    @Test("start with no signal blocked, so that they can be ended")
    func signals() async throws {
        let ended = try await runner.run(["grep", "SigBlk", "/proc/self/status"], timeLimit: .seconds(30))
        #expect(String(decoding: ended.output, as: UTF8.self) == "SigBlk:\t0000000000000000\n")
    }

    @Test("report their exit status, or the signal that ended them")
    func status() async throws {
        #expect(try await runner.run(["/bin/sh", "-c", "exit 3"], timeLimit: .seconds(30)).status == 3)
        #expect(try await runner.run(["/bin/sh", "-c", "kill -9 $$"], timeLimit: .seconds(30)).status == 137)
    }

    @Test("that hang are ended")
    func hanging() async throws {
        await #expect(throws: CredentialsProcessFailure.timedOut(after: .milliseconds(50))) {
            try await runner.run(["sleep", "600"], timeLimit: .milliseconds(50))
        }
    }

    @Test("that print without end are ended")
    func endlessOutput() async throws {
        await #expect(throws: CredentialsProcessFailure.tooMuchOutput) {
            try await runner.run(["yes"], timeLimit: .seconds(30))
        }
    }

    @Test("that don't exist are not found")
    func missing() async throws {
        await #expect(throws: CredentialsProcessFailure.notFound) {
            try await runner.run(["no-such-program-here"], timeLimit: .seconds(30))
        }
    }
}
