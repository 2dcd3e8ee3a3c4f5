import IngressPlanning
import KubernetesModel
import LoadBalancerModel
import Routing

/// Follows a request through the plans of a snapshot.
struct RequestExplainer {
    /// A request as the command line describes it.
    struct Request: Hashable, Sendable {
        var url: ExplainedURL
        var method: String = "GET"
        var headers: [HeaderArgument] = []
        /// The client's IP address; absent where it is not known.
        var clientAddress: String?

        /// The URL as the load balancer understands it: with the host of the `Host` field where one is given. The path,
        /// the listener and the server name of TLS stay those of the URL, as with curl.
        var routedURL: ExplainedURL {
            guard let field = headers.first(where: \.isHost) else { return url }
            return url.replacingHost(by: field.value)
        }
    }

    let request: Request
    let result: PlanningResult
    let claims: IngressClaims
    /// The Ingresses by name.
    private let ingresses: [NamespacedName: Ingress]
    /// The default backend that a flag gives.
    private let controllerDefault: DefaultBackend?

    /// - Parameters:
    ///   - request: what is explained.
    ///   - result: what the planner made of the snapshot.
    ///   - snapshot: the objects.
    ///   - controllerDefault: the default backend that a flag gives.
    init(
        _ request: Request, result: PlanningResult, snapshot: ClusterSnapshot, controllerDefault: DefaultBackend? = nil
    ) {
        self.request = request
        self.result = result
        self.claims = IngressClaims(snapshot.ingresses)
        self.ingresses = Dictionary(snapshot.ingresses.map { ($0.namespacedName, $0) }) { first, _ in first }
        self.controllerDefault = controllerDefault
    }

    /// The explanation.
    ///
    /// - Throws: ``CommandFailure`` where a plan's routes can't be compiled.
    func explain() throws(CommandFailure) -> Explanation {
        let candidates = self.candidates()
        var first: Explanation?
        for plan in candidates {
            let explanation = try explain(on: plan)
            if explanation.matched || explanation.tlsPolicy?.ofHost != nil { return explanation }
            first = first ?? explanation
        }
        return first ?? nothingPlanned()
    }

    private func candidates() -> [LoadBalancerPlan] {
        CandidatePlans(result).answering(request.url)
    }

    private func explain(on plan: LoadBalancerPlan) throws(CommandFailure) -> Explanation {
        let table: RouteTable
        do {
            table = try RouteTable(routes: plan.routes, mergeSlashes: plan.attributes.mergeSlashes)
        } catch {
            throw CommandFailure("the routes of load balancer \(plan.name) can't be compiled: \(error)")
        }
        let url = request.routedURL
        let routing = table.explain(host: url.hostField, path: url.path, request: describedRequest)
        let verdicts = VerdictText(routing: routing, plan: plan, claims: claims, planned: result.plans)
        var explanation = Explanation(
            matched: routing.winner != nil,
            request: describedInput,
            loadBalancer: plan.name,
            reason: verdicts.summary)
        let tls = TLSChoice(request.url, plan: plan)
        explanation.certificate = tls?.certificate
        explanation.tlsPolicy = tls?.policy(forRequestTo: url)
        explanation.considered = verdicts.considered
        if let winner = routing.winner {
            add(losingDefaults(to: plan.routes[winner], host: routing.matchedHost, on: plan), to: &explanation)
        }
        explanation.considered += elsewhere(than: plan) + unplanned()
        if let policy = explanation.tlsPolicy, let ofHost = policy.ofHost {
            misdirect(url, policy, ofHost, in: &explanation)
        } else if let winner = routing.winner {
            describe(plan.routes[winner], path: routing.path ?? url.path, plan: plan, in: &explanation)
        } else if let failure = routing.failure {
            explanation.response = Explanation.Response(statusCode: 400, reason: failure.description)
        } else {
            explanation.response = Explanation.Response(statusCode: 404, reason: "no route takes the request")
        }
        return explanation
    }

    /// The load balancer refuses the request before it looks for a route.
    private func misdirect(
        _ url: ExplainedURL, _ policy: Explanation.Policy, _ ofHost: TLSPolicy, in explanation: inout Explanation
    ) {
        let chosen = TLSPolicy(minimumVersion: policy.minimumVersion, maximumVersion: policy.maximumVersion)
        let name = explanation.certificate?.serverName.map { "the server name \($0)" } ?? "a client without server name"
        explanation.matched = false
        explanation.reason =
            "The connection of \(name) is under \(chosen), and the host \(url.host) is served under \(ofHost)."
        explanation.response = Explanation.Response(
            statusCode: 421, reason: "misdirected; the host wants a connection with its own server name")
        explanation.considered = []
    }

    /// Adds default backends that are not among what was considered yet.
    private func add(_ losers: [Explanation.Considered], to explanation: inout Explanation) {
        let told = explanation.considered.map(\.rule)
        explanation.considered += losers.filter { loser in
            !told.contains { $0.path == nil && $0.ingress == loser.rule.ingress && $0.backend == loser.rule.backend }
        }
    }

    /// The default backends that another one comes before; none where a path takes the request.
    private func losingDefaults(
        to winner: Route, host: String?, on plan: LoadBalancerPlan
    ) -> [Explanation.Considered] {
        let together = result.plans.filter { CandidatePlans.share($0, plan) }
        let members = together.flatMap { result.members[$0.name] ?? [] }
        let losers = DefaultBackendLosers(
            ingresses: Set(members).compactMap { ingresses[$0] }, winner: winner, host: host)
        let classes = Set(together.map(\.identity.ingressClass)).sorted()
        let all =
            losers.ofIngresses + classes.compactMap { losers.ofClass($0, memory: result.memory) }
            + [controllerDefault.flatMap(losers.ofController)].compactMap(\.self)
        return all.map { loser in
            Explanation.Considered(
                rule: DescribedRule(
                    ingress: loser.ingress?.description, field: loser.ingress == nil ? nil : "spec.defaultBackend",
                    backend: loser.backend),
                outcome: .outranked, reason: loser.reason)
        }
    }

    private var describedInput: Explanation.Request {
        let host = request.routedURL.hostField
        return Explanation.Request(
            method: request.method, url: request.url.description, host: host == request.url.hostField ? nil : host)
    }

    private var describedRequest: DescribedRequest {
        DescribedRequest(
            method: request.method,
            headers: [(name: "Host", value: request.routedURL.hostField)]
                + request.headers.filter { !$0.isHost }.map { ($0.name, $0.value) },
            query: request.url.query ?? "",
            clientAddress: request.clientAddress)
    }

    private func describe(
        _ route: Route, path: String, plan: LoadBalancerPlan, in explanation: inout Explanation
    ) {
        explanation.loadBalancer = origin(of: route) ?? plan.name
        explanation.rule = DescribedRule(route, claim: claims.claim(of: route))
        explanation.defaultBackend = DefaultBackendOwner(of: route, in: result.plans)
        let effect = RouteEffect(route: route, plan: plan, url: request.routedURL, normalPath: path)
        explanation.targets = effect.targets
        explanation.upstream = effect.upstream
        explanation.response = effect.response
    }

    /// The load balancer that a route is planned for, where several are served as one.
    private func origin(of route: Route) -> String? {
        guard let ingress = route.ingress else { return nil }
        return result.plans.first { plan in
            plan.routes.contains { $0.ingress == ingress && $0.field == route.field }
        }?.name
    }

    /// Claims that would match, but are served on other listeners than those that the request comes to.
    private func elsewhere(than plan: LoadBalancerPlan?) -> [Explanation.Considered] {
        let here = Set((plan?.routes ?? []).map { RoutePlace(ingress: $0.ingress, field: $0.field) })
        var listeners: [RoutePlace: String] = [:]
        for other in result.plans where other.listenerSource == .parameters {
            let text = other.listeners.map { "\($0.protocol.rawValue) :\($0.port)" }.joined(separator: ", ")
            for route in other.routes {
                listeners[RoutePlace(ingress: route.ingress, field: route.field)] = "\(other.name), listens on \(text)"
            }
        }
        return claims.claims.compactMap { claim in
            let place = RoutePlace(ingress: claim.ingress, field: claim.field)
            guard let listening = listeners[place], !here.contains(place), matches(claim) else { return nil }
            return Explanation.Considered(
                rule: DescribedRule(claim), outcome: .otherListeners, reason: "its load balancer, \(listening) alone")
        }
    }

    private struct RoutePlace: Hashable {
        var ingress: String?
        var field: String?
    }

    /// Claims that would match, but are in no plan: of Ingresses that are not ours, refused, or lost to an older one.
    private func unplanned() -> [Explanation.Considered] {
        let planned = Set(result.plans.flatMap(\.routes).map { [$0.ingress, $0.field] })
        return claims.claims.compactMap { claim -> Explanation.Considered? in
            guard !planned.contains([claim.ingress, claim.field]), matches(claim) else { return nil }
            return Explanation.Considered(
                rule: DescribedRule(claim), outcome: .notPlanned, reason: reason(notPlanned: claim))
        }
    }

    private func matches(_ claim: IngressClaims.Claim) -> Bool {
        let kind: PathMatch.Kind = claim.pathType == "Exact" ? .exact : .prefix
        let path = claim.path.isEmpty ? "/" : claim.path
        let route = Route(
            match: RouteMatch(host: claim.host, path: PathMatch(kind: kind, value: path)),
            action: .fixedResponse(FixedResponse(statusCode: 200)))
        guard let table = try? RouteTable(routes: [route]) else { return false }
        return table.explain(host: request.routedURL.hostField, path: request.url.path).winner != nil
    }

    /// The diagnostic about the claim, else the one about its Ingress.
    private func reason(notPlanned claim: IngressClaims.Claim) -> String {
        let about = result.diagnostics.filter { diagnostic in
            diagnostic.object.kind == "Ingress"
                && "\(diagnostic.object.namespace)/\(diagnostic.object.name)" == claim.ingress
        }
        let found =
            about.first { $0.field.hasPrefix(claim.field) }
            ?? about.first { !$0.field.hasPrefix("spec.rules") && !$0.field.hasPrefix("spec.tls") }
        return found?.message ?? "the Ingress is not served by Headgate"
    }

    private func nothingPlanned() -> Explanation {
        var explanation = Explanation(
            matched: false,
            request: describedInput,
            reason: result.plans.isEmpty
                ? "The manifests hold no Ingress that is ours."
                : "No load balancer listens on \(request.url.scheme.rawValue) port \(request.url.effectivePort).")
        explanation.considered = elsewhere(than: nil) + unplanned()
        return explanation
    }
}
