/// Why a command ends with status 1: what happened, and what to do about it.
package struct CommandFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What happened, with the file, flag or value concerned.
    package var message: String
    /// What to do about it.
    package var remedy: String?

    package init(_ message: String, remedy: String? = nil) {
        self.message = message
        self.remedy = remedy
    }

    package var description: String {
        guard let remedy else { return message }
        return "\(message)\n\(remedy)"
    }
}
