import KubernetesModel
import LoadBalancerModel
import Testing

@testable import IngressPlanning

/// What refers to an object whose document was refused is told so, and not to create it.
@Suite struct MissingObjectTests {
    /// A case: a document that is refused, what refers to its object, and what is said there.
    struct Refused: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var document: String
        var others: [String]
        /// The finding on what refers to the object, see ``Diagnostic/summary``.
        var finding: String
        /// How the message begins.
        var message: String
    }

    private static let web = Manifests.service("shop/web")

    static let cases: [Refused] = [
        Refused(
            testDescription: "parameters of cluster scope",
            document: """
                apiVersion: headgate.dev/v1alpha1
                kind: ClusterIngressParameters
                metadata: {name: edge}
                spec:
                  scheme: sideways
                """,
            others: [
                Manifests.ingressClass(
                    parameters: "{apiGroup: headgate.dev, kind: ClusterIngressParameters, name: edge}"), web,
                Manifests.ingress("shop/a", defaultBackend: "web:80"),
            ],
            finding: "error ParametersRefused headgate spec.parameters.name",
            message: "The ClusterIngressParameters 'edge' was refused (test.yaml:5, document 1: spec.scheme: "
                + "Unsupported value: \"sideways\""),
        Refused(
            testDescription: "parameters of a namespace",
            document: """
                apiVersion: headgate.dev/v1alpha1
                kind: IngressParameters
                metadata: {name: edge, namespace: infra}
                spec: {mergeSlashes: 3, scheme: 4}
                """,
            others: [
                Manifests.ingressClass(
                    parameters: "{apiGroup: headgate.dev, kind: IngressParameters, name: edge, scope: Namespace, "
                        + "namespace: infra}"), web, Manifests.ingress("shop/a", defaultBackend: "web:80"),
            ],
            finding: "error ParametersRefused headgate spec.parameters.name",
            message: "The IngressParameters 'infra/edge' was refused (test.yaml:4, document 1: spec.scheme: "),
        Refused(
            testDescription: "a ConfigMap with parameters",
            document: """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: edge, namespace: infra}
                data: [scheme]
                """,
            others: [
                Manifests.ingressClass(parameters: "{kind: ConfigMap, name: edge, scope: Namespace, namespace: infra}"),
                web, Manifests.ingress("shop/a", defaultBackend: "web:80"),
            ],
            finding: "error ParametersRefused headgate spec.parameters.name",
            message: "The ConfigMap 'infra/edge' was refused (test.yaml:4, document 1: data: "),
        Refused(
            testDescription: "a Service",
            document: """
                apiVersion: v1
                kind: Service
                metadata: {name: web, namespace: shop}
                spec: {ports: [{port: 0}]}
                """,
            others: [Manifests.ingressClass(), Manifests.ingress("shop/a", defaultBackend: "web:80")],
            finding: "error ServiceRefused shop/a spec.defaultBackend.service.name",
            message: "The Service 'shop/web' was refused (test.yaml:4, document 1: spec.ports[0].port: "),
        Refused(
            testDescription: "a Secret, whose value does not show",
            document: """
                apiVersion: v1
                kind: Secret
                metadata: {name: tls, namespace: shop}
                data: {tls.crt: "%%private%%"}
                """,
            others: [
                Manifests.ingressClass(), web,
                Manifests.ingress("shop/a", defaultBackend: "web:80", tls: ["{hosts: [a.example], secretName: tls}"]),
            ],
            finding: "warning SecretRefused shop/a spec.tls[0].secretName",
            message: "The Secret 'shop/tls' was refused (test.yaml:4, document 1: data[tls.crt]: "),
        Refused(
            testDescription: "an IngressClass",
            document: """
                apiVersion: networking.k8s.io/v1
                kind: IngressClass
                metadata: {name: public}
                spec: {controller: [headgate.dev/ingress-controller]}
                """,
            others: [web, Manifests.ingress("shop/a", className: "public", defaultBackend: "web:80")],
            finding: "warning IngressClassRefused shop/a spec.ingressClassName",
            message: "The IngressClass 'public' was refused (test.yaml:4, document 1: spec.controller: "),
        Refused(
            testDescription: "a StaticSite",
            document: """
                apiVersion: headgate.dev/v1alpha1
                kind: StaticSite
                metadata: {name: docs, namespace: shop}
                spec: {configMaps: pages}
                """,
            others: [Manifests.ingressClass(), Manifests.ingress("shop/a", defaultBackend: "StaticSite/docs")],
            finding: "error ResourceRefused shop/a spec.defaultBackend.resource.name",
            message: "The StaticSite 'shop/docs' was refused (test.yaml:4, document 1: spec.configMaps: "),
        Refused(
            testDescription: "a StorageBucket",
            document: """
                apiVersion: headgate.dev/v1alpha1
                kind: StorageBucket
                metadata: {name: files, namespace: shop}
                spec: {endpoint: 3}
                """,
            others: [Manifests.ingressClass(), Manifests.ingress("shop/a", defaultBackend: "StorageBucket/files")],
            finding: "error ResourceRefused shop/a spec.defaultBackend.resource.name",
            message: "The StorageBucket 'shop/files' was refused (test.yaml:4, document 1: spec."),
        Refused(
            testDescription: "a ConfigMap of a StaticSite",
            document: """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: pages, namespace: shop}
                data: {index.html: {}}
                """,
            others: [
                Manifests.ingressClass(), Manifests.ingress("shop/a", defaultBackend: "StaticSite/docs"),
                """
                apiVersion: headgate.dev/v1alpha1
                kind: StaticSite
                metadata: {name: docs, namespace: shop}
                spec: {configMaps: [{name: pages}]}
                """,
            ],
            finding: "error ConfigMapRefused shop/docs spec.configMaps[0].name",
            message: "The ConfigMap 'shop/pages' was refused (test.yaml:4, document 1: data"),
    ]

    @Test(arguments: cases)
    func `A refused document is named with its place and its cause`(refused: Refused) throws {
        let planned = try Planned(refused.others, refused: refused.document) { $0.fromFiles = true }
        let finding = try #require(
            planned.result.diagnostics.first { $0.summary == refused.finding },
            "\(planned.result.diagnostics.map { "\($0.summary): \($0.message)" })")
        #expect(finding.message.hasPrefix(refused.message), "\(finding.message)")
        #expect(finding.remedy?.hasPrefix("Correct the document of the ") == true)
        let everything = planned.result.diagnostics.map(\.message).joined(separator: "\n").lowercased()
        #expect(!everything.contains("create"), "\(everything)")
        #expect(!everything.contains("private"))
    }

    @Test func `Several causes are counted`() throws {
        let document = """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop}
            spec: {ports: [{port: 0}, {port: 0}, {port: 0}]}
            """
        let planned = try Planned(
            [Manifests.ingressClass(), Manifests.ingress("shop/a", defaultBackend: "web:80")], refused: document)
        #expect(try planned.finding("ServiceRefused").message.contains(", and "))
    }

    @Test func `An object of another namespace, kind or name is still to be created`() throws {
        let planned = try Planned(
            [Manifests.ingressClass(), Manifests.ingress("other/a", defaultBackend: "web:80")],
            refused: Self.cases[3].document)
        #expect(try planned.finding("ServiceNotFound").remedy?.hasPrefix("Create it") == true)
    }

    @Test func `A class that was refused is not claimed by its name, for want of its parameters`() throws {
        let planned = try Planned(Self.cases[5].others, refused: Self.cases[5].document) {
            $0.ingressClass = "public"
            $0.fromFiles = true
        }
        #expect(planned.result.plans.isEmpty)
        #expect(planned.findings == [Self.cases[5].finding])
    }
}
