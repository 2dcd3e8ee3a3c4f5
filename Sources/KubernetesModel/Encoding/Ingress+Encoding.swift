/// An Ingress encodes as the complete Kubernetes object, as the API server would answer it.
extension Ingress: Encodable {
    private enum Keys: String, CodingKey { case apiVersion, kind, metadata, spec, status }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(Self.apiVersion, forKey: .apiVersion)
        try container.encode(Self.kind, forKey: .kind)
        try container.encode(metadata, forKey: .metadata)
        try container.encode(spec, forKey: .spec)
        try container.encode(status, forKey: .status)
    }
}

extension IngressSpec: Encodable {
    private enum Keys: String, CodingKey { case ingressClassName, defaultBackend, tls, rules }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encodeIfPresent(ingressClassName, forKey: .ingressClassName)
        try container.encodeIfPresent(defaultBackend, forKey: .defaultBackend)
        if !tls.isEmpty { try container.encode(tls, forKey: .tls) }
        if !rules.isEmpty { try container.encode(rules, forKey: .rules) }
    }
}

extension IngressTLS: Encodable {
    private enum Keys: String, CodingKey { case hosts, secretName }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        if !hosts.isEmpty { try container.encode(hosts, forKey: .hosts) }
        try container.encodeIfPresent(secretName, forKey: .secretName)
    }
}

extension IngressRule: Encodable {
    private enum Keys: String, CodingKey { case host, http }
    private enum HTTPKeys: String, CodingKey { case paths }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encodeIfPresent(host, forKey: .host)
        guard !paths.isEmpty else { return }
        var http = container.nestedContainer(keyedBy: HTTPKeys.self, forKey: .http)
        try http.encode(paths, forKey: .paths)
    }
}

extension IngressPath: Encodable {
    private enum Keys: String, CodingKey { case path, pathType, backend }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        if !path.isEmpty { try container.encode(path, forKey: .path) }
        try container.encode(pathType.rawValue, forKey: .pathType)
        try container.encode(backend, forKey: .backend)
    }
}

extension IngressBackend: Encodable {
    private enum Keys: String, CodingKey { case service, resource }
    private enum ServiceKeys: String, CodingKey { case name, port }
    private enum PortKeys: String, CodingKey { case name, number }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        switch self {
        case .resource(let reference): try container.encode(reference, forKey: .resource)
        case .service(let name, let port):
            var service = container.nestedContainer(keyedBy: ServiceKeys.self, forKey: .service)
            try service.encode(name, forKey: .name)
            var portContainer = service.nestedContainer(keyedBy: PortKeys.self, forKey: .port)
            switch port {
            case .name(let name): try portContainer.encode(name, forKey: .name)
            case .number(let number): try portContainer.encode(number, forKey: .number)
            }
        }
    }
}

extension TypedObjectReference: Encodable {
    private enum Keys: String, CodingKey { case apiGroup, kind, name }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        if !apiGroup.isEmpty { try container.encode(apiGroup, forKey: .apiGroup) }
        try container.encode(kind, forKey: .kind)
        try container.encode(name, forKey: .name)
    }
}

extension IngressStatus: Encodable {
    private enum Keys: String, CodingKey { case loadBalancer }
    private enum LoadBalancerKeys: String, CodingKey { case ingress }

    /// Without addresses the status is `{"loadBalancer": {}}`, as that of an Ingress that nobody serves.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        var nested = container.nestedContainer(keyedBy: LoadBalancerKeys.self, forKey: .loadBalancer)
        if !loadBalancer.isEmpty { try nested.encode(loadBalancer, forKey: .ingress) }
    }
}
