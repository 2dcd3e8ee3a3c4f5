import ArgumentParser
import LoadBalancerModel
import Provisioning
import Synchronization

/// What a command prints on standard output: text as it goes on, or one document.
///
/// Who asks for a document gets one of a command that fails, too: with what is known by then, and the failure as the last of
/// its diagnostics.
final class CommandReport: Sendable {
    let console: Console
    let format: OutputFormat
    /// The command in one word.
    private let command: String
    private let asksProvider: Bool
    /// What is printed if the command fails; nil once a document is.
    private let known = Mutex<ProposalDocument?>(ProposalDocument(loadBalancers: []))

    /// - Parameter asksProvider: whether the document is one of proposals, and not of plans alone.
    init(_ command: String, on console: Console, as format: OutputFormat, asksProvider: Bool = true) {
        self.command = command
        self.console = console
        self.format = format
        self.asksProvider = asksProvider
    }

    /// Keeps what is to be printed if the command fails from here on.
    func keep(_ document: ProposalDocument) {
        known.withLock { if $0 != nil { $0 = document } }
    }

    /// Keeps what was found so far.
    func keep(_ findings: [Diagnostic]) {
        keep(ProposalDocument(loadBalancers: [], diagnostics: findings))
    }

    /// Prints the document of the command, or what it has to say at last as text.
    func print(_ document: some Encodable, text: @autoclosure () -> String) throws {
        known.withLock { $0 = nil }
        try console.write(document, as: format, text: text())
    }

    /// The error with which the command ends. As a document, it is printed where none has been.
    func ending(with error: any Error) throws -> any Error {
        // Wrong usage is no matter of what the command found.
        if error is ValidationError { return error }
        let failure = CommandFailure(provisioning: error)
        guard format != .text, var document = known.withLock({ $0 }) else { return failure }
        document.diagnostics.append(Diagnostic(failure, of: command))
        if asksProvider {
            try print(document, text: "")
        } else {
            try print(PlanDocument(loadBalancers: [], diagnostics: document.diagnostics), text: "")
        }
        return failure
    }
}

extension Diagnostic {
    /// What a command failed for.
    fileprivate init(_ failure: CommandFailure, of command: String) {
        self.init(
            object: failure.object ?? ObjectReference(kind: "Command", name: command), severity: .error,
            reason: failure.reason, message: failure.message, remedy: failure.remedy)
    }
}
