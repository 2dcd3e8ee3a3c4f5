extension AnnotationTable {
    /// What is honoured of ingress-nginx's annotations.
    static let ingressNginx: [AnnotationDefinition] = nginxPaths + nginxRedirects + nginxTransport + nginxSessions

    private static let nginxPaths = [
        AnnotationDefinition(
            .ingressNginx, "rewrite-target", IngressNginxGrammar.rewriteTarget, example: "/$2",
            sets: AnnotationSettings.rewriteTarget.but(
                summary: """
                    The path that the backend gets instead of the request's. It makes every path of the host a regular \
                    expression, as `use-regex` does; `$1` to `$9` stand for its groups, and one that is missing is empty. \
                    An absolute URL is answered with a redirect (302). A target that equals the rule's path does nothing.
                    """
            )
        ),
        AnnotationDefinition(
            .ingressNginx, "use-regex", IngressNginxGrammar.boolean, example: "true",
            sets: AnnotationSettings.usesRegularExpressions.but(
                summary: """
                    Makes every path of the hosts that the Ingress names a regular expression, in every Ingress: it matches \
                    at the start of the path, without regard to case, and longer expressions come first.
                    """
            )
        ),
    ]

    private static let nginxRedirects = [
        AnnotationDefinition(
            .ingressNginx, "ssl-redirect", IngressNginxGrammar.boolean, example: "false",
            sets: AnnotationSetting<Bool>(
                \.sslRedirect,
                absence: "the class's `redirectToHTTPS`; with `compatibility: ingress-nginx` it is `true`",
                summary: "Answers plain HTTP with a redirect to HTTPS (308) on the hosts that have a certificate.",
                planField: "routes[].filters.redirectToHTTPS"
            )
        ),
        AnnotationDefinition(
            .ingressNginx, "force-ssl-redirect", IngressNginxGrammar.boolean, example: "true",
            sets: AnnotationSetting<Bool>(
                \.forceSSLRedirect,
                absence: "`false`",
                summary:
                    "Answers plain HTTP with a redirect to HTTPS (308) on every host, with a certificate or without.",
                planField: "routes[].filters.redirectToHTTPS"
            )
        ),
    ]

    private static let nginxTransport = [
        AnnotationDefinition(
            .ingressNginx, "backend-protocol", IngressNginxGrammar.backendProtocol, example: "HTTPS",
            sets: AnnotationSettings.backendProtocol.but(
                summary: """
                    What is spoken to the backends; case does not count. `GRPC`, `GRPCS`, `FCGI` and `AUTO_HTTP` are not \
                    supported: a Warning says so, and `HTTP` is spoken.
                    """
            )
        ),
        AnnotationDefinition(
            .ingressNginx, "proxy-body-size", IngressNginxGrammar.size, example: "8m",
            sets: AnnotationSettings.maximumRequestBody
        ),
        AnnotationDefinition(
            .ingressNginx, "proxy-connect-timeout", IngressNginxGrammar.seconds, example: "5",
            sets: AnnotationSettings.connectTimeout
        ),
        AnnotationDefinition(
            .ingressNginx, "proxy-read-timeout", IngressNginxGrammar.seconds, example: "60",
            sets: AnnotationSettings.readTimeout
        ),
        AnnotationDefinition(
            .ingressNginx, "proxy-send-timeout", IngressNginxGrammar.seconds, example: "60",
            sets: AnnotationSettings.sendTimeout
        ),
    ]

    private static let nginxSessions = [
        AnnotationDefinition(
            .ingressNginx, "affinity", IngressNginxGrammar.affinity, example: "cookie",
            sets: AnnotationSettings.affinity
        ),
        AnnotationDefinition(
            .ingressNginx, "session-cookie-name", IngressNginxGrammar.cookieName, example: "route",
            sets: AnnotationSettings.cookieName.but(
                absence: AnnotationSettings.cookieNameAbsence(AffinitySettings.nginxCookieName)
            )
        ),
        AnnotationDefinition(
            .ingressNginx, "session-cookie-path", IngressNginxGrammar.cookiePath, example: "/",
            sets: AnnotationSettings.cookiePath
        ),
        AnnotationDefinition(
            .ingressNginx, "session-cookie-max-age", IngressNginxGrammar.cookieAge, example: "172800",
            sets: AnnotationSettings.cookieMaximumAge
        ),
    ]
}
