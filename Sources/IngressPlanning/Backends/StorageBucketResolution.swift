import Foundation
import KubernetesModel
import LoadBalancerModel

/// How a bucket is reached.
struct ResolvedStorageBucket: Sendable {
    var pool: BackendPool
    /// The `Host` field.
    var host: String
    /// What stands before the key in the path.
    var keyPrefix: String
}

/// Reads where a StorageBucket is.
enum StorageBucketResolution {
    /// - Throws: ``BackendProblem`` where the endpoint or the bucket is not usable.
    static func resolve(
        _ object: StorageBucketObject, log: inout DiagnosticLog
    ) throws(BackendProblem) -> ResolvedStorageBucket {
        let endpoint = try Endpoint(object)
        let bucket = object.spec.bucket
        guard !bucket.isEmpty, bucket.utf8.allSatisfy(isBucketByte) else {
            throw BackendProblem(
                reason: "InvalidStorageBucket", field: "resource.name",
                finding: "The StorageBucket '\(object.namespacedName)' names the bucket '\(bucket)'", value: bucket,
                remedy: "set spec.bucket to a name of letters, digits, dots, hyphens and underscores")
        }
        var style = object.spec.addressingStyle
        if style == .host, endpoint.isAddress {
            log.add(
                .warning, "BucketAddressingStyle", on: object.reference, field: "spec.addressingStyle",
                "The endpoint '\(object.spec.endpoint)' is an address, below which no bucket has a host name, so path "
                    + "style is used", value: style.rawValue, remedy: "set spec.addressingStyle to path")
            style = .path
        }
        let hostName = style == .host ? "\(bucket).\(endpoint.host)" : endpoint.host
        let prefix = encode(directory(object.spec.keyPrefix))
        return ResolvedStorageBucket(
            pool: pool(object, endpoint: endpoint, serverName: style == .host ? hostName : endpoint.address),
            host: endpoint.authority(host: hostName),
            keyPrefix: style == .host ? "/\(prefix)" : "/\(bucket)/\(prefix)")
    }

    private static func pool(_ object: StorageBucketObject, endpoint: Endpoint, serverName: String) -> BackendPool {
        BackendPool(
            name: "\(object.metadata.namespace).\(object.metadata.name)_bucket",
            backend: .resource(
                apiGroup: ParameterResolution.apiGroup, kind: StorageBucketObject.kind,
                name: object.namespacedName.description),
            protocol: endpoint.isSecure ? .https : .http,
            tls: endpoint.isSecure ? BackendTLS(serverName: serverName, verify: object.spec.verifyTLS) : nil,
            targets: [Target(address: endpoint.address, port: endpoint.port)])
    }

    /// The prefix as a directory: without slashes before it, and with one behind it.
    private static func directory(_ prefix: String) -> String {
        var name = prefix.drop { $0 == "/" }
        while name.hasSuffix("/") { name.removeLast() }
        return name.isEmpty ? "" : "\(name)/"
    }

    private static func isBucketByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// The prefix with everything percent-encoded that is neither unreserved (RFC 3986, section 2.3) nor a slash.
    private static func encode(_ prefix: some StringProtocol) -> String {
        var result = ""
        for byte in prefix.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                result.append(Character(Unicode.Scalar(byte)))
            default:
                result += "%" + Hexadecimal.text([byte]).uppercased()
            }
        }
        return result
    }

    /// The endpoint's URL in parts.
    private struct Endpoint {
        var isSecure: Bool
        /// As it stands in a Host field, an IPv6 address in brackets.
        var host: String
        var port: Int
        var hasDefaultPort: Bool

        /// The host without brackets.
        var address: String { host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host }

        var isAddress: Bool { IPAddressText.bytes(host) != nil }

        func authority(host: String) -> String { hasDefaultPort ? host : "\(host):\(port)" }

        init(_ object: StorageBucketObject) throws(BackendProblem) {
            let text = object.spec.endpoint
            guard let components = URLComponents(string: text), let scheme = components.scheme?.lowercased(),
                scheme == "http" || scheme == "https", let host = components.host, !host.isEmpty,
                components.path.isEmpty || components.path == "/", components.query == nil,
                components.fragment == nil, components.user == nil, components.password == nil,
                components.port.map({ (1...65_535).contains($0) }) ?? true
            else {
                throw BackendProblem(
                    reason: "InvalidStorageBucket", field: "resource.name",
                    finding: "The endpoint of the StorageBucket '\(object.namespacedName)' is no URL of a server",
                    value: StorageBucketResolution.printable(text),
                    remedy: "set spec.endpoint to a URL such as https://s3.example.com:9000, "
                        + "without path, query and credentials")
            }
            isSecure = scheme == "https"
            self.host = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host.lowercased()
            let defaultPort = isSecure ? 443 : 80
            port = components.port ?? defaultPort
            hasDefaultPort = port == defaultPort
        }
    }

    /// The endpoint for a diagnostic, unless it holds credentials.
    fileprivate static func printable(_ endpoint: String) -> String? {
        endpoint.contains("@") ? nil : endpoint
    }
}
