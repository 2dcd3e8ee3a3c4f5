import Foundation
import LoadBalancerModel

/// The rules of architecture, stated as plainly as possible: filters and sorts over a list.
struct ReferenceMatcher {
    let routes: [Route]

    /// How specific a host is: 2 exact, 1 wildcard, 0 none; nil where it does not take the request's host.
    private func specificity(_ host: String?, _ request: String) -> Int? {
        guard let host, !host.isEmpty else { return 0 }
        let name = Self.name(request)
        if !host.hasPrefix("*.") { return Self.name(host) == name ? 2 : nil }
        let labels = name.components(separatedBy: ".")
        guard labels[0] != "", labels.dropFirst().joined(separator: ".") == Self.name(String(host.dropFirst(2))) else {
            return nil
        }
        return 1
    }

    private static func name(_ host: String) -> String {
        var name = host.lowercased()
        if name.hasPrefix("[") { return name.components(separatedBy: "]")[0] + "]" }
        name = name.components(separatedBy: ":")[0]
        return name.hasSuffix(".") ? String(name.dropLast()) : name
    }

    /// The routes of the host that decides.
    private func deciding(_ host: String) -> [Int] {
        let matching = routes.indices.compactMap { index in
            specificity(routes[index].match.host, host).map { (index, $0) }
        }
        let best = matching.map(\.1).max()
        return matching.filter { $0.1 == best }.map(\.0)
    }

    private func usesExpressions(_ members: [Int]) -> Bool {
        members.contains { routes[$0].match.path.kind == .regularExpression }
    }

    /// Whether a route would have a say: its host decides (or it is a default for all), path and conditions match.
    func takes(_ route: Int, host: String, path: String, _ request: ReferenceRequest) -> Bool {
        guard let normal = Self.normal(path) else { return false }
        let members = deciding(host)
        let match = routes[route].match
        let isReserve = match.path.kind == .fallback && (match.host ?? "").isEmpty
        guard members.contains(route) || isReserve else { return false }
        return pathMatches(match.path, normal, expressions: usesExpressions(members)) && holds(match, request)
    }

    func match(host: String, path: String, _ request: ReferenceRequest) -> Int? {
        guard Self.normal(path) != nil else { return nil }
        let members = deciding(host)
        let expressions = usesExpressions(members)
        let ranked = members.filter { routes[$0].match.path.kind != .fallback }.sorted { first, second in
            let (one, two) = (routes[first].match.path, routes[second].match.path)
            if expressions {
                let (one, two) = (Array(one.value.utf8), Array(two.value.utf8))
                if one.count != two.count { return one.count > two.count }
                if one != two { return two.lexicographicallyPrecedes(one) }
                return first < second
            }
            if length(one) != length(two) { return length(one) > length(two) }
            if one.kind != two.kind { return one.kind == .exact }
            return first < second
        }
        let defaults = members.filter { routes[$0].match.path.kind == .fallback }
        let reserve = routes.indices.filter {
            routes[$0].match.path.kind == .fallback && (routes[$0].match.host ?? "").isEmpty
        }
        return (ranked + defaults + reserve).first { takes($0, host: host, path: path, request) }
    }

    /// The number of octets that a path can match, its trailing slash aside where that takes no part.
    private func length(_ path: PathMatch) -> Int {
        let normal = Self.rule(path.value)
        return path.kind == .prefix && normal.hasSuffix("/") ? normal.utf8.count - 1 : normal.utf8.count
    }

    private func pathMatches(_ rule: PathMatch, _ path: String, expressions: Bool) -> Bool {
        if rule.kind == .fallback { return true }
        if expressions {
            let text = path.replacing("%C3%A9", with: "é")
            let range = text.range(of: "^(?:\(rule.value))", options: [.regularExpression, .caseInsensitive])
            return range != nil
        }
        let value = Self.rule(rule.value)
        if rule.kind == .exact { return value == path }
        func elements(_ path: String) -> [String] {
            var elements = path.components(separatedBy: "/").dropFirst()
            if elements.last == "" { elements.removeLast() }
            return Array(elements)
        }
        return elements(path).starts(with: elements(value))
    }

    private func holds(_ match: RouteMatch, _ request: ReferenceRequest) -> Bool {
        for header in match.headers {
            guard let value = request.canary else { return false }
            if header.kind == .exact, value != header.value { return false }
            if header.kind == .regularExpression, value.range(of: header.value, options: .regularExpression) == nil {
                return false
            }
        }
        for parameter in match.queryParameters {
            guard let value = request.version else { return false }
            if parameter.kind == .exact, value != parameter.value { return false }
        }
        if !match.methods.isEmpty, !match.methods.contains(request.method) { return false }
        switch match.clientNetworks {
        case []: return true
        case ["10.0.0.0/8"]: return request.client?.hasPrefix("10.") == true
        default: return request.client == "192.0.2.1" || request.client?.hasPrefix("2001:db8:") == true
        }
    }

    private static func normal(_ path: String) -> String? {
        ReferenceNormalizer.normalize(Array(path.utf8), mergeSlashes: true).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The rules of the random tables all have a normal form.
    private static func rule(_ path: String) -> String {
        normal(path) ?? "invalid"
    }
}
