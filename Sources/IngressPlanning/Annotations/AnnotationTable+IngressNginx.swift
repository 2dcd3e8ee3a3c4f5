extension AnnotationTable {
    /// What is honoured of ingress-nginx's annotations.
    static let ingressNginx: [AnnotationDefinition] = nginxPaths + nginxRedirects + nginxTransport + nginxSessions

    private static let nginxPaths = [
        AnnotationDefinition(
            .ingressNginx, "rewrite-target", IngressNginxGrammar.rewriteTarget,
            example: "/$2",
            absence: "the path goes to the backend as it came",
            summary: """
                The path that the backend gets instead of the request's. It makes every path of the host a regular \
                expression, as `use-regex` does; `$1` to `$9` stand for its groups, and one that is missing is empty. \
                An absolute URL is answered with a redirect (302). A target that equals the rule's path does nothing.
                """,
            planField: "routes[].filters.rewrite",
            states: \.rewriteTarget
        ),
        AnnotationDefinition(
            .ingressNginx, "use-regex", IngressNginxGrammar.boolean,
            example: "true",
            absence: "paths are compared by their `pathType`",
            summary: """
                Makes every path of the hosts that the Ingress names a regular expression, in every Ingress: it matches \
                at the start of the path, without regard to case, and longer expressions come first.
                """,
            planField: "routes[].match.path.type",
            states: \.usesRegularExpressions
        ),
    ]

    private static let nginxRedirects = [
        AnnotationDefinition(
            .ingressNginx, "ssl-redirect", IngressNginxGrammar.boolean,
            example: "false",
            absence: "the class's `redirectToHTTPS`; with `compatibility: ingress-nginx` it is `true`",
            summary: "Answers plain HTTP with a redirect to HTTPS (308) on the hosts that have a certificate.",
            planField: "routes[].filters.redirectToHTTPS",
            states: \.sslRedirect
        ),
        AnnotationDefinition(
            .ingressNginx, "force-ssl-redirect", IngressNginxGrammar.boolean,
            example: "true",
            absence: "`false`",
            summary: "Answers plain HTTP with a redirect to HTTPS (308) on every host, with a certificate or without.",
            planField: "routes[].filters.redirectToHTTPS",
            states: \.forceSSLRedirect
        ),
    ]

    private static let nginxTransport = [
        AnnotationDefinition(
            .ingressNginx, "backend-protocol", IngressNginxGrammar.backendProtocol,
            example: "HTTPS",
            absence: "`HTTP`",
            summary: """
                What is spoken to the backends; case does not count. `GRPC`, `GRPCS`, `FCGI` and `AUTO_HTTP` are not \
                supported: a Warning says so, and `HTTP` is spoken.
                """,
            planField: "pools[].protocol",
            states: \.backendProtocol
        ),
        AnnotationDefinition(
            .ingressNginx, "proxy-body-size", IngressNginxGrammar.size,
            example: "8m",
            absence: "the class's `limits.maximumRequestBody`; with `compatibility: ingress-nginx` it is `1m`",
            summary: "The largest request body; a larger one is answered 413. `0` lifts the limit.",
            planField: "routes[].filters.maximumRequestBodyBytes",
            states: \.maximumRequestBodyBytes
        ),
        AnnotationDefinition(
            .ingressNginx, "proxy-connect-timeout", IngressNginxGrammar.seconds,
            example: "5",
            absence: "the class's `timeouts.connect`",
            summary: "How long a connection to a target may take.",
            planField: "routes[].filters.timeouts.connectMilliseconds",
            states: \.connectMilliseconds
        ),
        AnnotationDefinition(
            .ingressNginx, "proxy-read-timeout", IngressNginxGrammar.seconds,
            example: "60",
            absence: "the class's `timeouts.read`",
            summary: "How long a target may be silent, before the response and within it.",
            planField: "routes[].filters.timeouts.readMilliseconds",
            states: \.readMilliseconds
        ),
        AnnotationDefinition(
            .ingressNginx, "proxy-send-timeout", IngressNginxGrammar.seconds,
            example: "60",
            absence: "the class's `timeouts.send`",
            summary: "How long a target may take no more of the request.",
            planField: "routes[].filters.timeouts.sendMilliseconds",
            states: \.sendMilliseconds
        ),
    ]

    private static let nginxSessions = [
        AnnotationDefinition(
            .ingressNginx, "affinity", IngressNginxGrammar.affinity,
            example: "cookie",
            absence: "the class's `affinity`",
            summary: "Keeps a client at one target by a cookie.",
            planField: "routes[].filters.affinity",
            states: \.affinity
        ),
        AnnotationDefinition(
            .ingressNginx, "session-cookie-name", IngressNginxGrammar.cookieName,
            example: "route",
            absence: "the class's `affinity.cookieName`, else `\(AffinitySettings.nginxCookieName)`",
            summary: "The name of that cookie.",
            planField: "routes[].filters.affinity.cookieName",
            states: \.cookieName
        ),
        AnnotationDefinition(
            .ingressNginx, "session-cookie-path", IngressNginxGrammar.cookiePath,
            example: "/",
            absence: "the path of the rule",
            summary: "The `Path` of that cookie. Where paths are regular expressions, name one.",
            planField: "routes[].filters.affinity.cookiePath",
            states: \.cookiePath
        ),
        AnnotationDefinition(
            .ingressNginx, "session-cookie-max-age", IngressNginxGrammar.cookieAge,
            example: "172800",
            absence: "the cookie ends with the browser's session",
            summary: "How many seconds the client keeps that cookie.",
            planField: "routes[].filters.affinity.maximumAgeSeconds",
            states: \.cookieMaximumAgeSeconds
        ),
    ]
}
