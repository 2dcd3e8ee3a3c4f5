import KubernetesModel
import LoadBalancerModel

/// Decides which Ingresses are Headgate's, and of which class.
struct ClassResolution {
    /// The value of `spec.controller` by which an IngressClass is Headgate's.
    static let controllerName = "headgate.dev/ingress-controller"
    /// The annotation that named the class before `spec.ingressClassName` existed.
    static let deprecatedAnnotation = "kubernetes.io/ingress.class"
    /// The class of Ingresses that are claimed without having any.
    static let noClass = ""

    private let snapshot: ClusterSnapshot
    private var classes: [String: IngressClass] { snapshot.ingressClasses }
    private let options: PlannerOptions
    /// The names of the classes that are marked as default, ordered.
    private let defaults: [String]

    init(snapshot: ClusterSnapshot, options: PlannerOptions) {
        self.snapshot = snapshot
        self.options = options
        self.defaults = snapshot.ingressClasses.values
            .filter { $0.metadata.annotations[IngressClass.defaultAnnotation] == "true" }
            .map(\.metadata.name)
            .sorted()
    }

    /// The names of the IngressClass objects that are Headgate's, ordered.
    var ownClasses: [String] {
        classes.values.filter { $0.spec.controller == Self.controllerName }.map(\.metadata.name).sorted()
    }

    /// The class of an Ingress that is Headgate's; nil for one that is to be left alone.
    func resolve(_ ingress: Ingress, log: inout DiagnosticLog) -> String? {
        let annotation = ingress.metadata.annotations[Self.deprecatedAnnotation].flatMap { $0.isEmpty ? nil : $0 }
        if let name = ingress.spec.ingressClassName {
            if let annotation, annotation != name, owns(name) {
                log.add(
                    .warning, "ClassAnnotationIgnored", on: ingress.reference,
                    field: Self.annotationField,
                    "The annotation names the class '\(annotation)', spec.ingressClassName the class '\(name)', "
                        + "which counts",
                    value: annotation, remedy: "remove the deprecated annotation")
            }
            return claim(name, of: ingress, field: "spec.ingressClassName", log: &log)
        }
        if let annotation {
            let claimed = claim(annotation, of: ingress, field: Self.annotationField, log: &log)
            if claimed != nil {
                log.add(
                    .info, "DeprecatedClassAnnotation", on: ingress.reference, field: Self.annotationField,
                    "The annotation \(Self.deprecatedAnnotation) is deprecated", value: annotation,
                    remedy: "set spec.ingressClassName to '\(annotation)' instead")
            }
            return claimed
        }
        return resolveWithoutClass(ingress, log: &log)
    }

    private static let annotationField = "metadata.annotations[\(deprecatedAnnotation)]"

    /// Whether the class of that name is Headgate's. One whose document was refused is not, even where an option claims
    /// the name: it may have parameters, without which nothing of it may be served.
    private func owns(_ name: String) -> Bool {
        if let ingressClass = classes[name] { return ingressClass.spec.controller == Self.controllerName }
        return name == options.ingressClass && snapshot.missing(IngressClass.kind, name: name).refusal == nil
    }

    private func claim(_ name: String, of ingress: Ingress, field: String, log: inout DiagnosticLog) -> String? {
        if owns(name) { return name }
        guard options.fromFiles else { return nil }
        if let ingressClass = classes[name] {
            log.add(
                .info, "ForeignIngressClass", on: ingress.reference, field: field,
                "The class '\(name)' belongs to the controller '\(ingressClass.spec.controller)', so this Ingress is "
                    + "left alone",
                value: name,
                remedy: "name a class whose spec.controller is \(Self.controllerName) to have it served")
        } else {
            let missing = snapshot.missing(IngressClass.kind, name: name)
            log.add(
                missing.refusal == nil ? .info : .warning, missing.reason(IngressClass.kind), on: ingress.reference,
                field: field, "\(missing.finding), so this Ingress is left alone", value: name,
                remedy: missing.remedy(
                    "add an IngressClass '\(name)' with spec.controller \(Self.controllerName), or start with "
                        + "--ingress-class \(name)"))
        }
        return nil
    }

    private func resolveWithoutClass(_ ingress: Ingress, log: inout DiagnosticLog) -> String? {
        if defaults.count > 1 {
            let names = defaults.map { "'\($0)'" }.joined(separator: " and ")
            log.add(
                .error, "MultipleDefaultIngressClasses", on: ingress.reference, field: "spec.ingressClassName",
                "The Ingress names no class, and the classes \(names) are all marked as the default one",
                value: defaults.joined(separator: ","),
                remedy: "set spec.ingressClassName, or leave the annotation \(IngressClass.defaultAnnotation) on one "
                    + "class alone")
            return nil
        }
        if let name = defaults.first {
            return claim(name, of: ingress, field: "spec.ingressClassName", log: &log)
        }
        if options.watchIngressWithoutClass {
            guard let name = options.ingressClass, owns(name) else { return Self.noClass }
            return name
        }
        if options.fromFiles {
            log.add(
                .info, "NoIngressClass", on: ingress.reference, field: "spec.ingressClassName",
                "The Ingress names no class and there is no default one, so it is left alone",
                remedy: "set spec.ingressClassName, mark an IngressClass with the annotation "
                    + "\(IngressClass.defaultAnnotation): \"true\", or start with --watch-ingress-without-class")
        }
        return nil
    }
}
