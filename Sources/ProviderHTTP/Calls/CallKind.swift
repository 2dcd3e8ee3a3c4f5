/// Whether a call of a cloud's API changes anything.
package enum CallKind: String, Codable, Hashable, Sendable {
    case read, write
}
