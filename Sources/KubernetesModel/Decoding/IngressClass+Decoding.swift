extension IngressClass: ManifestDecodable {
    init?(reading document: inout FieldReader, metadata: ObjectMeta) {
        if document.node("spec") == nil { document.required("spec.controller") }
        let spec = document.object("spec") { IngressClassSpec(reading: &$0) } ?? IngressClassSpec()
        self.init(metadata: metadata, spec: spec)
    }

    var erased: AnyKubernetesObject { .ingressClass(self) }
}

extension IngressClassSpec {
    private static let maximumController = 250
    /// The characters of the part after the slash, besides letters and digits.
    private static let pathSigns = "/-._~%!$&'()*+,;=:"

    fileprivate init(reading reader: inout FieldReader) {
        self.init()
        controller = reader.string("controller") ?? ""
        if controller.isEmpty {
            reader.required("controller", remedy: "name the controller, such as headgate.dev/ingress-controller")
        } else {
            Self.checkController(controller, reader)
        }
        parameters = reader.object("parameters") { IngressClassParametersReference.read(&$0) } ?? nil
    }

    private static func checkController(_ controller: String, _ reader: FieldReader) {
        if controller.utf8.count > maximumController {
            reader.collector.report(
                .error, .invalidValue, field: reader.field("controller"), line: reader.line(of: "controller"),
                problem: "Too long: may not be more than \(maximumController) bytes")
        }
        guard let slash = controller.firstIndex(of: "/"), slash != controller.startIndex,
            case let path = controller[controller.index(after: slash)...], !path.isEmpty
        else {
            reader.invalid(
                "controller", controller.quoted, "must be a domain-prefixed path (such as \"acme.io/foo\")")
            return
        }
        let domain = String(controller[..<slash])
        reader.check("controller", domain, NameRules.subdomain(domain))
        if !path.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || pathSigns.contains($0)) }) {
            reader.invalid(
                "controller", String(path).quoted,
                "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')")
        }
    }
}

extension IngressClassParametersReference {
    fileprivate static func read(_ reader: inout FieldReader) -> IngressClassParametersReference? {
        let object = TypedObjectReference.read(&reader)
        let namespace = reader.string("namespace")
        let isScopeGiven = reader.node("scope") != nil
        guard let scope: Scope = isScopeGiven ? reader.choice("scope") : .cluster else { return nil }
        switch (scope, namespace) {
        case (.namespace, nil): reader.required("namespace", "`parameters.scope` is set to 'Namespace'")
        case (.namespace, let namespace?): reader.check("namespace", namespace, NameRules.label(namespace))
        case (.cluster, nil): break
        case (.cluster, .some):
            reader.collector.forbidden(
                reader.field("namespace"), line: reader.line(of: "namespace"), "`parameters.scope` is set to 'Cluster'",
                remedy: isScopeGiven ? "remove the namespace, or set scope: Namespace" : "set scope: Namespace")
        }
        return IngressClassParametersReference(
            apiGroup: object.apiGroup, kind: object.kind, name: object.name, scope: scope, namespace: namespace)
    }
}
