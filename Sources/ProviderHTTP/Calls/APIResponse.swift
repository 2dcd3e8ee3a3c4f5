/// A cloud's answer to a call, whole.
///
/// Its description leaves out the body, which may hold secrets.
package struct APIResponse: Sendable {
    /// The HTTP status.
    package var status: Int
    package var headers: [HeaderField]
    package var body: [UInt8]

    package init(status: Int, headers: [HeaderField] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The value of the first header field of this name, compared without case.
    package func first(name: String) -> String? { headers.first(name: name) }
}

extension APIResponse: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "status \(status), \(body.count) bytes" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["response": description]) }
}
