/// What a manifest file may be at most. Everything beyond is refused with an error that names the limit.
package enum ManifestLimits {
    /// Bytes of a file.
    package static let fileSize = 32 << 20
    /// Values that a file may describe, counted by the characters that separate them.
    static let values = 4_000_000
    /// Values that the aliases of a file may stand for, each counted as often as it is repeated.
    static let aliasedValues = 200_000
    /// How deep lists and objects may be nested.
    static let depth = 500
    /// Findings that are reported of one file.
    static let findings = 100
}
