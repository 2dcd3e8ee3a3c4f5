import KubernetesModel
import LoadBalancerModel

extension LoadBalancerAssembly {
    /// The plan of listeners that no load balancer uses: the controller's default backend, else 404 to every request.
    /// A default backend that is broken is told even where every request has another one.
    func idle(log: inout DiagnosticLog) -> LoadBalancerPlan {
        var plan = LoadBalancerPlan.idle
        guard let controller = options.defaultBackend else { return plan }
        var backends = BackendAssembly(snapshot: snapshot)
        let match = PathMatch(kind: .fallback)
        let assembled = backends.assemble(
            controller.backend, at: controller.site, settings: PoolSettings(), mount: MountPoint(match), log: &log)
        plan.routes = [
            Route(
                fallbackRank: .controller, match: RouteMatch(path: match), backend: assembled.reference,
                action: assembled.action)
        ]
        plan.pools = backends.pools.values.sorted { $0.name < $1.name }
        return plan
    }
}

extension DefaultBackend {
    /// The backend as an Ingress would name it.
    var backend: IngressBackend { .service(name: service.name, port: port) }

    /// The flag, which findings are reported on.
    var site: BackendSite {
        BackendSite(
            object: ObjectReference(kind: "Controller", name: "headgate"), field: "--default-backend",
            namespace: service.namespace)
    }
}
