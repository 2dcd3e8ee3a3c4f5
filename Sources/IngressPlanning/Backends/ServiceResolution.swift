import KubernetesModel
import LoadBalancerModel

/// A Service's port with what stands behind it.
struct ResolvedService: Sendable {
    /// The number of the Service's port.
    var port: Int
    var appProtocol: String?
    var targets: [Target]
    /// The family of the addresses that targets are going to have, where there are none.
    var addressFamily: IPFamily?
    /// The port on the nodes; nil where the Service has none.
    var nodePort: Int?
}

/// Why a backend cannot be reached, as it goes into a diagnostic on whoever names it.
struct BackendProblem: Error, Hashable, Sendable {
    var severity: Diagnostic.Severity = .error
    var reason: String
    /// The field below the backend, such as `service.name`; empty for the backend as a whole.
    var field: String
    var finding: String
    var value: String?
    var remedy: String
}

extension BackendProblem {
    /// The problem of a backend whose object is missing.
    ///
    /// - Parameter subject: what the reason calls the object.
    init(_ missing: MissingObject, subject: String, field: String) {
        self.init(
            reason: missing.reason(subject), field: field, finding: missing.finding, value: missing.identity.name,
            remedy: missing.remedy(
                "create it in the namespace '\(missing.identity.namespace)', or correct the name"))
    }
}

/// Finds the Service, the port and the endpoints behind a backend.
struct ServiceResolution {
    let snapshot: ClusterSnapshot

    /// - Throws: ``BackendProblem`` where the reference is broken. A Service without endpoints is none: it has no
    ///   targets.
    func resolve(_ name: NamespacedName, port reference: ServicePortReference) throws(BackendProblem) -> ResolvedService
    {
        guard let service = snapshot.services[name] else {
            throw BackendProblem(
                snapshot.missing(Service.kind, name), subject: Service.kind, field: "service.name")
        }
        if service.spec.type == .externalName {
            return try resolveExternalName(service, port: reference)
        }
        let port = try find(reference, in: service)
        let slices = snapshot.endpointSlices[name] ?? []
        let targets = EndpointSelection.targets(of: slices, service: service, port: port)
        return ResolvedService(
            port: port.port, appProtocol: port.appProtocol, targets: targets,
            addressFamily: targets.isEmpty ? EndpointSelection.addressFamily(of: slices, service: service) : nil,
            nodePort: service.spec.type == .clusterIP ? nil : port.nodePort)
    }

    private func resolveExternalName(
        _ service: Service, port reference: ServicePortReference
    ) throws(BackendProblem) -> ResolvedService {
        var host = service.spec.externalName ?? ""
        if host.hasSuffix(".") { host.removeLast() }
        guard !host.isEmpty else {
            throw BackendProblem(
                reason: "ExternalNameMissing", field: "service.name",
                finding: "The Service '\(service.namespacedName)' is of type ExternalName and names no host",
                value: service.metadata.name, remedy: "set spec.externalName of the Service")
        }
        if case .number(let number) = reference, service.spec.ports.isEmpty {
            return ResolvedService(port: number, appProtocol: nil, targets: [Target(address: host, port: number)])
        }
        let port = try find(reference, in: service)
        var number = port.port
        if case .number(let target) = port.targetPort { number = target }
        return ResolvedService(
            port: port.port, appProtocol: port.appProtocol, targets: [Target(address: host, port: number)])
    }

    private func find(
        _ reference: ServicePortReference, in service: Service
    ) throws(BackendProblem) -> ServicePort {
        let matching = service.spec.ports.filter { port in
            switch reference {
            case .number(let number): port.port == number
            case .name(let name): port.name == name
            }
        }
        if let port = matching.first(where: { $0.protocol == "TCP" }) { return port }
        if let port = matching.first {
            throw BackendProblem(
                reason: "ServicePortNotTCP", field: "service.port",
                finding: "The port \(reference) of the Service '\(service.namespacedName)' is for \(port.protocol)",
                value: "\(reference)", remedy: "name a port for TCP")
        }
        throw BackendProblem(
            reason: "ServicePortNotFound", field: portField(reference),
            finding: "The Service '\(service.namespacedName)' has no port \(described(reference))",
            value: "\(reference)", remedy: remedy(for: reference, service: service))
    }

    private func portField(_ reference: ServicePortReference) -> String {
        switch reference {
        case .number: "service.port.number"
        case .name: "service.port.name"
        }
    }

    private func described(_ reference: ServicePortReference) -> String {
        switch reference {
        case .number(let number): "\(number)"
        case .name(let name): "named '\(name)'"
        }
    }

    /// Names the right port where the container's was named, else those that there are.
    private func remedy(for reference: ServicePortReference, service: Service) -> String {
        let meant = service.spec.ports.first { port in
            switch (reference, port.targetPort) {
            case (.number(let number), .number(let target)): number == target
            case (.name(let name), .name(let target)): name == target
            case (.name(let name), _): Int(name) == port.port
            default: false
            }
        }
        if let meant {
            switch (reference, meant.targetPort) {
            case (.name, .number), (.name, nil):
                return "write number: \(meant.port), since a port that is a number is named by it"
            default:
                return "write number: \(meant.port), the Service's port, of which \(reference) is the target port"
            }
        }
        let ports = service.spec.ports.map { port in
            port.name.map { "\(port.port) ('\($0)')" } ?? "\(port.port)"
        }
        if ports.isEmpty { return "add the port to the Service" }
        return "name one of its ports: \(ports.joined(separator: ", "))"
    }
}
