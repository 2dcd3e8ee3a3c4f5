import LoadBalancerModel

/// The part of a request's path that a route stands for, as far as a resource backend removes it before it looks up the
/// rest.
struct MountPoint: Hashable, Sendable {
    private let match: PathMatch

    init(_ match: PathMatch) {
        self.match = match
    }

    /// The path to remove.
    ///
    /// An Exact path that names a file of the resource, which `forFile` answers, stands for this file, so that only its
    /// directory is removed. An expression stands for the directory that it begins with.
    func path(forFile isFile: (String) -> Bool) -> String {
        switch match.kind {
        case .fallback: return "/"
        case .pattern, .expression: return match.patternDirectory
        case .prefix: return match.value
        case .regularExpression: return ExpressionText.literalDirectory(match.value)
        case .exact:
            guard let slash = match.value.lastIndex(of: "/"),
                isFile(String(match.value[match.value.index(after: slash)...]))
            else { return match.value }
            return slash == match.value.startIndex ? "/" : String(match.value[..<slash])
        }
    }
}
