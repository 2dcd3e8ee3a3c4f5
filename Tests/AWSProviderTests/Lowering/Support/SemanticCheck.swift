import AWSProvider
import LoadBalancerModel
import Provisioning
import ProvisioningTesting
import Routing

/// Compares what a load balancer of AWS would do with what a plan says, request by request.
///
/// A difference passes only where the fidelity report names it, with the Ingress that it concerns.
struct SemanticCheck {
    let lowering: Lowering<AWSResource>
    private let plan: LoadBalancerPlan
    private let table: RouteTable
    private let listeners: [LoweredListener]

    init(_ plan: LoadBalancerPlan, in environment: AWSEnvironment = .standard) throws {
        lowering = try ALBLowering.lower(plan, in: environment)
        let quarantined = Set(lowering.quarantined.map(\.member))
        var plan = plan
        plan.routes.removeAll { $0.ingress.map(quarantined.contains) ?? false }
        self.plan = plan
        table = try RouteTable(routes: plan.routes, mergeSlashes: plan.attributes.mergeSlashes)
        listeners = LoweredListener.all(lowering)
    }

    /// The differences of a request on all listeners that the report doesn't name.
    func differences(_ request: ALBRequest) -> [String] {
        guard !isExcluded(request) else { return [] }
        return listeners.flatMap { listener in
            let expected = expectation(request, on: listener)
            return listener.answers(to: request).compactMap { answer in
                difference(of: answer, from: expected, request, on: listener)
            }
        }
    }

    // MARK: What is named once for a load balancer

    /// Whether AWS's treatment of a request isn't known, as the report says of the load balancer as a whole.
    private func isExcluded(_ request: ALBRequest) -> Bool {
        let path = Array(request.path.utf8)
        let isNormal = PathNormalizer.isNormal(path.span, mergeSlashes: plan.attributes.mergeSlashes)
        if !isNormal || request.path.contains("%") {
            return isNamed(nil, "AWS compares paths in a normal form of its own")
        }
        let name = request.host.prefix { $0 != ":" }
        return name.hasSuffix(".") && isNamed(nil, "a Host field with a dot at its end")
    }

    private func isNamed(_ ingress: String?, _ text: String) -> Bool {
        let object = ingress.map { "Ingress \($0)" } ?? "LoadBalancer \(plan.name)"
        return lowering.fidelity.contains { $0.object == object && $0.message.contains(text) }
    }

    // MARK: What the plan says

    private struct Expectation: Equatable {
        var route: Int?
        var action: ALBActionModel
        var target: String?
        var location: String?
    }

    private func expectation(_ request: ALBRequest, on listener: LoweredListener) -> Expectation {
        let path = Array(request.path.utf8)
        let described = DescribedRequest(
            method: request.method, headers: request.headers.map { ($0.name, $0.value) }, query: request.query,
            clientAddress: request.sourceIP)
        let index = table.match(host: Array(request.host.utf8).span, path: path.span, request: described)
        guard let index else { return Expectation(action: .fixedResponse(status: 404)) }
        let route = plan.routes[index]
        let isChallenge = request.path.hasPrefix("/.well-known/acme-challenge/")
        let isExempt = isChallenge && route.filters.redirectToHTTPS?.includesChallenges != true
        // A redirect to a listener that isn't made is left out, and named.
        let isLeftOut = isNamed(route.ingress, "requests aren't redirected to HTTPS")
        if !listener.isSecure, !isExempt, !isLeftOut, let redirect = route.filters.redirectToHTTPS {
            let port = redirect.port ?? plan.listeners.first { $0.protocol == .https }?.port ?? 443
            let location = "https://\(Self.name(request.host)):\(port)\(request.target)"
            return Expectation(
                route: index,
                action: .redirect(
                    status: redirect.statusCode, protocol: "", host: "", port: "", path: "", query: ""),
                location: location)
        }
        return expectation(of: index, route, request)
    }

    private func expectation(of index: Int, _ route: Route, _ request: ALBRequest) -> Expectation {
        switch route.action {
        case .forward(let pools):
            let suffix = route.filters.affinity.map { ".sticky-\($0.maximumAgeSeconds ?? 86_400)" } ?? ""
            let groups = Dictionary(
                pools.map { ($0.pool + suffix, pools.count == 1 ? 1 : $0.weight) }, uniquingKeysWith: +)
            return Expectation(
                route: index, action: .forward(groups), target: rewritten(route, request) ?? request.target)
        case .fixedResponse(let response):
            return Expectation(route: index, action: .fixedResponse(status: response.statusCode))
        case .redirect(let redirect):
            return Expectation(
                route: index,
                action: .redirect(
                    status: redirect.statusCode, protocol: "", host: "", port: "", path: "", query: ""),
                location: location(redirect, route, request))
        case .staticSite, .storageBucket:
            return Expectation(route: index, action: .fixedResponse(status: 200))
        }
    }

    private func rewritten(_ route: Route, _ request: ALBRequest) -> String? {
        guard let rewrite = route.filters.rewrite,
            let compiled = try? CompiledRewrite(rewrite, match: route.match.path)
        else { return nil }
        var target: [UInt8] = []
        let outcome = compiled.apply(
            path: Array(request.path.utf8).span, query: Array(request.query.utf8).span, into: &target)
        return outcome == .rewritten ? String(decoding: target, as: UTF8.self) : nil
    }

    private func location(_ redirect: Redirect, _ route: Route, _ request: ALBRequest) -> String? {
        guard let compiled = try? CompiledRedirect(redirect, match: route.match.path) else { return nil }
        var location: [UInt8] = []
        _ = compiled.apply(
            path: Array(request.path.utf8).span, query: Array(request.query.utf8).span,
            host: Array(Self.name(request.host).utf8).span, into: &location)
        return String(decoding: location, as: UTF8.self)
    }

    private static func name(_ host: String) -> String { String(host.prefix { $0 != ":" }) }

    // MARK: The comparison

    /// Says how an answer differs, in a way that the report doesn't name; nil where it doesn't.
    private func difference(
        of answer: ALBAnswer, from expected: Expectation, _ request: ALBRequest, on listener: LoweredListener
    ) -> String? {
        let route = expected.route.map { plan.routes[$0] }
        guard let problem = problem(answer, expected, request, listener, route) else { return nil }
        let ingresses = Set([route?.ingress, takerIngress(answer)])
        if ingresses.contains(where: { isNamedDifference(problem.kind, of: $0) }) { return nil }
        return "\(listener.isSecure ? "https" : "http")://\(request.host)\(request.target) \(request.method) "
            + "\(request.headers): \(problem.text); expected \(expected) of "
            + "\(route.map { "\($0.ingress ?? "") \($0.match) \($0.filters.rewrite.map(String.init(describing:)) ?? "")" } ?? "none"), "
            + "got \(answer)"
    }

    private enum Kind: CaseIterable { case taker, status, location, target }

    private func isNamedDifference(_ kind: Kind, of ingress: String?) -> Bool {
        let texts: [String] =
            switch kind {
            case .taker:
                [
                    "compared without regard to case", "compared with regard to case", "can't be served by AWS",
                    "it is answered 500",
                ]
            case .status: ["a redirect with status"]
            case .location: ["ends in &", "without its fragment"]
            case .target: ["has a query of its own", "may take the query"]
            }
        if isNamed(ingress, "may take ACME challenges") { return true }
        return texts.contains { isNamed(ingress, $0) }
    }

    /// The Ingress of the rule that took a request.
    private func takerIngress(_ answer: ALBAnswer) -> String? {
        guard let rule = answer.rule,
            case .rule(let spec)? = lowering.graph[ResourceReference(type: "rule", name: rule)]?.resource
        else { return nil }
        return spec.tags[OwnershipTags.Key.ingress]
    }

    private func problem(
        _ answer: ALBAnswer, _ expected: Expectation, _ request: ALBRequest, _ listener: LoweredListener,
        _ route: Route?
    ) -> (kind: Kind, text: String)? {
        switch (answer.action, expected.action) {
        case (.forward(let groups), .forward(let pools)):
            if groups != pools { return (.taker, "another backend") }
            if (answer.target ?? request.target) != expected.target { return (.target, "another target") }
            return nil
        case (.fixedResponse(let status), .fixedResponse(let wanted)):
            return status == wanted ? nil : (.taker, "status \(status)")
        case (
            .redirect(let status, let `protocol`, let host, let port, let path, let query),
            .redirect(let wanted, _, _, _, _, _)
        ):
            let actual = Self.url(`protocol`, host, port, path, query, request, listener)
            let location = expected.location.map { Self.absolute($0, request, listener) }
            if actual != location { return (.location, "location \(actual) instead of \(location ?? "none")") }
            return status == wanted ? nil : (.status, "status \(status)")
        default:
            return (.taker, "another kind of answer")
        }
    }

    private static func url(
        _ protocol: String, _ host: String, _ port: String, _ path: String, _ query: String, _ request: ALBRequest,
        _ listener: LoweredListener
    ) -> String {
        func filled(_ text: String) -> String {
            text.replacing("#{protocol}", with: listener.isSecure ? "https" : "http")
                .replacing("#{host}", with: name(request.host)).replacing("#{port}", with: String(listener.port))
                .replacing("#{path}", with: request.path.dropFirst()).replacing("#{query}", with: request.query)
        }
        let tail = filled(query)
        return "\(filled(`protocol`).lowercased())://\(filled(host)):\(filled(port))\(filled(path))"
            + (tail.isEmpty ? "" : "?\(tail)")
    }

    private static func absolute(_ location: String, _ request: ALBRequest, _ listener: LoweredListener) -> String {
        let scheme = listener.isSecure ? "https" : "http"
        guard !location.hasPrefix("/") else { return "\(scheme)://\(name(request.host)):\(listener.port)\(location)" }
        let end = location.firstIndex { "?#".contains($0) } ?? location.endIndex
        let parts = location[..<end].split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return location }
        let authority = String(parts[2])
        let port = authority.contains(":") ? "" : parts[0] == "https:" ? ":443" : ":80"
        let rest = parts.count == 4 ? String(parts[3]) : ""
        return "\(parts[0])//\(authority)\(port)/\(rest)\(location[end...])"
    }
}
