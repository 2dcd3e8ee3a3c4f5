import Foundation
import LoadBalancerModel
import Testing

@testable import IngressPlanning
@testable import KubernetesModel

@Suite struct ResourceBackendsTests {
    private static func site(_ spec: String, name: String = "docs") -> String {
        """
        apiVersion: headgate.dev/v1alpha1
        kind: StaticSite
        metadata: {name: \(name), namespace: shop}
        spec: \(spec)
        """
    }

    private static func configMap(_ name: String, _ content: String, namespace: String = "shop") -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: \(name), namespace: \(namespace)}
        \(content)
        """
    }

    private static func bucket(_ spec: String) -> String {
        """
        apiVersion: headgate.dev/v1alpha1
        kind: StorageBucket
        metadata: {name: assets, namespace: shop}
        spec: \(spec)
        """
    }

    private static func planned(_ path: String, _ manifests: String...) throws -> Planned {
        try Planned(
            [Manifests.ingressClass(), Manifests.ingress("shop/web", rules: [("x.example", [path])])] + manifests)
    }

    // MARK: Static sites

    @Test func `A site has the files of its ConfigMaps, a later one winning`() throws {
        let planned = try Self.planned(
            "Prefix /docs StaticSite/docs",
            Self.site(
                """
                {configMaps: [{name: one}, {name: two, directory: css, items: {main: deep/main.css}}, {name: three}],
                 notFoundDocument: 404.html, contentTypes: {TXT: text/x-own}}
                """),
            Self.configMap("one", "data: {index.html: old, readme.txt: hi}"),
            Self.configMap("two", "data: {main: 'a{}'}"),
            Self.configMap("three", "data: {index.html: new}\nbinaryData: {logo.png: AAEC}"))
        let plan = try planned.plan()
        let site = try #require(plan.staticSites.first)
        #expect(planned.findings.isEmpty)
        #expect(site.name == "shop/docs")
        #expect(site.indexDocument == "index.html")
        #expect(site.notFoundDocument == "404.html")
        #expect(site.files.map(\.path) == ["css/deep/main.css", "index.html", "logo.png", "readme.txt"])
        #expect(
            site.files.map(\.contentType) == [
                "text/css; charset=utf-8", "text/html; charset=utf-8", "image/png", "text/x-own",
            ])
        #expect(site.files.map(\.size) == [3, 3, 3, 2])
        let assets = try #require(planned.result.assets[plan.name])
        #expect(
            site.files.map { assets.files[$0.digest] } == [
                Array("a{}".utf8), Array("new".utf8), [0, 1, 2], Array("hi".utf8),
            ])
        #expect(assets.files.count == 4)
        // SHA-256 of "new".
        #expect(site.files[1].digest == "11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437")
        #expect(try planned.answer("x.example", "/docs/a") == "site shop/docs at /docs")
    }

    @Test(arguments: [
        ("Prefix /docs/", "{configMaps: [{name: one}]}", "/docs"), ("Prefix /", "{configMaps: [{name: one}]}", "/"),
        ("Prefix /docs", "{configMaps: [{name: one}], stripPath: false}", "/"),
        ("Exact /a/favicon.ico", "{configMaps: [{name: one}]}", "/a"),
        ("Exact /favicon.ico", "{configMaps: [{name: one}]}", "/"),
        ("Exact /about", "{configMaps: [{name: one}]}", "/about"),
    ])
    func `The path of the rule is removed, except for the file that an Exact path names`(
        path: String, spec: String, mount: String
    ) throws {
        let planned = try Self.planned(
            "\(path) StaticSite/docs", Self.site(spec), Self.configMap("one", "data: {favicon.ico: x}"))
        #expect(try planned.plan().routes.map(\.summary) == ["site shop/docs at \(mount)"])
    }

    @Test func `A default backend is mounted at the root, an expression at its directory`() throws {
        let planned = try Planned([
            Manifests.ingressClass(), Self.site("{configMaps: [{name: one}]}"), Self.configMap("one", "data: {a: x}"),
            Manifests.ingress(
                "shop/web", annotations: ["headgate.dev/use-regex": "true"],
                rules: [("x.example", ["ImplementationSpecific /docs/.* StaticSite/docs"])],
                defaultBackend: "StaticSite/docs"),
        ])
        #expect(try planned.answer("x.example", "/docs/a") == "site shop/docs at /docs")
        #expect(try planned.answer("y.example", "/") == "site shop/docs at /")
    }

    @Test func `A ConfigMap that is missing leaves the others served`() throws {
        let planned = try Self.planned(
            "Prefix / StaticSite/docs", Self.site("{configMaps: [{name: gone}, {name: one, items: {nope: x}}]}"),
            Self.configMap("one", "data: {a.html: x}"), Self.configMap("gone", "data: {a: x}", namespace: "other"))
        #expect(try planned.plan().staticSites.map { $0.files.map(\.path) } == [["a.html"]])
        #expect(
            planned.findings == [
                "error ConfigMapNotFound shop/docs spec.configMaps[0].name",
                "warning ConfigMapKeyNotFound shop/docs spec.configMaps[1].items[nope]",
            ])
    }

    @Test func `Without any of its ConfigMaps a site is a broken reference`() throws {
        let planned = try Self.planned("Prefix / StaticSite/docs", Self.site("{configMaps: [{name: gone}]}"))
        #expect(try planned.answer("x.example", "/") == "500 ConfigMapNotFound")
    }

    @Test func `A file never leaves its site`() throws {
        let object = StaticSiteObject(
            metadata: ObjectMeta(name: "docs", namespace: "shop"),
            spec: StaticSiteSpec(configMaps: [
                StaticSiteSource(name: "one", directory: "a", items: ["bad": "../../etc/passwd", "good": "/b//c"])
            ]))
        var log = DiagnosticLog()
        let map = ConfigMap(
            metadata: ObjectMeta(name: "one", namespace: "shop"), data: ["bad": "x", "good": "y"])
        let resolved = try StaticSiteResolution.resolve(
            object, snapshot: ClusterSnapshot([.configMap(map)]), log: &log)
        #expect(resolved.site.files.map(\.path) == ["a/b/c"])
        #expect(log.entries.map(\.reason) == ["InvalidFilePath"])
    }

    // MARK: Buckets

    /// A case: the spec and what it comes to.
    struct Bucket: CustomTestStringConvertible, Sendable {
        var spec: String
        var host: String
        var keyPrefix: String
        var target: String
        var tls: BackendTLS?
        var testDescription: String { spec }
    }

    @Test(arguments: [
        Bucket(
            spec: "{endpoint: 'https://s3.example.com', bucket: media}", host: "media.s3.example.com", keyPrefix: "/",
            target: "s3.example.com 443", tls: BackendTLS(serverName: "media.s3.example.com", verify: true)),
        Bucket(
            spec: "{endpoint: 'http://s3.example.com:9000/', bucket: media, addressingStyle: path, keyPrefix: a b/}",
            host: "s3.example.com:9000", keyPrefix: "/media/a%20b/", target: "s3.example.com 9000"),
        Bucket(
            spec: "{endpoint: 'https://s3.example.com:9000', bucket: media, addressingStyle: path, verifyTLS: false}",
            host: "s3.example.com:9000", keyPrefix: "/media/", target: "s3.example.com 9000",
            tls: BackendTLS(serverName: "s3.example.com", verify: false)),
        Bucket(
            spec: "{endpoint: 'http://s3.example.com', bucket: media, keyPrefix: assets/}",
            host: "media.s3.example.com", keyPrefix: "/assets/", target: "s3.example.com 80"),
        Bucket(
            spec: "{endpoint: 'http://s3.example.com', bucket: media, keyPrefix: assets}",
            host: "media.s3.example.com", keyPrefix: "/assets/", target: "s3.example.com 80"),
        Bucket(
            spec: "{endpoint: 'http://s3.example.com', bucket: media, addressingStyle: path, keyPrefix: a/b//}",
            host: "s3.example.com", keyPrefix: "/media/a/b/", target: "s3.example.com 80"),
        Bucket(
            spec: "{endpoint: 'http://[::1]:9000', bucket: media, addressingStyle: path}", host: "[::1]:9000",
            keyPrefix: "/media/", target: "::1 9000"),
    ])
    func `A bucket is reached in path or host style`(bucket: Bucket) throws {
        let planned = try Self.planned("Prefix /media StorageBucket/assets", Self.bucket(bucket.spec))
        let plan = try planned.plan()
        let pool = try plan.pool("shop.assets_bucket")
        #expect(pool.targets.map { "\($0.address) \($0.port)" } == [bucket.target])
        #expect(pool.protocol == (bucket.tls == nil ? .http : .https))
        #expect(pool.tls == bucket.tls)
        #expect(
            plan.routes.map(\.action) == [
                .storageBucket(
                    StorageBucketAction(
                        pool: "shop.assets_bucket", host: bucket.host, keyPrefix: bucket.keyPrefix, mountPath: "/media")
                )
            ])
        #expect(planned.findings.isEmpty)
    }

    @Test func `Below an address there is no host style`() throws {
        let planned = try Self.planned(
            "Prefix / StorageBucket/assets", Self.bucket("{endpoint: 'http://127.0.0.1:9000', bucket: media}"))
        #expect(planned.findings == ["warning BucketAddressingStyle shop/assets spec.addressingStyle"])
        guard case .storageBucket(let action)? = try planned.plan().routes.first?.action else {
            Issue.record("not a bucket")
            return
        }
        #expect(action.host == "127.0.0.1:9000")
        #expect(action.keyPrefix == "/media/")
    }

    @Test(arguments: [
        "ftp://s3.example.com", "s3.example.com", "https://s3.example.com/path", "https://user:pw@s3.example.com",
        "https://", "https://s3.example.com?x",
    ])
    func `An endpoint that is none is a broken reference, without its credentials in the finding`(
        endpoint: String
    ) throws {
        let object = StorageBucketObject(
            metadata: ObjectMeta(name: "assets", namespace: "shop"),
            spec: StorageBucketSpec(endpoint: endpoint, bucket: "media"))
        let planned = try Planned(
            [
                Manifests.ingressClass(),
                Manifests.ingress("shop/web", rules: [("x.example", ["Prefix / StorageBucket/assets"])]),
            ], objects: [.storageBucket(object)])
        #expect(try planned.answer("x.example", "/") == "500 InvalidStorageBucket")
        #expect(!planned.result.diagnostics.contains { "\($0)".contains("pw") })
    }

    // MARK: Others

    @Test(arguments: [
        ("k8s.example.com/StorageBucket/static", "UnsupportedResourceKind"), ("StaticSite/missing", "ResourceNotFound"),
        ("StorageBucket/missing", "ResourceNotFound"), ("Unknown/x", "UnsupportedResourceKind"),
    ])
    func `An unknown kind and a missing object answer 500`(backend: String, reason: String) throws {
        let planned = try Self.planned("ImplementationSpecific /icons \(backend)")
        #expect(try planned.answer("x.example", "/icons/a.png") == "500 \(reason)")
        let finding = try planned.finding(reason)
        #expect(finding.severity == .error)
        #expect(finding.field.hasPrefix("spec.rules[0].http.paths[0].backend.resource"))
    }

    @Test(arguments: [
        ("index.html", "text/html; charset=utf-8"), ("a/B.JPG", "image/jpeg"), ("x.tar.gz", "application/gzip"),
        ("LICENSE", "application/octet-stream"), ("a.b/c", "application/octet-stream"), ("x.own", "text/own"),
    ])
    func `The extension decides about the content type`(path: String, type: String) {
        #expect(ContentTypes.type(ofFile: path, overrides: ["OWN": "text/own"]) == type)
    }
}
