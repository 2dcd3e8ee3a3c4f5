/// An error that a service answers with.
package struct ServiceFailure: Error, Hashable, Sendable {
    /// The code as it stands in the answer, such as `PriorityInUse`.
    package var code: String
    package var message: String
    /// The HTTP status; absent, the service model's for the code, else 400.
    package var status: Int?

    package init(_ code: String, _ message: String, status: Int? = nil) {
        self.code = code
        self.message = message
        self.status = status
    }

    /// ELBv2's answer to a value that its documentation doesn't allow.
    static func validation(_ message: String) -> ServiceFailure { ServiceFailure("ValidationError", message) }
}
