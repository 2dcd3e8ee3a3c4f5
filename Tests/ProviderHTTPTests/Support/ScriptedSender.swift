import Foundation
import ProviderHTTP
import Provisioning
import Synchronization

/// Answers calls from a script, without a network.
final class ScriptedSender: CallSender {
    enum Step: Sendable {
        case answer(Int, headers: [HeaderField] = [], body: String = "")
        case failure(SendFailure.Cause)
        /// Nothing comes until the task is cancelled.
        case silence(HeldTime)
    }

    private let state: Mutex<(steps: [Step], calls: [APICall], limits: [Duration])>

    init(_ steps: [Step]) {
        state = Mutex((steps, [], []))
    }

    /// The calls as they were sent.
    var calls: [APICall] { state.withLock { $0.calls } }

    /// The time limit of each.
    var limits: [Duration] { state.withLock { $0.limits } }

    func send(_ call: APICall, timeLimit: Duration, answerSizeLimit: Int) async throws -> APIResponse {
        let step = state.withLock {
            $0.calls.append(call)
            $0.limits.append(timeLimit)
            return $0.steps.isEmpty ? Step.answer(599) : $0.steps.removeFirst()
        }
        switch step {
        case .answer(let status, let headers, let body):
            return APIResponse(status: status, headers: headers, body: Array(body.utf8))
        case .failure(let cause): throw SendFailure(cause)
        case .silence(let time):
            try await time.sleep(for: .seconds(86_400))
            throw CancellationError()
        }
    }
}

/// Signs with a number that grows with each renewal of the credentials.
final class NumberedSigner: RequestSigner {
    private let state = Mutex((generation: 1, dates: [Date]()))
    private let hasFreshCredentials: Bool

    init(hasFreshCredentials: Bool = true) {
        self.hasFreshCredentials = hasFreshCredentials
    }

    var dates: [Date] { state.withLock { $0.dates } }

    var generation: Int { state.withLock { $0.generation } }

    func sign(_ call: APICall, at date: Date) async throws -> APICall {
        let generation = state.withLock {
            $0.dates.append(date)
            return $0.generation
        }
        var call = call
        call.headers.set(name: "Authorization", value: "Key generation-\(generation)")
        return call
    }

    func refreshAfterRejection() async throws -> Bool {
        guard hasFreshCredentials else { return false }
        state.withLock { $0.generation += 1 }
        return true
    }
}

/// Reads errors of the form `Code: message`.
struct CodedErrors: ErrorDecoder {
    func error(in response: APIResponse, of call: APICall) -> ProviderError? {
        guard let kind = StatusErrorDecoder.kind(ofStatus: response.status) else { return nil }
        let text = String(decoding: response.body, as: UTF8.self)
        let parts = text.split(separator: ": ", maxSplits: 1)
        let code = parts.count == 2 ? String(parts[0]) : ""
        let kinds: [String: ProviderError.Kind] = ["Throttling": .throttled, "ExpiredToken": .unauthenticated]
        return ProviderError(
            kind: kinds[code] ?? kind, operation: call.name, code: code, message: parts.last.map(String.init) ?? "")
    }
}

/// Keeps what it is told.
final class KeptTranscript: TranscriptRecorder {
    private let kept = Mutex<[TranscriptEntry]>([])

    var entries: [TranscriptEntry] { kept.withLock { $0 } }

    func record(_ entry: TranscriptEntry) { kept.withLock { $0.append(entry) } }
}

extension APICall {
    static func describing(_ url: String = "https://cloud.example", body: String = "") -> APICall {
        APICall(service: "balancing", operation: "DescribeRules", kind: .read, url: url, body: Array(body.utf8))
    }

    static func creating(_ url: String = "https://cloud.example", isIdempotent: Bool = false) -> APICall {
        APICall(service: "balancing", operation: "CreateRule", kind: .write, url: url, isIdempotent: isIdempotent)
    }
}

/// The error that `body` throws; nil where it throws none or another.
func providerError<Result>(_ body: () async throws -> Result) async -> ProviderError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? ProviderError
    }
}
