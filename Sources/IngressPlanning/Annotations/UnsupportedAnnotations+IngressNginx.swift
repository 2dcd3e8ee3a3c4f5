extension UnsupportedAnnotations {
    /// The annotations of ingress-nginx, up to its last version, that are not honoured.
    static let ingressNginx: [String: Known] = [
        snippets, accessControl, authentication, clientCertificates, rateLimits, canaries, redirects, cookies,
        streaming,
        upstreams, backendTLS, others,
    ].reduce(into: [:]) { all, part in all.merge(part) { first, _ in first } }

    private static func all(_ names: String..., say known: Known) -> [String: Known] {
        Dictionary(uniqueKeysWithValues: names.map { ($0, known) })
    }

    private static let snippets = all(
        "configuration-snippet", "server-snippet", "stream-snippet", "auth-snippet", "modsecurity-snippet",
        say: Known(
            """
            Snippets are never executed: text that becomes configuration lets whoever may write an Ingress read the keys \
            of every other.
            """,
            remedy: "Look in docs/annotations.md for an annotation that does what the snippet is for, and remove it."
        )
    )

    private static let accessControl = all(
        "allowlist-source-range", "whitelist-source-range", "denylist-source-range", "satisfy",
        say: Known(
            "Access is not restricted: clients of every network are let in.",
            remedy: "Restrict access in front of the load balancer or in the backend before you rely on it."
        )
    )

    private static let authentication = all(
        "auth-realm", "auth-secret", "auth-secret-type", "auth-type", "auth-url", "auth-signin",
        "auth-signin-redirect-param", "auth-method", "auth-always-set-cookie", "auth-cache-duration", "auth-cache-key",
        "auth-keepalive", "auth-keepalive-requests", "auth-keepalive-share-vars", "auth-keepalive-timeout",
        "auth-proxy-set-headers", "auth-request-redirect", "auth-response-headers", "enable-global-auth",
        say: Known(
            "Nobody is asked to authenticate: every request reaches the backend.",
            remedy: "Let the backend authenticate its clients, or take the route away, before you rely on it."
        )
    )

    private static let clientCertificates = all(
        "auth-tls-error-page", "auth-tls-match-cn", "auth-tls-pass-certificate-to-upstream", "auth-tls-secret",
        "auth-tls-verify-client", "auth-tls-verify-depth",
        say: Known(
            "Clients are not asked for a certificate: every request reaches the backend.",
            remedy: "Let the backend authenticate its clients, or take the route away, before you rely on it."
        )
    )

    private static let rateLimits = all(
        "limit-allowlist", "limit-whitelist", "limit-burst-multiplier", "limit-connections", "limit-rate",
        "limit-rate-after", "limit-rpm", "limit-rps", "global-rate-limit", "global-rate-limit-window",
        "global-rate-limit-key", "global-rate-limit-ignored-cidrs",
        say: Known("Nothing is limited.")
    )

    private static let canaries = all(
        "canary", "canary-by-cookie", "canary-by-header", "canary-by-header-pattern", "canary-by-header-value",
        "canary-weight", "canary-weight-total", "affinity-canary-behavior",
        say: Known(
            "The rules of this Ingress count like those of any other: a host and path that an older Ingress has stays there.",
            remedy: "Take the Ingress away, unless its rules are to be served for themselves."
        )
    )

    private static let redirects: [String: Known] = [
        "permanent-redirect": Known("Requests go to the backend."),
        "permanent-redirect-code": Known(),
        "temporal-redirect": Known("Requests go to the backend."),
        "temporal-redirect-code": Known(),
        "relative-redirects": Known(),
        "app-root": Known("`/` goes to the backend."),
        "from-to-www-redirect": Known(remedy: "Add a rule for the other host."),
        "preserve-trailing-slash": Known("Redirects to HTTPS keep path and query as they came.", remedy: "Remove it."),
        "use-port-in-redirects": Known(
            remedy: "Name the public HTTPS port in the class's parameters, `redirectToHTTPS.port`."
        ),
    ]

    private static let cookies: [String: Known] = [
        "affinity-mode": Known(
            "A cookie names its target for as long as the target lives, as in the mode `persistent`.",
            remedy: "Remove it."
        ),
        "session-cookie-expires": Known(
            remedy: "Use `\(AnnotationDialect.ingressNginx.key("session-cookie-max-age"))`."
        ),
        "session-cookie-hash": Known("ingress-nginx dropped it as well.", remedy: "Remove it."),
        "session-cookie-change-on-failure": Known(
            "A client whose target is gone gets another and a new cookie.", remedy: "Remove it."
        ),
        "session-cookie-conditional-samesite-none": Known(),
        "session-cookie-domain": Known("The cookie is for the host of the request."),
        "session-cookie-partitioned": Known(),
        "session-cookie-samesite": Known(),
        "session-cookie-secure": Known(),
        "proxy-cookie-domain": Known("Cookies of the backend pass as they are."),
        "proxy-cookie-path": Known("Cookies of the backend pass as they are."),
    ]

    private static let streaming = all(
        "proxy-buffering", "proxy-buffer-size", "proxy-buffers-number", "proxy-busy-buffers-size",
        "proxy-max-temp-file-size", "proxy-request-buffering", "client-body-buffer-size",
        say: Known("Bodies are streamed in both directions and never stored whole.", remedy: "Remove it.")
    )

    private static let upstreams: [String: Known] = [
        "load-balance": Known(remedy: "Choose the algorithm in the class's parameters, `algorithm`."),
        "upstream-hash-by": Known(),
        "upstream-hash-by-subset": Known(),
        "upstream-hash-by-subset-size": Known(),
        "upstream-vhost": Known("The backend gets the `Host` of the request."),
        "service-upstream": Known("Requests go to the endpoints of the Service."),
        "proxy-http-version": Known("HTTP/1.1 is spoken to backends.", remedy: "Remove it."),
        "proxy-next-upstream": Known("A connection that fails is tried on another target; nothing else is repeated."),
        "proxy-next-upstream-timeout": Known(),
        "proxy-next-upstream-tries": Known(),
        "proxy-redirect-from": Known("`Location` of the backend passes as it is."),
        "proxy-redirect-to": Known("`Location` of the backend passes as it is."),
        "connection-proxy-header": Known(),
        "x-forwarded-prefix": Known(),
        "default-backend": Known(
            remedy: "Use `spec.defaultBackend`, or `defaultBackend` in the class's parameters."
        ),
        "custom-http-errors": Known("Answers of the backend pass as they are."),
        "disable-proxy-intercept-errors": Known("Answers of the backend pass as they are.", remedy: "Remove it."),
        "fastcgi-index": Known("FastCGI is not spoken."),
        "fastcgi-params-configmap": Known("FastCGI is not spoken."),
        "grpc-backend": Known("gRPC needs HTTP/2 to the backend, which is not supported yet."),
        "secure-backends": Known(
            "ingress-nginx dropped it as well.",
            remedy: "Use `\(AnnotationDialect.ingressNginx.key("backend-protocol")): HTTPS`."
        ),
    ]

    private static let backendTLS = all(
        "proxy-ssl-ciphers", "proxy-ssl-name", "proxy-ssl-protocols", "proxy-ssl-secret", "proxy-ssl-server-name",
        "proxy-ssl-verify", "proxy-ssl-verify-depth", "secure-verify-ca-secret",
        say: Known("TLS to the backend is spoken without a client certificate, and the backend's is not verified.")
    )

    private static let others: [String: Known] = [
        "server-alias": Known("The other hosts are not served.", remedy: "Add a rule for each of them."),
        "ssl-passthrough": Known("TLS ends at the load balancer."),
        "ssl-ciphers": Known(remedy: "Choose the oldest TLS version in the class's parameters, `tls.minimumVersion`."),
        "ssl-prefer-server-ciphers": Known(remedy: "Remove it."),
        "cors-allow-credentials": Known("No CORS header is added."),
        "cors-allow-headers": Known("No CORS header is added."),
        "cors-allow-methods": Known("No CORS header is added."),
        "cors-allow-origin": Known("No CORS header is added."),
        "cors-expose-headers": Known("No CORS header is added."),
        "cors-max-age": Known("No CORS header is added."),
        "enable-cors": Known("No CORS header is added."),
        "custom-headers": Known("No header is added."),
        "enable-access-log": Known(remedy: "Choose the format in the class's parameters, `accessLog`."),
        "enable-rewrite-log": Known(remedy: "Ask `headgate explain` for what becomes of a path."),
        "enable-modsecurity": Known("Requests are not inspected."),
        "enable-owasp-core-rules": Known("Requests are not inspected."),
        "enable-owasp-modsecurity-crs": Known("Requests are not inspected."),
        "modsecurity-transaction-id": Known("Requests are not inspected."),
        "enable-opentelemetry": Known(),
        "opentelemetry-operation-name": Known(),
        "opentelemetry-trust-incoming-span": Known(),
        "enable-opentracing": Known(),
        "opentracing-trust-incoming-span": Known(),
        "enable-influxdb": Known(),
        "influxdb-measurement": Known(),
        "influxdb-port": Known(),
        "influxdb-host": Known(),
        "influxdb-server-name": Known(),
        "http2-push-preload": Known("No browser takes pushed responses any more.", remedy: "Remove it."),
        "mirror-host": Known("Requests are not mirrored."),
        "mirror-request-body": Known("Requests are not mirrored."),
        "mirror-target": Known("Requests are not mirrored."),
    ]
}
