import LoadBalancerModel

/// Why a command ends with status 1: what happened, and what to do about it.
struct CommandFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What happened, with the file, flag or value concerned.
    var message: String
    /// What to do about it.
    var remedy: String?
    /// What it is about, such as a file; nil for the command as a whole.
    var object: ObjectReference?
    /// A short, stable label in upper camel case.
    var reason: String

    init(
        _ message: String, remedy: String? = nil, about object: ObjectReference? = nil, reason: String = "CommandFailed"
    ) {
        self.message = message
        self.remedy = remedy
        self.object = object
        self.reason = reason
    }

    var description: String {
        guard let remedy else { return message }
        return "\(message)\n\(remedy)"
    }
}
