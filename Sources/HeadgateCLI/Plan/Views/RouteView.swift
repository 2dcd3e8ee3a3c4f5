import LoadBalancerModel

/// Routes for people, as rows of a table.
struct RouteView {
    let style: TextStyle
    let pools: [String: BackendPool]
    let staticSites: [String: StaticSite]

    /// Adds the row of a route, and a line for each of what is particular about it.
    func add(_ route: Route, to table: inout TextTable, without common: Set<RouteNote>) {
        let path = route.match.path
        let targets = self.targets(route)
        table.add([
            TextTable.Cell("      \(Self.name(of: path.kind))"),
            TextTable.Cell(path.value),
            TextTable.Cell("→ \(destination(route))"),
            targets,
            TextTable.Cell(route.ingress ?? "", .dim),
        ])
        for line in Self.lines(notes(route).filter { !common.contains($0) }) {
            table.addLine("          " + style.dim(line))
        }
    }

    static func name(of kind: PathMatch.Kind) -> String {
        switch kind {
        case .exact, .prefix, .pattern: kind.rawValue
        case .regularExpression, .expression: "Regex"
        case .fallback: "default"
        }
    }

    /// Where requests go.
    private func destination(_ route: Route) -> String {
        switch route.action {
        case .forward(let weighted):
            guard weighted.count != 1 else { return backend(route) ?? weighted.first?.pool ?? "" }
            let total = weighted.reduce(0) { $0 + $1.weight }
            let arePercents = weighted.allSatisfy { total > 0 && $0.weight * 100 % total == 0 }
            return weighted.map { pool in
                let share = arePercents ? "\(pool.weight * 100 / total) %" : "\(pool.weight) of \(total)"
                return "\(poolTitle(pool.pool)) \(share)"
            }.joined(separator: ", ")
        case .redirect(let redirect):
            return "\(redirect.statusCode) \(redirect.place)\(redirect.keepsPath == true ? " and the path" : "")"
        case .fixedResponse(let response):
            guard let backend = backend(route) else { return "answer \(response.statusCode)" }
            return response.reason == nil ? response.title : backend
        case .staticSite(let site): return backend(route) ?? "StaticSite \(site.site)"
        case .storageBucket(let bucket): return backend(route) ?? "StorageBucket at \(bucket.host)"
        }
    }

    private func backend(_ route: Route) -> String? {
        route.backend.map(\.title)
    }

    private func poolTitle(_ name: String) -> String {
        pools[name]?.backend?.title ?? name
    }

    /// What stands behind the destination.
    private func targets(_ route: Route) -> TextTable.Cell {
        switch route.action {
        case .forward(let weighted):
            let pools = weighted.compactMap { self.pools[$0.pool] }
            let nodePorts = Set(pools.compactMap(\.nodePort)).sorted().map { "\($0)" }
            guard nodePorts.isEmpty else {
                return TextTable.Cell("nodes :\(nodePorts.joined(separator: ", :"))", .green)
            }
            return targets(pools.flatMap(\.targets))
        case .storageBucket(let bucket):
            return TextTable.Cell(bucket.host)
        case .staticSite(let site):
            let files = staticSites[site.site]?.files.count ?? 0
            return TextTable.Cell(Plural.count(files, "file"))
        case .fixedResponse(let response):
            guard let reason = response.reason else { return "" }
            return TextTable.Cell("answers \(response.statusCode), \(reason)", .red)
        case .redirect: return ""
        }
    }

    private func targets(_ targets: [Target]) -> TextTable.Cell {
        let ready = targets.count { $0.state == .ready }
        let draining = targets.count { $0.state == .draining }
        switch (ready, draining) {
        case (0, 0): return TextTable.Cell("no endpoints, answers 503", .red)
        case (0, _): return TextTable.Cell("\(draining) draining", .yellow)
        case (_, 0): return TextTable.Cell("\(ready) ready", .green)
        default: return TextTable.Cell("\(ready) ready, \(draining) draining", .green)
        }
    }

    /// The settings that every route has which they can concern.
    func commonNotes(_ routes: [Route]) -> [RouteNote] {
        RouteNote.Kind.allCases.flatMap { kind -> [RouteNote] in
            let concerned = routes.filter { kind.concerns($0) }
            // What one route alone has is told with it, unless it can only come from the settings of the whole.
            guard let first = concerned.first, concerned.count > 1 || kind != .request else { return [] }
            let others = concerned.dropFirst().map { Set(notes($0)) }
            return notes(first).filter { note in note.kind == kind && others.allSatisfy { $0.contains(note) } }
        }
    }

    /// What is particular about a route.
    private func notes(_ route: Route) -> [RouteNote] {
        let pools: [BackendPool] =
            switch route.action {
            case .forward(let weighted): weighted.compactMap { self.pools[$0.pool] }
            case .storageBucket(let bucket): self.pools[bucket.pool].map { [$0] } ?? []
            default: []
            }
        var notes: [RouteNote] = []
        for note in RouteNote.notes(of: route.match) + RouteNote.notes(of: route.filters)
            + pools.flatMap(RouteNote.notes)
        where note.kind.concerns(route) && !notes.contains(note) {
            notes.append(note)
        }
        return notes
    }

    /// Notes on as few lines as they fit.
    private static func lines(_ notes: [RouteNote]) -> [String] {
        var lines: [String] = []
        for note in notes {
            if let last = lines.last, last.count + note.text.count + 2 <= 96 {
                lines[lines.count - 1] = "\(last); \(note.text)"
            } else {
                lines.append(note.text)
            }
        }
        return lines
    }
}

extension Redirect {
    /// Where it leads: a `?` at the end of the location only says that the request's query is left off.
    var place: String { (authority ?? "") + (location.hasSuffix("?") ? String(location.dropLast()) : location) }
}

extension FixedResponse {
    /// `answer 404`, or `answer 503 (text/html, 12 bytes)`.
    var title: String {
        let type = contentType.prefix { $0 != ";" }
        return body.isEmpty ? "answer \(statusCode)" : "answer \(statusCode) (\(type), \(body.utf8.count) bytes)"
    }
}

extension BackendReference {
    /// `shop/web:8080`, or `StaticSite shop/docs`.
    var title: String {
        switch self {
        case .service(let name, let port): "\(name):\(port)"
        case .resource(_, let kind, let name): "\(kind) \(name)"
        }
    }
}
