import LoadBalancerModel

/// What an annotation sets, apart from the dialect that it is written in: a dialect gives it a key and a grammar.
struct AnnotationSetting<Value: Hashable & Sendable>: Sendable {
    /// What holds without the annotation, in words.
    let absence: String
    /// What the annotation does, in a sentence.
    let summary: String
    /// The field of the plan that it sets.
    let planField: String
    /// Where its value is stated.
    let value: any WritableKeyPath<AnnotationValues, Stated<Value>?> & Sendable

    init(
        _ value: any WritableKeyPath<AnnotationValues, Stated<Value>?> & Sendable,
        absence: String,
        summary: String,
        planField: String
    ) {
        self.value = value
        self.absence = absence
        self.summary = summary
        self.planField = planField
    }

    /// The setting as a dialect has it that differs in what holds without it, or in what it does.
    func but(absence: String? = nil, summary: String? = nil) -> AnnotationSetting {
        AnnotationSetting(
            value, absence: absence ?? self.absence, summary: summary ?? self.summary, planField: planField)
    }
}

/// The settings that several dialects have.
enum AnnotationSettings {
    static let rewriteTarget = AnnotationSetting<String>(
        \.rewriteTarget,
        absence: "the path goes to the backend as it came",
        summary: """
            The path that the backend gets instead of the request's. `$1` to `$9` stand for the groups of the rule's \
            path, which is then a regular expression; a group that is missing is empty. The query is kept.
            """,
        planField: "routes[].filters.rewrite"
    )
    static let usesRegularExpressions = AnnotationSetting<Bool>(
        \.usesRegularExpressions,
        absence: "paths are compared by their `pathType`",
        summary: """
            Whether the paths are regular expressions (RE2), which match at the start of the path and without regard \
            to case. The mode holds for every path of the hosts that the Ingress names.
            """,
        planField: "routes[].match.path.type"
    )
    static let backendProtocol = AnnotationSetting<BackendProtocol>(
        \.backendProtocol,
        absence: "`HTTPS` where the `appProtocol` of the Service's port is `https`, else `HTTP`",
        summary: "What is spoken to the backends.",
        planField: "pools[].protocol"
    )
    static let maximumRequestBody = AnnotationSetting<Int>(
        \.maximumRequestBodyBytes,
        absence: "the class's `limits.maximumRequestBody`; with `compatibility: ingress-nginx` it is 1 MiB",
        summary: "The largest request body; a larger one is answered 413. `0` lifts the limit.",
        planField: "routes[].filters.maximumRequestBodyBytes"
    )
    static let connectTimeout = AnnotationSetting<Int>(
        \.connectMilliseconds,
        absence: "the class's `timeouts.connect`",
        summary: "How long a connection to a target may take, its TLS handshake included.",
        planField: "routes[].filters.timeouts.connectMilliseconds"
    )
    static let readTimeout = AnnotationSetting<Int>(
        \.readMilliseconds,
        absence: "the class's `timeouts.read`",
        summary: "How long a target may be silent, before the response and within it.",
        planField: "routes[].filters.timeouts.readMilliseconds"
    )
    static let sendTimeout = AnnotationSetting<Int>(
        \.sendMilliseconds,
        absence: "the class's `timeouts.send`",
        summary: "How long a target may take no more of the request.",
        planField: "routes[].filters.timeouts.sendMilliseconds"
    )
    static let affinity = AnnotationSetting<AffinitySettings.Kind>(
        \.affinity,
        absence: "the class's `affinity`",
        summary: "Keeps a client at one target by a cookie.",
        planField: "routes[].filters.affinity"
    )
    static let cookieName = AnnotationSetting<String>(
        \.cookieName,
        absence: cookieNameAbsence(AffinitySettings.standardCookieName),
        summary: "The name of that cookie.",
        planField: "routes[].filters.affinity.cookieName"
    )
    static let cookiePath = AnnotationSetting<String>(
        \.cookiePath,
        absence: "the path of the rule",
        summary: "The `Path` of that cookie. Where paths are regular expressions, name one.",
        planField: "routes[].filters.affinity.cookiePath"
    )
    static let cookieMaximumAge = AnnotationSetting<Int>(
        \.cookieMaximumAgeSeconds,
        absence: "the class's `affinity.maximumAge`, else the cookie ends with the browser's session",
        summary: "How long the client keeps that cookie, in whole seconds.",
        planField: "routes[].filters.affinity.maximumAgeSeconds"
    )

    /// What the cookie is called without an annotation.
    static func cookieNameAbsence(_ name: String) -> String { "the class's `affinity.cookieName`, else `\(name)`" }
}
