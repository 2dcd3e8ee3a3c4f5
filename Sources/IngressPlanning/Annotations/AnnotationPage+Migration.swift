extension AnnotationPage {
    /// What those who come from ingress-nginx need to know.
    static let migration = """
        ## Coming from ingress-nginx

        Manifests stay as they are. Start Headgate with `--ingress-class nginx`, or point an IngressClass named `nginx` at \
        `headgate.dev/ingress-controller`, and look at the Warnings of `headgate plan -f DIR`. Give the class \
        `compatibility: ingress-nginx` in its parameters if you rely on that controller's defaults: a redirect to HTTPS \
        wherever a host has a certificate, request bodies of at most 1 MiB, and HSTS.

        ### Rewrites and regular expressions

        ```yaml
        metadata:
          annotations:
            nginx.ingress.kubernetes.io/use-regex: "true"
            nginx.ingress.kubernetes.io/rewrite-target: /$2
        spec:
          rules:
            - host: shop.example.com
              http:
                paths:
                  - path: /api(/|$)(.*)
                    pathType: ImplementationSpecific
        ```

        `/api/orders?page=2` goes to the backend as `/orders?page=2`, and `/api` as `/`. As in ingress-nginx:

        - One such annotation turns **every** path of its hosts into a regular expression that ignores case and matches at \
        the start of the path, those of other Ingresses included. `/foo` then takes `/FOObar` too.
        - `rewrite-target` without groups sends every request of the path to that one target: `/app/logo.png` becomes `/`.
        - A group that the path does not have is empty.

        What differs:

        - Expressions are RE2, in time linear to the path: no look-ahead, no back-references. A path that RE2 refuses is \
        named in a diagnostic.
        - `rewrite-target` takes groups but no variables of nginx such as `$host`.
        - To take a prefix away without regular expressions, write `headgate.dev/replace-prefix: /` and keep the paths \
        plain: `path: /api` with `pathType: Prefix`.

        ### HTTPS

        `ssl-redirect: "true"` redirects the hosts that have a certificate, `force-ssl-redirect: "true"` every host, as \
        behind another load balancer that ends TLS. `ssl-redirect: "false"` turns off what the class asks for. \
        `headgate.dev/redirect-to-https` says both, `"true"` or `"false"`, for every host of the Ingress. The answer is 308, \
        and ACME challenges are exempt.

        ### Sizes and times

        | ingress-nginx | Headgate |
        | --- | --- |
        | `proxy-body-size: 8m` | `max-request-body-size: 8Mi` |
        | `proxy-read-timeout: "90"` | `read-timeout: 1m30s` |
        | `proxy-connect-timeout: "5"` | `connect-timeout: 5s` |
        | `session-cookie-max-age: "172800"` | `affinity-cookie-max-age: 48h` |

        A unit behind the number of a `nginx.ingress.kubernetes.io` timeout makes ingress-nginx ignore it in silence; here \
        it is ignored with a Warning. So is `0`.

        ### Sessions

        ```yaml
        nginx.ingress.kubernetes.io/affinity: cookie
        nginx.ingress.kubernetes.io/session-cookie-name: route
        nginx.ingress.kubernetes.io/session-cookie-max-age: "172800"
        ```

        Without `session-cookie-name` the cookie is called `\(AffinitySettings.nginxCookieName)`. Its `Path` is the path of \
        the rule; where that is a regular expression, name one with `session-cookie-path`. Cookies that ingress-nginx set \
        are not understood: each client gets a new one.

        ### Snippets

        Snippets (`configuration-snippet`, `server-snippet`, …) are never executed.
        """
}
