package import Foundation
package import KubernetesModel
package import LoadBalancerModel

/// What an operator decides for the planner, outside of any Kubernetes object.
package struct PlannerOptions: Sendable, Equatable {
    /// A class that is claimed by name where no IngressClass object of that name says otherwise.
    package var ingressClass: String?
    /// Whether Ingresses without any class are planned for.
    package var watchIngressWithoutClass: Bool
    /// The backend of requests that nothing else takes.
    package var defaultBackend: DefaultBackend?
    /// The identity of the cluster, instead of the UID of its `kube-system` namespace.
    package var clusterName: String?
    /// The provider of classes whose parameters name none.
    package var defaultProvider: String
    /// Settings of a cloud's provider that go before those of parameters and annotations.
    package var providerSettings: [String: String] = [:]
    /// The Ingresses that the provider can't take: none of their routes displaces one of another.
    package var refused: [RefusedIngress] = []
    /// Whether the objects come from files: then a notice says what would make an Ingress of another class ours.
    package var fromFiles: Bool
    /// Whether one of the listeners that load balancers have by default takes HTTPS.
    package var servesHTTPS: Bool
    /// The time that validity of certificates is judged by.
    package var now: Date

    /// The load balancer of `headgate up`.
    package static let softwareProvider = "software"

    package init(
        ingressClass: String? = nil,
        watchIngressWithoutClass: Bool = false,
        defaultBackend: DefaultBackend? = nil,
        clusterName: String? = nil,
        defaultProvider: String = PlannerOptions.softwareProvider,
        fromFiles: Bool = false,
        servesHTTPS: Bool = true,
        now: Date
    ) {
        self.ingressClass = ingressClass
        self.watchIngressWithoutClass = watchIngressWithoutClass
        self.defaultBackend = defaultBackend
        self.clusterName = clusterName
        self.defaultProvider = defaultProvider
        self.fromFiles = fromFiles
        self.servesHTTPS = servesHTTPS
        self.now = now
    }
}

extension PlannerOptions {
    /// The identity of a cluster that has none of its own.
    package static let unnamedCluster = "local"

    /// The identity of the cluster: the name given by the operator, else the UID of the `kube-system` namespace; nil
    /// where there is neither, so that it is called ``unnamedCluster``.
    package func clusterIdentity(of snapshot: ClusterSnapshot) -> String? {
        clusterName.nonEmpty ?? snapshot.namespaces["kube-system"]?.metadata.uid.nonEmpty
    }
}

/// A Service and a port as the controller's default backend.
package struct DefaultBackend: Hashable, Sendable {
    package var service: NamespacedName
    package var port: ServicePortReference

    package init(service: NamespacedName, port: ServicePortReference) {
        self.service = service
        self.port = port
    }

    /// Reads the form of the command line, `NAMESPACE/SERVICE:PORT`; the port is a number or a name.
    ///
    /// - Throws: ``DefaultBackendSyntaxError``, whose description names the value and the form that is expected.
    package init(parsing text: String) throws(DefaultBackendSyntaxError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let names = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, names.count == 2, !names[0].isEmpty, !names[1].isEmpty, !parts[1].isEmpty else {
            throw DefaultBackendSyntaxError(value: text)
        }
        self.service = NamespacedName(namespace: String(names[0]), name: String(names[1]))
        if let number = Int(parts[1]) {
            guard (1...65_535).contains(number) else { throw DefaultBackendSyntaxError(value: text) }
            self.port = .number(number)
        } else {
            self.port = .name(String(parts[1]))
        }
    }
}

/// A default backend that does not read as `NAMESPACE/SERVICE:PORT`.
package struct DefaultBackendSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    package var value: String

    package var description: String {
        "'\(value)' is not a default backend: write NAMESPACE/SERVICE:PORT, such as kube-system/not-found:80 "
            + "(the port of the Service, by number from 1 to 65535 or by name)"
    }
}
