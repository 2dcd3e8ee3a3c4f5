/// What happens to a request that a route takes.
package enum RouteAction: Hashable, Sendable {
    /// Sends the request to one of the pools, chosen by weight.
    case forward([WeightedPool])
    /// Answers with a redirect.
    case redirect(Redirect)
    /// Answers without a backend: for a reference that is broken, or a fixed text.
    case fixedResponse(FixedResponse)
    /// Answers from a static site of the plan.
    case staticSite(StaticSiteAction)
    /// Answers with an object of a storage bucket.
    case storageBucket(StorageBucketAction)
}

/// A pool and its share of a route's requests.
package struct WeightedPool: Codable, Hashable, Sendable {
    /// The name of a pool of the plan.
    package var pool: String
    /// The share, relative to the other pools of the route; 0 takes no requests.
    package var weight: Int

    package init(pool: String, weight: Int = 1) {
        self.pool = pool
        self.weight = weight
    }
}

/// A redirect to another location.
package struct Redirect: Codable, Hashable, Sendable {
    /// 301, 302, 303, 307 or 308.
    package var statusCode: Int
    /// The value of the `Location` field. `$1` to `$9` stand for the groups of the route's expression.
    package var location: String
    /// Whether the path of the request stands behind the path of ``location``; absent where it doesn't.
    package var keepsPath: Bool?
    /// What stands before ``location``, which is a path then: `//` and an authority, with or without a scheme, in which
    /// `#{host}` stands for the host of the request, without its port. Absent where the location needs none.
    package var authority: String?

    /// What stands for the host of the request in ``authority``.
    package static let hostVariable = "#{host}"

    package init(statusCode: Int, location: String, keepsPath: Bool? = nil, authority: String? = nil) {
        self.statusCode = statusCode
        self.location = location
        self.keepsPath = keepsPath
        self.authority = authority
    }
}

/// An answer that needs no backend.
package struct FixedResponse: Codable, Hashable, Sendable {
    package var statusCode: Int
    package var contentType: String
    package var body: String
    /// Why the route has no backend, as a diagnostic reason such as `ServiceNotFound`; absent when the answer is meant so.
    package var reason: String?

    package init(
        statusCode: Int,
        contentType: String = "text/plain; charset=utf-8",
        body: String = "",
        reason: String? = nil
    ) {
        self.statusCode = statusCode
        self.contentType = contentType
        self.body = body
        self.reason = reason
    }
}

/// A storage bucket that is served read-only (S3-compatible REST API, anonymous access).
package struct StorageBucketAction: Codable, Hashable, Sendable {
    /// The pool that reaches the bucket's endpoint.
    package var pool: String
    /// The `Host` field sent to the endpoint: `bucket.endpoint` in host style, the endpoint itself in path style.
    package var host: String
    /// The path before the object key, with leading and trailing slash: `/` in host style, `/bucket/` in path style, and the key prefix behind it.
    package var keyPrefix: String
    /// What a key that is empty or ends in a slash stands for, such as `index.html`; absent answers 404.
    package var indexDocument: String?
    /// The path of the route, removed from the request path before the rest is looked up as a key; `/` removes nothing.
    package var mountPath: String

    package init(
        pool: String,
        host: String,
        keyPrefix: String,
        indexDocument: String? = nil,
        mountPath: String = "/"
    ) {
        self.pool = pool
        self.host = host
        self.keyPrefix = keyPrefix
        self.indexDocument = indexDocument
        self.mountPath = mountPath
    }
}

/// A static site as a route mounts it.
package struct StaticSiteAction: Codable, Hashable, Sendable {
    /// The name of a static site of the plan.
    package var site: String
    /// The path of the route, removed from the request path before the rest is looked up; `/` removes nothing.
    package var mountPath: String

    package init(site: String, mountPath: String = "/") {
        self.site = site
        self.mountPath = mountPath
    }
}

/// A directory of files that the load balancer answers from itself.
package struct StaticSite: Codable, Hashable, Sendable {
    /// The name within the plan, `namespace/name` of the StaticSite object.
    package var name: String
    /// The file that stands for a directory.
    package var indexDocument: String
    /// The path of the file that is sent with status 404; absent for a short text.
    package var notFoundDocument: String?
    /// The files, ordered by path.
    package var files: [StaticFile]

    package init(
        name: String,
        indexDocument: String = "index.html",
        notFoundDocument: String? = nil,
        files: [StaticFile]
    ) {
        self.name = name
        self.indexDocument = indexDocument
        self.notFoundDocument = notFoundDocument
        self.files = files
    }
}

/// A file of a static site. Its bytes travel apart from the plan, by digest.
package struct StaticFile: Codable, Hashable, Sendable {
    /// The path below the site, without a leading slash.
    package var path: String
    package var contentType: String
    /// SHA-256 of the content, 64 lower-case hexadecimal digits.
    package var digest: String
    /// The length of the content in bytes.
    package var size: Int

    package init(path: String, contentType: String, digest: String, size: Int) {
        self.path = path
        self.contentType = contentType
        self.digest = digest
        self.size = size
    }
}
