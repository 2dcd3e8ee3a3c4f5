/// What Ingresses of a random walk have once they are applied: those that are left out what they had, the others what they ask for
/// and nobody before them has.
struct WalkExpectation {
    typealias Path = WalkIngress.Path

    private struct Claim {
        var owner: String
        var service: String
    }

    private struct Fallback {
        var service: String
        var age: Int
        var hasRules: Bool
        var hosts: Set<String?>
    }

    private var claims: [Path: Claim] = [:]
    private var fallbacks: [String: Fallback] = [:]
    private let left: Set<String>

    /// What answers a request: one of these, or what did before.
    struct Answer {
        /// Services; nil for 404.
        var services: Set<String?>
        var maybeAsBefore = false
        var reason: String
    }

    /// - Parameter left: the Ingresses that are left out.
    init(_ ingresses: [String: WalkIngress], left: Set<String>, after earlier: WalkExpectation?) {
        self.left = left
        if let earlier {
            claims = earlier.claims.filter { left.contains($0.value.owner) }
            fallbacks = earlier.fallbacks.filter { left.contains($0.key) }
        }
        for (name, ingress) in ingresses.sorted(by: { ($0.value.age, $0.key) < ($1.value.age, $1.key) })
        where !left.contains(name) {
            for (path, service) in ingress.paths where claims[path] == nil {
                claims[path] = Claim(owner: name, service: service)
            }
            if let service = ingress.fallback {
                fallbacks[name] = Fallback(
                    service: service, age: ingress.age, hasRules: !ingress.paths.isEmpty,
                    hosts: Set(ingress.paths.map(\.path.host)))
            }
        }
    }

    func answer(host: String, path: String) -> Answer {
        let scope = scope(of: host)
        let fitting = claims.filter { $0.key.host == scope && $0.key.takes(path) }
        let best = fitting.max { one, two in
            (one.key.isExact ? 1 : 0, one.key.path.count) < (two.key.isExact ? 1 : 0, two.key.path.count)
        }
        guard let best else { return fallback(scope) }
        // A default backend has the same rule as a path that takes all of a host, and keeps it; so it does a host whose
        // Ingress is gone.
        let isHeld = !left.isDisjoint(with: fallbacks.keys) && (best.key.path == "/" || best.key.host != host)
        return Answer(
            services: [best.value.service], maybeAsBefore: isHeld,
            reason: "\(best.key) of \(best.value.owner)")
    }

    /// The host whose rules a request is for; nil for those of every host.
    private func scope(of host: String) -> String? {
        let hosts = Set(claims.keys.compactMap(\.host))
        if hosts.contains(host) { return host }
        let wildcard = "*.\(host.drop { $0 != "." }.dropFirst())"
        return hosts.contains(wildcard) ? wildcard : nil
    }

    /// Which default backend answers where Ingresses are left out may depend on what it was before: they keep it, and so does
    /// what they have.
    private func fallback(_ scope: String?) -> Answer {
        var services = [fallbacks, fallbacks.filter { !left.contains($0.key) }].map { service(of: $0, scope) }
        services.append(service(of: fallbacks.filter { left.contains($0.key) }, scope) ?? services[0])
        let owners = Set(claims.filter { $0.key.host == scope }.map(\.value.owner))
        services += fallbacks.filter { left.contains($0.key) }.map(\.value.service)
        let isCertain = left.isEmpty || left.isDisjoint(with: fallbacks.keys) && left.isDisjoint(with: owners)
        return Answer(
            services: isCertain ? [services[0]] : Set(services), maybeAsBefore: !isCertain,
            reason: "default backend for \(scope ?? "every host")")
    }

    /// That of the Ingress whose host it is, then of those without rules, then the oldest.
    private func service(of fallbacks: [String: Fallback], _ scope: String?) -> String? {
        func rank(_ entry: (key: String, value: Fallback)) -> (Int, Int, String) {
            let isOwn = entry.value.hasRules && entry.value.hosts.contains(scope)
            return (isOwn ? 0 : entry.value.hasRules ? 2 : 1, entry.value.age, entry.key)
        }
        return fallbacks.min { rank($0) < rank($1) }?.value.service
    }
}
