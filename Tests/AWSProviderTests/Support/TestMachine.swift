import Foundation
import ProviderHTTP
import Synchronization
import Testing

@testable import AWSProvider

/// A machine made of a dictionary of variables and one of files, whose clock stands still, and which waits for nothing.
struct TestMachine: Sendable {
    static let now = Date(timeIntervalSince1970: 1_769_904_000)  // 2026-02-01T00:00:00Z

    var variables: [String: String] = [:]
    var files: [String: String] = [:]
    var connections: any CallSender = NoNetwork()
    var localConnections: any CallSender = NoNetwork()
    var processes: any CredentialsProcessRunner = NoProcesses()
    /// What was written in the place of files.
    let written = WrittenFiles()

    var environment: AWSSurroundings {
        let files = files
        return AWSSurroundings(
            variables: variables, homeDirectory: "/home/user",
            readFile: { [written] in
                (written[$0] ?? files[$0]).map { Array($0.utf8) }
            },
            replaceFile: { [written] in written[$0] = String(decoding: $1, as: UTF8.self) }, connections: connections,
            localConnections: localConnections, processes: processes, now: { Self.now },
            pause: { _ in })
    }

    func configuration(profile: String? = nil) throws -> AWSConfiguration {
        try AWSConfiguration(environment: environment, profile: profile)
    }

    /// The standard chain in eu-central-1.
    func chain(profile: String? = nil) throws -> CredentialsChain {
        let configuration = try configuration(profile: profile)
        let endpoints = try AWSEndpoints(
            region: AWSRegion("eu-central-1"), endpointURL: nil, configuration: configuration)
        return .standard(
            configuration: configuration, endpoints: endpoints, isProfileFlagGiven: profile != nil)
    }

    /// What the standard chain finds.
    func credentials(profile: String? = nil) async throws -> AWSCredentials {
        try #require(try await chain(profile: profile).credentials())
    }
}

/// The files that were replaced on a ``TestMachine``.
final class WrittenFiles: Sendable {
    private let files = Mutex<[String: String]>([:])

    subscript(_ path: String) -> String? {
        get { files.withLock { $0[path] } }
        set { files.withLock { $0[path] = newValue } }
    }

    var paths: [String] { files.withLock { $0.keys.sorted() } }
}

/// A network that isn't there, so that a test which means to need none sees that it does.
struct NoNetwork: CallSender {
    func send(_ call: APICall, timeLimit: Duration, answerSizeLimit: Int) async throws -> APIResponse {
        throw SendFailure(.notConnected, detail: "there is no network")
    }
}

/// Answers every call by a function, and keeps the calls.
final class ScriptedNetwork: CallSender {
    private let answer: @Sendable (APICall) throws -> APIResponse
    private let sent = Mutex<[APICall]>([])

    init(_ answer: @escaping @Sendable (APICall) throws -> APIResponse) {
        self.answer = answer
    }

    var calls: [APICall] { sent.withLock { $0 } }

    func send(_ call: APICall, timeLimit: Duration, answerSizeLimit: Int) async throws -> APIResponse {
        sent.withLock { $0.append(call) }
        return try answer(call)
    }
}

struct NoProcesses: CredentialsProcessRunner {
    func run(_ arguments: [String], timeLimit: Duration) async throws -> CredentialsProcessEnd {
        throw CredentialsProcessFailure.notFound
    }
}

extension AWSCredentials {
    /// Key, secret and token, for comparison.
    var keys: [String] {
        [accessKeyID, secretAccessKey.withValue { $0 }] + (sessionToken.map { [$0.withValue { $0 }] } ?? [])
    }
}
