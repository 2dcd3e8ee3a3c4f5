extension BackendReference: Codable {
    private enum CodingKeys: String, CodingKey {
        case service, port, resource
    }

    private struct Resource: Codable {
        var apiGroup: String
        var kind: String
        var name: String
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let resource = try container.decodeIfPresent(Resource.self, forKey: .resource) {
            self = .resource(apiGroup: resource.apiGroup, kind: resource.kind, name: resource.name)
        } else {
            self = .service(
                name: try container.decode(String.self, forKey: .service),
                port: try container.decode(String.self, forKey: .port))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .service(let name, let port):
            try container.encode(name, forKey: .service)
            try container.encode(port, forKey: .port)
        case .resource(let apiGroup, let kind, let name):
            try container.encode(Resource(apiGroup: apiGroup, kind: kind, name: name), forKey: .resource)
        }
    }
}

extension RouteAction: Codable {
    private enum Kind: String, Codable {
        case forward, redirect, fixedResponse, staticSite, storageBucket
    }

    private enum CodingKeys: String, CodingKey {
        case type, pools, redirect, response, site, bucket
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Kind.self, forKey: .type) {
        case .forward: self = .forward(try container.decode([WeightedPool].self, forKey: .pools))
        case .redirect: self = .redirect(try container.decode(Redirect.self, forKey: .redirect))
        case .fixedResponse: self = .fixedResponse(try container.decode(FixedResponse.self, forKey: .response))
        case .staticSite: self = .staticSite(try container.decode(StaticSiteAction.self, forKey: .site))
        case .storageBucket: self = .storageBucket(try container.decode(StorageBucketAction.self, forKey: .bucket))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .forward(let pools):
            try container.encode(Kind.forward, forKey: .type)
            try container.encode(pools, forKey: .pools)
        case .redirect(let redirect):
            try container.encode(Kind.redirect, forKey: .type)
            try container.encode(redirect, forKey: .redirect)
        case .fixedResponse(let response):
            try container.encode(Kind.fixedResponse, forKey: .type)
            try container.encode(response, forKey: .response)
        case .staticSite(let site):
            try container.encode(Kind.staticSite, forKey: .type)
            try container.encode(site, forKey: .site)
        case .storageBucket(let bucket):
            try container.encode(Kind.storageBucket, forKey: .type)
            try container.encode(bucket, forKey: .bucket)
        }
    }
}
