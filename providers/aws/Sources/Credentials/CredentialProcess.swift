import Foundation

/// Credentials that a program prints: a profile's `credential_process`.
///
/// See "Process credential provider" in the AWS SDKs and Tools Reference Guide. The program is started from its
/// arguments, without a shell. What it prints on standard error passes through, so that its user sees what it says.
struct CredentialProcess: Sendable {
    let commandLine: String
    let environment: AWSSurroundings
    /// What messages call the source.
    let name: String

    /// How long the program may take.
    private static let timeLimit = Duration.seconds(60)

    func fetch() async throws -> AWSCredentials {
        let arguments = try arguments()
        let ended: CredentialsProcessEnd
        do {
            ended = try await environment.processes.run(arguments, timeLimit: Self.timeLimit)
        } catch let failure as CredentialsProcessFailure {
            throw CredentialsError(
                source: name, problem: "\(arguments[0]): \(failure)", remedy: "check the profile's credential_process")
        }
        guard ended.status == 0 else {
            throw CredentialsError(
                source: name, problem: "\(arguments[0]) ended with status \(ended.status)",
                remedy: "see what it printed on standard error, or run it by hand")
        }
        let remedy = "let \(arguments[0]) print the JSON that credential_process asks for (Version 1)"
        guard let document = try? JSONDecoder().decode(CredentialsDocument.self, from: Data(ended.output)) else {
            throw CredentialsError(
                source: name, problem: "\(arguments[0]) printed something else than its JSON document", remedy: remedy)
        }
        guard document.version == 1 else {
            let version = document.version.map { "Version \($0)" } ?? "no Version"
            throw CredentialsError(
                source: name, problem: "\(arguments[0]) printed a document with \(version)", remedy: remedy)
        }
        let credentials = try document.credentials(source: name, remedy: remedy)
        if let expiration = credentials.expiration, expiration <= environment.now() {
            throw CredentialsError(
                source: name,
                problem: "\(arguments[0]) printed credentials that expired at \(CredentialsDate.format(expiration))",
                remedy: "sign in again with the tool that it belongs to")
        }
        return credentials
    }

    private func arguments() throws(CredentialsError) -> [String] {
        let words: [String]
        do throws(CommandLineWords.Unterminated) {
            words = try CommandLineWords.split(commandLine)
        } catch {
            throw CredentialsError(
                source: name, problem: "credential_process has \(error)", remedy: "correct its quoting")
        }
        guard !words.isEmpty else {
            throw CredentialsError(
                source: name, problem: "credential_process names no program", remedy: "give its path and arguments")
        }
        return words
    }
}

/// Runs a program that prints credentials.
package protocol CredentialsProcessRunner: Sendable {
    /// Runs a program to its end and returns what it printed on standard output.
    ///
    /// - Parameters:
    ///   - arguments: The program, by path or by a name to look for in `PATH`, and its arguments. Never empty.
    ///   - timeLimit: After which the program is ended.
    /// - Throws: ``CredentialsProcessFailure`` where it couldn't be started, or took too long.
    func run(_ arguments: [String], timeLimit: Duration) async throws -> CredentialsProcessEnd
}

/// How a program ended.
package struct CredentialsProcessEnd: Sendable {
    /// Its exit status; 128 and the signal's number where a signal ended it.
    package let status: Int32
    /// What it printed on standard output, which is secret.
    package let output: [UInt8]

    package init(status: Int32, output: [UInt8]) {
        self.status = status
        self.output = output
    }
}

/// Why a program printed no credentials.
package enum CredentialsProcessFailure: Error, Hashable, Sendable, CustomStringConvertible {
    case notFound
    case notStarted(reason: String)
    case timedOut(after: Duration)
    case tooMuchOutput

    package var description: String {
        switch self {
        case .notFound: "there is no such program"
        case .notStarted(let reason): "the program can't be started (\(reason))"
        case .timedOut(let limit): "the program took longer than \(limit.components.seconds) seconds"
        case .tooMuchOutput: "the program printed more than a document of credentials"
        }
    }
}
