import LoadBalancerModel

/// The rule of a route as `headgate explain` names it.
struct DescribedRule: Hashable, Sendable {
    /// The Ingress, `namespace/name`; absent for a default of the class or the controller.
    var ingress: String?
    /// The field of that Ingress.
    var field: String?
    /// The host of the rule; absent for a rule without one.
    var host: String?
    /// The path as it stands in the Ingress; absent for a default backend.
    var path: String?
    var pathType: String?
    var backend: BackendReference?
}

extension DescribedRule {
    /// The rule that a route comes from.
    ///
    /// - Parameter claim: what the Ingress says, which a route may have in another form; nil for a default backend.
    init(_ route: Route, claim: IngressClaims.Claim?) {
        self.init(
            ingress: route.ingress, field: route.field,
            host: claim.map(\.host) ?? route.match.host,
            path: claim?.path ?? (route.match.path.kind == .fallback ? nil : route.match.path.value),
            pathType: claim?.pathType ?? route.pathType,
            backend: claim?.backend ?? route.backend)
    }

    /// The rule that an Ingress claims.
    init(_ claim: IngressClaims.Claim) {
        self.init(
            ingress: claim.ingress, field: claim.field, host: claim.host, path: claim.path, pathType: claim.pathType,
            backend: claim.backend)
    }
}

extension DescribedRule {
    private enum CodingKeys: String, CodingKey {
        case ingress, field, host, path, pathType, backend
    }

    /// What becomes of a field that is absent.
    enum AbsentFields: Sendable {
        /// It is there as null, so that scripts can ask for it.
        case null
        case omitted
    }

    /// Writes the fields beside those of the object that the rule is part of.
    func encode(to encoder: any Encoder, absent: AbsentFields) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        func encode(_ value: (some Encodable)?, _ key: CodingKeys) throws {
            if value != nil || absent == .null { try container.encode(value, forKey: key) }
        }
        try encode(ingress, .ingress)
        try encode(field, .field)
        try encode(host, .host)
        try encode(path, .path)
        try encode(pathType, .pathType)
        try encode(backend.map(ExplainedBackend.init), .backend)
    }
}
