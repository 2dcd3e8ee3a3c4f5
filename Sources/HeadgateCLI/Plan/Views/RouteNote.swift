import LoadBalancerModel

/// Something particular about a route, in a few words.
struct RouteNote: Hashable {
    /// What a note is about, in the order in which notes are shown.
    enum Kind: Hashable, CaseIterable {
        /// Which requests the route takes, and what it makes of them.
        case request
        /// How clients are answered, whoever answers.
        case answer
        /// How requests reach a target.
        case forwarding

        /// Whether notes of the kind say anything of a route.
        func concerns(_ route: Route) -> Bool {
            switch (self, route.action) {
            case (.forwarding, .forward), (.forwarding, .storageBucket): true
            case (.forwarding, _): false
            // Where a host has no default backend, the answer belongs to nobody.
            case (_, .fixedResponse): route.ingress != nil
            default: true
            }
        }
    }

    var kind: Kind
    var text: String
}

extension RouteNote {
    static func notes(of match: RouteMatch) -> [RouteNote] {
        match.conditions.isEmpty
            ? [] : [RouteNote(kind: .request, text: "only " + match.conditions.joined(separator: ", "))]
    }

    static func notes(of filters: RouteFilters) -> [RouteNote] {
        var notes: [RouteNote] = []
        func add(_ kind: Kind, _ text: String) { notes.append(RouteNote(kind: kind, text: text)) }
        if let rewrite = filters.rewrite {
            switch rewrite.kind {
            case .template: add(.request, "path is rewritten to \(rewrite.value)")
            case .substitution:
                add(.request, "what \(rewrite.expression ?? "") finds in the path is replaced by \(rewrite.value)")
            case .replacePrefix: add(.request, "the matched prefix is replaced by \(rewrite.value)")
            }
        }
        if let redirect = filters.redirectToHTTPS {
            let port = redirect.port.map { " on port \($0)" } ?? ""
            add(.answer, "plain HTTP is redirected to HTTPS\(port) (\(redirect.statusCode))")
        }
        if !filters.secureResponseHeaders.isEmpty {
            let names = filters.secureResponseHeaders.map(\.name).joined(separator: ", ")
            add(.answer, "sets \(names) on HTTPS responses")
        }
        if let bytes = filters.maximumRequestBodyBytes {
            add(.forwarding, bytes == 0 ? "request body without limit" : "request body up to \(ByteText.text(bytes))")
        }
        if let affinity = filters.affinity {
            add(.forwarding, "session affinity by cookie \(affinity.cookieName)")
        }
        if let seconds = filters.poolAffinitySeconds, seconds > 0 {
            add(.forwarding, "clients stay at one backend for \(DurationText.text(milliseconds: seconds * 1000))")
        }
        let timeouts = [
            ("connect", filters.timeouts.connectMilliseconds), ("read", filters.timeouts.readMilliseconds),
            ("send", filters.timeouts.sendMilliseconds),
        ].compactMap { name, value in value.map { "\(name) \(DurationText.text(milliseconds: $0))" } }
        if !timeouts.isEmpty { add(.forwarding, "time limits: \(timeouts.joined(separator: ", "))") }
        return notes
    }

    static func notes(of pool: BackendPool) -> [RouteNote] {
        var notes: [RouteNote] = []
        func add(_ text: String) { notes.append(RouteNote(kind: .forwarding, text: text)) }
        if pool.protocol == .https {
            let verified = pool.tls?.verify == true ? "verified" : "not verified"
            add("HTTPS to the targets, certificate \(verified)")
        }
        if pool.algorithm != .roundRobin { add("balanced by \(pool.algorithm.rawValue)") }
        if let check = pool.healthCheck {
            add("health check GET \(check.path) every \(DurationText.text(milliseconds: check.intervalMilliseconds))")
        }
        return notes
    }
}
