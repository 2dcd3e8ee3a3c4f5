/// How log lines are written.
package enum LogFormat: String, Sendable, CaseIterable {
    /// One line for people: time, level, message, `key=value`.
    case text
    /// One JSON object per line.
    case json
}
