extension AnnotationTable {
    /// Headgate's own annotations.
    static let native: [AnnotationDefinition] = paths + transport + sessions + sharing

    private static let paths = [
        AnnotationDefinition(
            .native, "rewrite-target", NativeGrammar.rewriteTarget,
            example: "/$2",
            absence: "the path goes to the backend as it came",
            summary: """
                The path that the backend gets instead of the request's. `$1` to `$9` stand for the groups of the rule's \
                path, which is then a regular expression; a group that is missing is empty. The query is kept.
                """,
            planField: "routes[].filters.rewrite",
            states: \.rewriteTarget
        ),
        AnnotationDefinition(
            .native, "replace-prefix", NativeGrammar.path,
            example: "/",
            absence: "the path goes to the backend as it came",
            summary: """
                What the part of the request's path that the rule's path covers becomes; the rest is kept. `/` takes the \
                prefix away. It is for paths that are no regular expressions.
                """,
            planField: "routes[].filters.rewrite",
            states: \.replacedPrefix
        ),
        AnnotationDefinition(
            .native, "use-regex", NativeGrammar.boolean,
            example: "true",
            absence: "paths are compared by their `pathType`",
            summary: """
                Whether the paths are regular expressions (RE2), which match at the start of the path and without regard \
                to case. The mode holds for every path of the hosts that the Ingress names.
                """,
            planField: "routes[].match.path.type",
            states: \.usesRegularExpressions
        ),
        AnnotationDefinition(
            .native, "redirect-to-https", NativeGrammar.boolean,
            example: "true",
            absence: "the class's `redirectToHTTPS`",
            summary: """
                Whether plain HTTP is answered with a redirect to HTTPS (308), on every host of the Ingress. `false` \
                turns off what the class asks for. ACME challenges are exempt.
                """,
            planField: "routes[].filters.redirectToHTTPS",
            states: \.redirectToHTTPS
        ),
    ]

    private static let transport = [
        AnnotationDefinition(
            .native, "backend-protocol", NativeGrammar.backendProtocol,
            example: "HTTPS",
            absence: "`HTTP`",
            summary: "What is spoken to the backends.",
            planField: "pools[].protocol",
            states: \.backendProtocol
        ),
        AnnotationDefinition(
            .native, "max-request-body-size", NativeGrammar.quantityBytes,
            example: "10Mi",
            absence: "the class's `limits.maximumRequestBody`",
            summary: "The largest request body; a larger one is answered 413. `0` lifts the limit.",
            planField: "routes[].filters.maximumRequestBodyBytes",
            states: \.maximumRequestBodyBytes
        ),
        AnnotationDefinition(
            .native, "connect-timeout", NativeGrammar.durationMilliseconds,
            example: "5s",
            absence: "the class's `timeouts.connect`",
            summary: "How long a connection to a target may take, its TLS handshake included.",
            planField: "routes[].filters.timeouts.connectMilliseconds",
            states: \.connectMilliseconds
        ),
        AnnotationDefinition(
            .native, "read-timeout", NativeGrammar.durationMilliseconds,
            example: "1m30s",
            absence: "the class's `timeouts.read`",
            summary: "How long a target may be silent, before the response and within it.",
            planField: "routes[].filters.timeouts.readMilliseconds",
            states: \.readMilliseconds
        ),
        AnnotationDefinition(
            .native, "send-timeout", NativeGrammar.durationMilliseconds,
            example: "30s",
            absence: "the class's `timeouts.send`",
            summary: "How long a target may take no more of the request.",
            planField: "routes[].filters.timeouts.sendMilliseconds",
            states: \.sendMilliseconds
        ),
    ]

    private static let sessions = [
        AnnotationDefinition(
            .native, "affinity", NativeGrammar.affinity,
            example: "cookie",
            absence: "the class's `affinity`",
            summary: "Whether a cookie keeps a client at one target. `none` turns off what the class asks for.",
            planField: "routes[].filters.affinity",
            states: \.affinity
        ),
        AnnotationDefinition(
            .native, "affinity-cookie-name", NativeGrammar.cookieName,
            example: "shop-session",
            absence: "the class's `affinity.cookieName`, else `\(AffinitySettings.standardCookieName)`",
            summary: "The name of that cookie.",
            planField: "routes[].filters.affinity.cookieName",
            states: \.cookieName
        ),
        AnnotationDefinition(
            .native, "affinity-cookie-path", NativeGrammar.cookiePath,
            example: "/",
            absence: "the path of the rule",
            summary: "The `Path` of that cookie. Where paths are regular expressions, name one.",
            planField: "routes[].filters.affinity.cookiePath",
            states: \.cookiePath
        ),
        AnnotationDefinition(
            .native, "affinity-cookie-max-age", NativeGrammar.durationSeconds,
            example: "48h",
            absence: "the class's `affinity.maximumAge`, else the cookie ends with the browser's session",
            summary: "How long the client keeps that cookie, in whole seconds.",
            planField: "routes[].filters.affinity.maximumAgeSeconds",
            states: \.cookieMaximumAgeSeconds
        ),
    ]

    private static let sharing = [
        AnnotationDefinition(
            .native, "group", NativeGrammar.groupName,
            example: "storefront",
            absence: "the class's `sharing.group`",
            summary: "The group whose Ingresses share a load balancer, where the class has `sharing.mode: group`.",
            planField: "name",
            states: \.group
        )
    ]
}
