/// Gathers what the decoding of one document finds.
final class FindingCollector {
    let location: SourceLocation
    /// The object that the findings are about.
    var identity: ObjectIdentity?
    /// Whether values of the document must not be shown, as those of a Secret.
    var isSecret = false
    /// The paths of fields whose values must not be shown.
    var hidden: [String] = []
    private(set) var findings: [ManifestFinding] = []
    private(set) var hasErrors = false

    init(location: SourceLocation) {
        self.location = location
    }

    func report(
        _ severity: ManifestFinding.Severity, _ reason: ManifestFinding.Reason, field: String, line: Int,
        problem: String,
        value: String? = nil, remedy: String? = nil
    ) {
        if severity == .error { hasErrors = true }
        var location = location
        if line > 0 { location.line = line }
        findings.append(
            ManifestFinding(
                severity: severity, reason: reason, object: nil, location: location, field: field, problem: problem,
                value: value, remedy: remedy))
    }

    /// The findings, each with the object that they are about.
    var attributed: [ManifestFinding] {
        findings.map { finding in
            var finding = finding
            finding.object = identity
            return finding
        }
    }

    /// Whether a value of `field` may be shown: in a Secret only those of its metadata.
    private func mayShow(_ field: String) -> Bool {
        isSecret ? field.hasPrefix("metadata.name") : !hidden.contains { field.hasPrefix($0) }
    }

    // MARK: The API server's sentences

    /// `Invalid value: "x": detail`.
    func invalid(_ field: String, line: Int, value: String, _ detail: String, remedy: String? = nil) {
        let value = mayShow(field) ? value : "[redacted]"
        report(
            .error, .invalidValue, field: field, line: line, problem: "Invalid value: \(value): \(detail)",
            value: value,
            remedy: remedy)
    }

    /// `Required value: detail`.
    func required(_ field: String, line: Int, _ detail: String = "", remedy: String? = nil) {
        report(
            .error, .requiredField, field: field, line: line,
            problem: detail.isEmpty ? "Required value" : "Required value: \(detail)", remedy: remedy)
    }

    /// `Unsupported value: "x": supported values: "A", "B"`.
    func unsupported(_ field: String, line: Int, value: String, supported: [String]) {
        let value = mayShow(field) ? value.quoted : "[redacted]"
        let list = supported.map(\.quoted).joined(separator: ", ")
        report(
            .error, .unsupportedValue, field: field, line: line,
            problem: "Unsupported value: \(value): supported values: \(list)", value: value, remedy: "use one of these")
    }

    /// `Forbidden: detail`.
    func forbidden(_ field: String, line: Int, _ detail: String, remedy: String? = nil) {
        report(.error, .forbiddenField, field: field, line: line, problem: "Forbidden: \(detail)", remedy: remedy)
    }

    /// The wrong type for a field: `must be a string, not the number 80`.
    func wrongType(_ field: String, _ node: ManifestNode, expected: String) {
        let shown = mayShow(field) ? node.shown : nil
        let found: String =
            switch (node.value, shown) {
            case (.boolean, let text?): "the boolean \(text)"
            case (.integer, let text?), (.float, let text?): "the number \(text)"
            case (.string, let text?): "the string \(text)"
            default: node.typeName
            }
        report(
            .error, .invalidType, field: field, line: node.line, problem: "must be \(expected), not \(found)",
            value: shown, remedy: Self.remedy(node, expected: expected, shown: shown))
    }

    private static func remedy(_ node: ManifestNode, expected: String, shown: String?) -> String {
        switch node.value {
        case .boolean, .integer, .float:
            if expected.hasPrefix("a string") { return "quote it" + (shown.map { ": \"\($0)\"" } ?? "") }
        case .string(let string):
            let bare = ScalarResolution.resolve(string)
            if expected.hasPrefix("an integer"), case .integer = bare { return "remove the quotes" }
            if expected.hasPrefix("a boolean"), case .boolean = bare { return "remove the quotes" }
        default: break
        }
        return "write \(expected)"
    }
}
