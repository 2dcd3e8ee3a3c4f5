import KubernetesModel
import LoadBalancerModel

/// The reading of one Ingress: first every annotation states its value, then the dialects are weighed against each
/// other.
struct AnnotationReading {
    private let object: ObjectReference
    private var native = AnnotationValues()
    private var nginx = AnnotationValues()
    private var alb = AnnotationValues()
    private var speaksAWS = false
    /// Whether an annotation was read that may state something.
    private var hasStatements = false
    private var diagnostics: [Diagnostic] = []

    init(ingress: NamespacedName) {
        object = ObjectReference(kind: Ingress.kind, namespace: ingress.namespace, name: ingress.name)
    }

    init(service: NamespacedName) {
        object = ObjectReference(kind: Service.kind, namespace: service.namespace, name: service.name)
    }

    /// Reads one annotation.
    mutating func take(key: String, text: String) {
        guard let (dialect, name) = AnnotationDialect.split(key) else { return }
        speaksAWS = speaksAWS || dialect == .awsLoadBalancerController
        guard let (definition, part) = AnnotationTable.definition(key: key) else {
            let finding = UnsupportedAnnotations.finding(dialect: dialect, name: name)
            report(key: key, .warning, finding.reason, finding.message, remedy: finding.remedy)
            if object.kind == Ingress.kind, let missing = finding.missing, !UnsupportedAnnotations.isOff(text) {
                withhold(key, missing.guarded, isUnsupported: true)
            }
            return
        }
        guard object.kind == Ingress.kind || definition.reach == .backend else {
            report(
                key: key, .warning, "AnnotationNotApplicable",
                "`\(key)` is for Ingresses, and this is a \(object.kind); it is ignored.",
                remedy: "Put it on the Ingress.")
            return
        }
        hasStatements = true
        do {
            switch dialect {
            case .native: try definition.read(text, name: part, &native)
            case .ingressNginx: try definition.read(text, name: part, &nginx)
            case .awsLoadBalancerController: try definition.read(text, name: part, &alb)
            }
        } catch {
            report(error, of: definition, key: key, text: text)
            if let part {
                if definition.familyPrefix == "actions." { alb.routing.unreadableActions.insert(part) }
                if definition.familyPrefix == "conditions." { alb.routing.unreadableConditions.insert(part) }
            }
            if definition.isNeeded, object.kind == Ingress.kind { withhold(key, definition.guarded) }
        }
    }

    /// Leaves the Ingress out for what was said last.
    private mutating func withhold(_ key: String, _ guarded: LoadBalancerGuard?, isUnsupported: Bool = false) {
        guard let message = diagnostics.last?.message else { return }
        hasStatements = true
        alb.balancer.unmet.append(
            UnmetAnnotation(guarded: guarded, key: key, isUnsupported: isUnsupported, message: message))
    }

    /// The settings that the annotations amount to.
    consuming func resolve() -> (settings: IngressSettings, diagnostics: [Diagnostic]) {
        var settings = IngressSettings()
        settings.speaksAWS = speaksAWS
        // Most Ingresses state nothing, and there are thousands of them.
        guard hasStatements else { return (settings, diagnostics) }
        settings.usesRegularExpressions = choose(\.usesRegularExpressions)?.value
        let redirect = chooseRedirect()
        settings.redirectToHTTPS = redirect?.policy
        settings.redirectAnnotation = redirect?.key
        settings.backendProtocol = choose(\.backendProtocol)?.value
        settings.maximumRequestBodyBytes = choose(\.maximumRequestBodyBytes)?.value
        settings.timeouts = RouteTimeouts(
            connectMilliseconds: choose(\.connectMilliseconds)?.value,
            readMilliseconds: choose(\.readMilliseconds)?.value,
            sendMilliseconds: choose(\.sendMilliseconds)?.value
        )
        settings.affinity = chooseAffinity()
        let group = choose(\.group)
        settings.group = group?.value
        settings.groupDialect = group.flatMap { AnnotationDialect.split($0.key)?.dialect }
        settings.hasUnreadableGroup =
            group == nil && alb.balancer.unmet.contains { $0.key == AnnotationTable.groupKey }
        settings.groupOrder = alb.groupOrder?.value ?? 0
        settings.balancer = alb.balancer
        settings.backend = alb.backends.settings(protocol: nil)
        settings.rewrite = chooseRewrite(usesRegularExpressions: settings.usesRegularExpressions == true)
        settings.routing = alb.routing
        if settings.rewrite != nil {
            let winner = native.rewriteTarget?.key ?? native.replacedPrefix?.key ?? nginx.rewriteTarget?.key ?? ""
            for name in alb.routing.transforms.keys.sorted() {
                let key = AnnotationDialect.awsLoadBalancerController.key("transforms.\(name)")
                reportContradiction(winner: winner, loser: key)
            }
            settings.routing.transforms = [:]
        }
        return (settings, diagnostics)
    }
}

// MARK: - Weighing the dialects

extension AnnotationReading {
    /// The native value, else that of ingress-nginx, else that of the AWS Load Balancer Controller; says so where they
    /// contradict.
    private mutating func choose<Value>(_ path: KeyPath<AnnotationValues, Stated<Value>?>) -> Stated<Value>? {
        let stated = [native[keyPath: path], nginx[keyPath: path], alb[keyPath: path]].compactMap(\.self)
        guard let winner = stated.first else { return nil }
        for other in stated.dropFirst() where other.value != winner.value {
            reportContradiction(winner: winner.key, loser: other.key)
        }
        return winner
    }

    private mutating func chooseRedirect() -> (policy: IngressSettings.RedirectPolicy, key: String)? {
        let other = nginxRedirect
        if let alb = alb.balancer.fields[.redirectPort] {
            let deciding =
                native.redirectToHTTPS.map { ($0.key, $0.value) } ?? other.map { ($0.key, $0.policy != .never) }
            if let (winner, redirects) = deciding, !redirects { reportContradiction(winner: winner, loser: alb.key) }
        }
        guard let own = native.redirectToHTTPS else { return other }
        let policy: IngressSettings.RedirectPolicy = own.value ? .always : .never
        if let other, (other.policy == .never) != (policy == .never) {
            reportContradiction(winner: own.key, loser: other.key)
        }
        return (policy, own.key)
    }

    /// What ingress-nginx's two redirect annotations amount to, and which of them decided.
    private var nginxRedirect: (policy: IngressSettings.RedirectPolicy, key: String)? {
        if let force = nginx.forceSSLRedirect, force.value { return (.always, force.key) }
        return nginx.sslRedirect.map { ($0.value ? .hostsWithTLS : .never, $0.key) }
    }

    private mutating func chooseRewrite(usesRegularExpressions: Bool) -> RewriteRule? {
        if let prefix = native.replacedPrefix {
            if let target = native.rewriteTarget ?? nginx.rewriteTarget {
                if native.rewriteTarget == nil {
                    reportContradiction(winner: prefix.key, loser: target.key)
                } else {
                    reportContradiction(winner: target.key, loser: prefix.key)
                    return RewriteRule(kind: .target, value: target.value)
                }
            }
            guard usesRegularExpressions else { return RewriteRule(kind: .prefix, value: prefix.value) }
            report(
                key: prefix.key, .warning, "AnnotationWithoutEffect",
                "`\(prefix.key)` is for paths that are no regular expressions, and this Ingress asks for those; it is ignored.",
                remedy: "Write the rewrite with groups in `\(AnnotationDialect.native.key("rewrite-target"))`."
            )
            return nil
        }
        if let target = choose(\.rewriteTarget) {
            return RewriteRule(kind: native.rewriteTarget == nil ? .nginxTarget : .target, value: target.value)
        }
        return nil
    }

    private mutating func chooseAffinity() -> AffinitySettings {
        var affinity = AffinitySettings()
        let kind = choose(\.affinity)
        affinity.kind = kind?.value
        if native.affinity == nil, nginx.affinity != nil {
            affinity.defaultCookieName = AffinitySettings.nginxCookieName
        }
        let name = choose(\.cookieName)
        let path = choose(\.cookiePath)
        let age = choose(\.cookieMaximumAgeSeconds)
        affinity.cookieName = name?.value
        affinity.cookiePath = path?.value
        affinity.maximumAgeSeconds = age?.value
        if kind == nil, let key = name?.key ?? path?.key ?? age?.key {
            report(
                key: key, .info, "AnnotationWithoutEffect",
                "`\(key)` takes effect only where affinity is on, and no annotation of this Ingress turns it on.",
                remedy: "Add the annotation `affinity: cookie` of the same dialect, unless the class has affinity."
            )
        }
        return affinity
    }
}

// MARK: - Diagnostics

extension AnnotationReading {
    private mutating func report(
        _ error: AnnotationValueError, of definition: AnnotationDefinition, key: String, text: String
    ) {
        let elsewhere = definition.decidesRequests ? "its paths are answered 500" : "the annotation is ignored"
        let isOut = definition.isNeeded && object.kind == Ingress.kind
        let consequence =
            isOut
            ? "; on AWS this Ingress is left out until it can be read"
                + (definition.guarded == nil ? ", elsewhere \(elsewhere)" : "")
            : "; \(elsewhere)"
        let shown = AnnotationText.shown(text)
        switch error {
        case .malformed(let hint):
            report(
                key: key, isOut || definition.decidesRequests ? .error : .warning,
                "InvalidAnnotation",
                "`\(key)` is `\(shown)`, which is not \(definition.grammar)\(consequence).",
                value: shown, remedy: hint ?? "Write a value such as `\(definition.example)`, or remove the annotation."
            )
        case .unsupported(let explanation):
            report(
                key: key, .warning, "UnsupportedAnnotationValue",
                "`\(key)` is `\(shown)`. \(explanation)",
                value: shown, remedy: "Supported is \(definition.grammar)."
            )
        }
    }

    private mutating func reportContradiction(winner: String, loser: String) {
        report(
            key: loser, .warning, "ContradictoryAnnotations",
            "`\(loser)` contradicts `\(winner)`, which is in force; `\(loser)` is ignored.",
            remedy: "Keep one of the two."
        )
    }

    private mutating func report(
        key: String,
        _ severity: Diagnostic.Severity,
        _ reason: String,
        _ finding: String,
        value: String? = nil,
        remedy: String?
    ) {
        diagnostics.append(
            Diagnostic(
                object: object,
                field: "metadata.annotations[\(key)]",
                severity: severity,
                reason: reason,
                message: [finding, remedy].compactMap(\.self).joined(separator: " "),
                value: value,
                remedy: remedy
            )
        )
    }
}

/// How the value of an annotation is shown.
enum AnnotationText {
    private static let longest = 80

    /// The value on one line and not too long: line breaks and tabs are spaces, and line breaks at its end are left out.
    static func shown(_ text: String) -> String {
        let end = text.lastIndex { !$0.isNewline }.map { text.index(after: $0) } ?? text.startIndex
        let line = text[..<end].prefix(longest + 1).map { character -> Character in
            if character.isNewline || character == "\t" { return " " }
            return character.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } ? "\u{FFFD}" : character
        }
        return line.count > longest ? String(line.prefix(longest)) + "…" : String(line)
    }
}
