/// What an execution says while it runs.
package enum ExecutionEvent: Sendable {
    case started(ExecutionStep)
    /// A step goes on waiting; the text says for what.
    case waiting(ExecutionStep, String)
    case finished(ExecutionStep, duration: Duration)
    case failed(ExecutionStep, StepFailure, duration: Duration)
}

/// What came of an execution.
package struct ExecutionReport: Sendable {
    package var succeeded: [ExecutionStep]
    package var failures: [StepFailure]
    /// Steps that weren't begun, for one that they require wasn't done or because the execution was stopped.
    package var remaining: [ExecutionStep]
    /// Whether it was stopped before its end.
    package var wasStopped: Bool
    /// The identifiers of the resources that exist by now.
    package var identifiers: [ResourceReference: String]

    package init(
        succeeded: [ExecutionStep] = [],
        failures: [StepFailure] = [],
        remaining: [ExecutionStep] = [],
        wasStopped: Bool = false,
        identifiers: [ResourceReference: String] = [:]
    ) {
        self.succeeded = succeeded
        self.failures = failures
        self.remaining = remaining
        self.wasStopped = wasStopped
        self.identifiers = identifiers
    }

    /// Whether all that was to be done is done.
    package var isComplete: Bool { failures.isEmpty && remaining.isEmpty }

    /// The Ingresses that couldn't have what they asked for; what they had stays in force.
    package var quarantined: [Quarantine] {
        failures.flatMap { failure in
            failure.step.members.map {
                Quarantine(member: $0, reason: failure.reason, message: failure.message)
            }
        }
    }
}

/// A step that failed for good.
package struct StepFailure: Error, Sendable, CustomStringConvertible {
    package var step: ExecutionStep
    /// A short, stable label in upper camel case: the cloud's own code where it gave one.
    package var reason: String
    package var message: String
    /// Whether a quota or limit of the cloud stands against it.
    package var isForWantOfRoom: Bool

    package init(step: ExecutionStep, error: any Error) {
        self.step = step
        isForWantOfRoom = (error as? ProviderError)?.kind == .limitExceeded
        if let error = error as? ProviderError {
            reason =
                error.code.isEmpty
                ? error.kind.rawValue.prefix(1).uppercased() + error.kind.rawValue.dropFirst() : error.code
            message = error.description
        } else {
            reason = "StepFailed"
            message = String(describing: error)
        }
    }

    package var description: String { "\(step.verb) \(step.reference): \(message)" }
}
