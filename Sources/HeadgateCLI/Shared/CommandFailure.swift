/// Why a command ends with status 1: what happened, and what to do about it.
struct CommandFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What happened, with the file, flag or value concerned.
    var message: String
    /// What to do about it.
    var remedy: String?

    init(_ message: String, remedy: String? = nil) {
        self.message = message
        self.remedy = remedy
    }

    var description: String {
        guard let remedy else { return message }
        return "\(message)\n\(remedy)"
    }
}
