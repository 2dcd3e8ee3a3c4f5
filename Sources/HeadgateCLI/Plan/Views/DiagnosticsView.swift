import LoadBalancerModel

/// Diagnostics for people, the most severe first.
struct DiagnosticsView {
    let style: TextStyle

    /// The lines, without any where there are no diagnostics.
    func lines(_ diagnostics: [Diagnostic]) -> [String] {
        var lines: [String] = []
        for severity in [Diagnostic.Severity.error, .warning, .info] {
            let group = diagnostics.filter { $0.severity == severity }
            guard !group.isEmpty else { continue }
            let heading = "\(Self.heading(severity)) (\(group.count))"
            lines += ["", style.apply(.bold, Self.attribute(severity), to: heading)]
            for (index, diagnostic) in group.enumerated() {
                lines.append(head(diagnostic))
                // What stands against several load balancers alike is said once.
                let next = index + 1 < group.count ? group[index + 1] : nil
                if next.map({ saysSameOfLoadBalancers(diagnostic, $0) }) != true { lines += text(diagnostic) }
            }
        }
        return Array(lines.drop { $0.isEmpty })
    }

    private func saysSameOfLoadBalancers(_ first: Diagnostic, _ second: Diagnostic) -> Bool {
        var second = second
        guard first.object.kind == ObjectReference.loadBalancerKind, second.object.kind == first.object.kind else {
            return false
        }
        second.object = first.object
        return first == second
    }

    private func head(_ diagnostic: Diagnostic) -> String {
        let mark = style.apply(Self.attribute(diagnostic.severity), to: Self.mark(diagnostic.severity))
        let place = diagnostic.field.isEmpty ? "" : "  \(diagnostic.field)"
        return "  \(mark) \(style.bold(diagnostic.object.title))\(place)  \(style.dim(diagnostic.reason))"
    }

    private func text(_ diagnostic: Diagnostic) -> [String] {
        var lines = diagnostic.message.split(separator: "\n").map { "      \($0)" }
        if let remedy = diagnostic.remedy, !diagnostic.message.contains(remedy) {
            lines.append("      \(remedy)")
        }
        return lines
    }

    /// `1 error, 2 warnings`; notices are counted where there are any.
    static func summary(_ diagnostics: [Diagnostic]) -> String {
        func count(_ severity: Diagnostic.Severity) -> Int { diagnostics.count { $0.severity == severity } }
        var parts = [Plural.count(count(.error), "error"), Plural.count(count(.warning), "warning")]
        if count(.info) > 0 { parts.append(Plural.count(count(.info), "notice")) }
        return parts.joined(separator: ", ")
    }

    private static func heading(_ severity: Diagnostic.Severity) -> String {
        switch severity {
        case .error: "Errors"
        case .warning: "Warnings"
        case .info: "Notices"
        }
    }

    private static func mark(_ severity: Diagnostic.Severity) -> String {
        switch severity {
        case .error: "✗"
        case .warning: "!"
        case .info: "i"
        }
    }

    private static func attribute(_ severity: Diagnostic.Severity) -> TextStyle.Attribute {
        switch severity {
        case .error: .red
        case .warning: .yellow
        case .info: .cyan
        }
    }
}

extension ObjectReference {
    /// `Ingress shop/web`, or `File manifests/web.yaml`.
    var title: String { namespace.isEmpty ? "\(kind) \(name)" : "\(kind) \(namespace)/\(name)" }
}

/// Counts with their noun.
enum Plural {
    static func count(_ count: Int, _ noun: String, plural: String? = nil) -> String {
        "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
    }
}
