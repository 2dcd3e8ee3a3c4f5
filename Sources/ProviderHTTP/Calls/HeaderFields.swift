/// A header field of a call or an answer. Names compare without case (RFC 9110, section 5.1).
package typealias HeaderField = (name: String, value: String)

extension Array where Element == HeaderField {
    /// The value of the first field of this name.
    package func first(name: String) -> String? {
        let name = name.lowercased()
        return first { $0.name.lowercased() == name }?.value
    }

    /// Replaces every field of this name with one that has `value`.
    package mutating func set(name: String, value: String) {
        let lowercased = name.lowercased()
        removeAll { $0.name.lowercased() == lowercased }
        append((name, value))
    }
}
