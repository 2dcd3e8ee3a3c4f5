import Foundation
import KubernetesModel
import LoadBalancerModel
import Routing
import Testing

@testable import IngressPlanning

/// What the planner makes of manifests.
struct Planned {
    let result: PlanningResult

    /// Plans for manifests that decode without an error, and expects every plan to be valid.
    ///
    /// - Parameter refused: documents that do not decode, in a file of their own.
    init(
        _ manifests: [String], refused: String = "", objects: [AnyKubernetesObject] = [],
        memory: ParametersMemory = ParametersMemory(),
        sourceLocation: Testing.SourceLocation = #_sourceLocation, options: (inout PlannerOptions) -> Void = { _ in }
    ) throws {
        var planner = PlannerOptions(now: TestClock.now)
        options(&planner)
        let all = try Self.objects(manifests, sourceLocation: sourceLocation) + objects
        result = IngressPlanner(options: planner).plan(
            ClusterSnapshot(all, refused: ManifestParser.parse(Array(refused.utf8), file: "test.yaml").refused),
            memory: memory)
        for plan in result.plans + [result.idle] {
            #expect(plan.validate().isEmpty, "\(plan.validate())", sourceLocation: sourceLocation)
        }
    }

    /// The objects of manifests.
    static func objects(
        _ manifests: [String], sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws -> [AnyKubernetesObject] {
        let file = ManifestParser.parse(Array(manifests.joined(separator: "\n---\n").utf8), file: "test.yaml")
        let errors = file.findings.filter { $0.severity == .error }.map(\.message)
        #expect(errors.isEmpty, "\(errors)", sourceLocation: sourceLocation)
        return file.objects.map(\.object)
    }

    /// The only plan.
    func plan(sourceLocation: Testing.SourceLocation = #_sourceLocation) throws -> LoadBalancerPlan {
        #expect(result.plans.count == 1, sourceLocation: sourceLocation)
        return try #require(result.plans.first, sourceLocation: sourceLocation)
    }

    /// The route that takes a request: what it does, see ``Route/summary``.
    func answer(_ host: String, _ path: String, sourceLocation: Testing.SourceLocation = #_sourceLocation) throws
        -> String
    {
        try plan(sourceLocation: sourceLocation).answer(host, path)
    }

    /// The findings as `reason object field`, those of severity info left out.
    var findings: [String] {
        result.diagnostics.filter { $0.severity != .info }.map(\.summary)
    }

    /// The only finding with a reason.
    func finding(_ reason: String, sourceLocation: Testing.SourceLocation = #_sourceLocation) throws -> Diagnostic {
        let found = result.diagnostics.filter { $0.reason == reason }
        #expect(found.count == 1, "\(result.diagnostics.map(\.message))", sourceLocation: sourceLocation)
        return try #require(found.first, sourceLocation: sourceLocation)
    }
}

extension Diagnostic {
    /// `severity Reason namespace/name field`
    var summary: String {
        let name = object.namespace.isEmpty ? object.name : "\(object.namespace)/\(object.name)"
        return "\(severity.rawValue) \(reason) \(name) \(field)"
    }
}

extension LoadBalancerPlan {
    /// What takes a request, found as the load balancer does; `404` where nothing does.
    func answer(_ host: String, _ path: String) throws -> String {
        try route(host, path)?.summary ?? "404"
    }

    /// The route that takes a request.
    func route(_ host: String, _ path: String) throws -> Route? {
        let table = try RouteTable(routes: routes, mergeSlashes: attributes.mergeSlashes)
        return table.match(host: Array(host.utf8).span, path: Array(path.utf8).span, request: PlainRequest())
            .map { routes[$0] }
    }

    /// The pool of a name.
    func pool(_ name: String) throws -> BackendPool {
        try #require(pools.first { $0.name == name })
    }

    /// The first route of an Ingress.
    func route(of ingress: String) throws -> Route {
        try #require(routes.first { $0.ingress == ingress })
    }

    var httpsListener: ListenerTLS {
        get throws { try #require(listeners.first { $0.protocol == .https }?.tls) }
    }
}

extension Route {
    /// What the route does: the pools, site, bucket, status or location.
    var summary: String {
        switch action {
        case .forward(let pools): pools.map(\.pool).joined(separator: "+")
        case .redirect(let redirect): "\(redirect.statusCode) \(redirect.location)"
        case .fixedResponse(let response):
            ["\(response.statusCode)", response.reason].compactMap(\.self).joined(separator: " ")
        case .staticSite(let site): "site \(site.site) at \(site.mountPath)"
        case .storageBucket(let bucket): "bucket \(bucket.pool) at \(bucket.mountPath)"
        }
    }
}
