import LoadBalancerModel
import Routing

/// What a route does with a request that it takes.
struct RouteEffect {
    let route: Route
    let plan: LoadBalancerPlan
    let url: ExplainedURL
    /// The path of the request in normal form.
    let normalPath: String

    /// The targets that would get the request; draining ones only where no ready one is left.
    var targets: [String] {
        let pools: [BackendPool] =
            switch route.action {
            case .forward(let weighted):
                weighted.filter { $0.weight > 0 }.compactMap { weighted in
                    plan.pools.first { $0.name == weighted.pool }
                }
            case .storageBucket(let bucket): plan.pools.filter { $0.name == bucket.pool }
            case .redirect, .fixedResponse, .staticSite: []
            }
        return pools.flatMap(Self.targets)
    }

    private static func targets(of pool: BackendPool) -> [String] {
        let weighted = pool.targets.filter { $0.weight > 0 }
        let ready = weighted.filter { $0.state == .ready }
        return (ready.isEmpty ? weighted : ready).map { target in
            target.address.contains(":") ? "[\(target.address)]:\(target.port)" : "\(target.address):\(target.port)"
        }
    }

    /// What the load balancer answers by itself; nil where a target answers.
    var response: Explanation.Response? {
        if let redirect = redirectToHTTPS { return redirect }
        switch route.action {
        case .forward:
            guard targets.isEmpty else { return rewriteFailure }
            return Explanation.Response(statusCode: 503, reason: "the backend has no endpoints")
        case .redirect(let redirect):
            let host = Array(url.host.utf8)
            let location = expand {
                try CompiledRedirect(redirect, match: route.match.path)
                    .apply(path: $0, query: $1, host: host.span, into: &$2)
            }
            return Explanation.Response(
                statusCode: redirect.statusCode, location: location.text ?? redirect.location,
                reason: "the route redirects")
        case .fixedResponse(let response):
            return Explanation.Response(
                statusCode: response.statusCode, reason: response.reason ?? "the route answers by itself")
        case .staticSite(let site):
            return Explanation.Response(statusCode: 200, reason: "a file of the static site \(site.site), or 404")
        case .storageBucket: return nil
        }
    }

    /// RFC 8555, section 8.3: challenges of ACME must be answered over plain HTTP.
    private var redirectToHTTPS: Explanation.Response? {
        guard let redirect = route.filters.redirectToHTTPS, url.scheme == .http,
            redirect.includesChallenges == true || !normalPath.hasPrefix("/.well-known/acme-challenge/")
        else { return nil }
        let port = redirect.port ?? plan.listeners.first { $0.protocol == .https }?.port ?? 443
        let authority = port == 443 ? url.host : "\(url.host):\(port)"
        return Explanation.Response(
            statusCode: redirect.statusCode, location: "https://\(authority)\(url.target)",
            reason: "plain HTTP is redirected to HTTPS" + assumption(redirect))
    }

    /// Shared listeners are where flags of `headgate up` put them, which the manifests don't tell.
    private func assumption(_ redirect: HTTPSRedirect) -> String {
        guard redirect.port == nil, plan.listenerSource != .parameters else { return "" }
        return "; port 443 is assumed: headgate up names the port of its --https-address"
    }

    private var rewriteFailure: Explanation.Response? {
        guard let rewrite = rewritten, rewrite.text == nil else { return nil }
        return Explanation.Response(
            statusCode: 400, reason: rewrite.failure ?? "the rewritten path is not valid")
    }

    private var rewritten: Expansion? {
        guard let rewrite = route.filters.rewrite else { return nil }
        let mergeSlashes = plan.attributes.mergeSlashes
        return expand {
            try CompiledRewrite(rewrite, match: route.match.path, mergeSlashes: mergeSlashes)
                .apply(path: $0, query: $1, into: &$2)
        }
    }

    /// What a target gets; nil where the load balancer answers by itself.
    var upstream: Explanation.Upstream? {
        guard response == nil else { return nil }
        switch route.action {
        case .forward(let weighted):
            let pool = plan.pools.first { pool in weighted.contains { $0.pool == pool.name && $0.weight > 0 } }
            return Explanation.Upstream(
                protocol: (pool?.protocol ?? .http).rawValue, target: rewritten?.text ?? url.target)
        case .storageBucket(let bucket):
            let pool = plan.pools.first { $0.name == bucket.pool }
            return Explanation.Upstream(
                protocol: (pool?.protocol ?? .http).rawValue, target: key(in: bucket), host: bucket.host)
        case .redirect, .fixedResponse, .staticSite: return nil
        }
    }

    /// The path of an object: the prefix of the bucket and what the request names below the mount path.
    private func key(in bucket: StorageBucketAction) -> String {
        let mount = bucket.mountPath.hasSuffix("/") ? String(bucket.mountPath.dropLast()) : bucket.mountPath
        var rest = normalPath[...]
        if !mount.isEmpty, rest.hasPrefix(mount) { rest = rest.dropFirst(mount.count) }
        let key = rest.drop { $0 == "/" }
        let index = key.isEmpty || key.hasSuffix("/") ? bucket.indexDocument ?? "" : ""
        return "\(bucket.keyPrefix)\(key)\(index)"
    }

    // MARK: - Rewriting

    /// What a rewrite or redirect made of the request: a text, or why there is none.
    private struct Expansion {
        var text: String?
        var failure: String?
    }

    private func expand(
        _ apply: (borrowing Span<UInt8>, borrowing Span<UInt8>, inout [UInt8]) throws -> RewriteOutcome
    ) -> Expansion {
        var buffer: [UInt8] = []
        let path = Array(normalPath.utf8)
        let query = Array((url.query ?? "").utf8)
        do {
            switch try apply(path.span, query.span, &buffer) {
            case .rewritten: return Expansion(text: String(decoding: buffer, as: UTF8.self))
            case .noMatch: return Expansion(failure: "the expression does not match")
            case .invalid(let failure): return Expansion(failure: failure.description)
            }
        } catch {
            return Expansion(failure: "\(error)")
        }
    }
}
