extension AnnotationTable {
    /// Headgate's own annotations.
    static let native: [AnnotationDefinition] = paths + transport + sessions + sharing

    private static let paths = [
        AnnotationDefinition(
            .native, "rewrite-target", NativeGrammar.rewriteTarget, example: "/$2",
            sets: AnnotationSettings.rewriteTarget
        ),
        AnnotationDefinition(
            .native, "replace-prefix", NativeGrammar.path, example: "/",
            sets: AnnotationSetting<String>(
                \.replacedPrefix,
                absence: "the path goes to the backend as it came",
                summary: """
                    What the part of the request's path that the rule's path covers becomes; the rest is kept. `/` takes the \
                    prefix away. It is for paths that are no regular expressions.
                    """,
                planField: "routes[].filters.rewrite"
            )
        ),
        AnnotationDefinition(
            .native, "use-regex", NativeGrammar.boolean, example: "true",
            sets: AnnotationSettings.usesRegularExpressions
        ),
        AnnotationDefinition(
            .native, "redirect-to-https", NativeGrammar.boolean, example: "true",
            sets: AnnotationSetting<Bool>(
                \.redirectToHTTPS,
                absence: "the class's `redirectToHTTPS`",
                summary: """
                    Whether plain HTTP is answered with a redirect to HTTPS (308), on every host of the Ingress. `false` \
                    turns off what the class asks for. ACME challenges are exempt.
                    """,
                planField: "routes[].filters.redirectToHTTPS"
            )
        ),
    ]

    private static let transport = [
        AnnotationDefinition(
            .native, "backend-protocol", NativeGrammar.backendProtocol, example: "HTTPS",
            sets: AnnotationSettings.backendProtocol
        ),
        AnnotationDefinition(
            .native, "max-request-body-size", NativeGrammar.quantityBytes, example: "10Mi",
            sets: AnnotationSettings.maximumRequestBody
        ),
        AnnotationDefinition(
            .native, "connect-timeout", NativeGrammar.durationMilliseconds, example: "5s",
            sets: AnnotationSettings.connectTimeout
        ),
        AnnotationDefinition(
            .native, "read-timeout", NativeGrammar.durationMilliseconds, example: "1m30s",
            sets: AnnotationSettings.readTimeout
        ),
        AnnotationDefinition(
            .native, "send-timeout", NativeGrammar.durationMilliseconds, example: "30s",
            sets: AnnotationSettings.sendTimeout
        ),
    ]

    private static let sessions = [
        AnnotationDefinition(
            .native, "affinity", NativeGrammar.affinity, example: "cookie",
            sets: AnnotationSettings.affinity.but(
                summary: "Whether a cookie keeps a client at one target. `none` turns off what the class asks for."
            )
        ),
        AnnotationDefinition(
            .native, "affinity-cookie-name", NativeGrammar.cookieName, example: "shop-session",
            sets: AnnotationSettings.cookieName
        ),
        AnnotationDefinition(
            .native, "affinity-cookie-path", NativeGrammar.cookiePath, example: "/",
            sets: AnnotationSettings.cookiePath
        ),
        AnnotationDefinition(
            .native, "affinity-cookie-max-age", NativeGrammar.durationSeconds, example: "48h",
            sets: AnnotationSettings.cookieMaximumAge
        ),
    ]

    private static let sharing = [
        AnnotationDefinition(
            .native, "group", NativeGrammar.groupName, example: "storefront",
            sets: AnnotationSetting<String>(
                \.group,
                absence: "the class's `sharing.group`",
                summary: "The group whose Ingresses share a load balancer, where the class has `sharing.mode: group`.",
                planField: "name"
            )
        )
    ]
}
