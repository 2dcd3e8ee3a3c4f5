import Crypto
package import Foundation
package import ProviderHTTP

/// The signature of one call by AWS Signature Version 4, with each of its intermediate texts.
///
/// See "Create a signed AWS API request" in the IAM User Guide. The path is normalized and encoded once more, which is
/// what every service but S3 asks for.
package struct SignatureV4: Sendable {
    /// The request in the form that both sides hash.
    package let canonicalRequest: String
    /// What the signing key signs.
    package let stringToSign: String
    /// The value of the `Authorization` field.
    package let authorization: String

    /// Signs `call` as it stands: its `Host` (or else the one of its URL) and its other fields, but not those that
    /// a connection or a proxy may change.
    ///
    /// - Parameters:
    ///   - call: The call, with the `X-Amz-Date` and, for temporary credentials, `X-Amz-Security-Token` that it is
    ///     sent with.
    ///   - scope: What the signature is good for.
    ///   - credentials: Whose signature it is.
    package init(of call: APICall, scope: SigningScope, credentials: AWSCredentials) throws(MalformedURL) {
        let url = try SplitURL(call.url)
        let fields = Self.canonicalFields(of: call, url: url)
        let signedFields = fields.map(\.name).joined(separator: ";")
        canonicalRequest =
            [
                call.method,
                Self.canonicalPath(url.path),
                Self.canonicalQuery(url.query),
                fields.map { "\($0.name):\($0.value)\n" }.joined(),
                signedFields,
                Self.hexadecimal(SHA256.hash(data: call.body)),
            ].joined(separator: "\n")
        stringToSign = [
            "AWS4-HMAC-SHA256", scope.timestamp, scope.description,
            Self.hexadecimal(SHA256.hash(data: Data(canonicalRequest.utf8))),
        ].joined(separator: "\n")
        let key = Self.signingKey(scope: scope, secret: credentials.secretAccessKey)
        let signature = HMAC<SHA256>.authenticationCode(for: Data(stringToSign.utf8), using: key)
        authorization =
            "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), SignedHeaders=\(signedFields), "
            + "Signature=\(Self.hexadecimal(signature))"
    }

    /// The fields that are not signed, because something between here and the service may add, drop or change them.
    private static let unsignedFields: Set<String> = [
        "authorization", "connection", "content-length", "expect", "keep-alive", "proxy-authenticate",
        "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "user-agent",
        "x-amzn-trace-id",
    ]

    private static func canonicalFields(of call: APICall, url: SplitURL) -> [(name: String, value: String)] {
        var values: [String: [String]] = [:]
        for field in call.headers {
            let name = field.name.lowercased()
            guard !unsignedFields.contains(name) else { continue }
            values[name, default: []].append(singleSpaced(field.value))
        }
        if values["host"] == nil {
            values["host"] = [url.host]
        }
        return values.map { (name: $0.key, value: $0.value.joined(separator: ",")) }.sorted { $0.name < $1.name }
    }

    private static func singleSpaced(_ value: String) -> String {
        value.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    }

    private static func canonicalPath(_ path: Substring) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/", omittingEmptySubsequences: true) where segment != "." {
            if segment == ".." {
                _ = segments.popLast()
            } else {
                segments.append(segment)
            }
        }
        guard !segments.isEmpty else { return "/" }
        let isFolder = path.hasSuffix("/") || path.hasSuffix("/.") || path.hasSuffix("/..")
        return PercentEncoding.encode(
            "/" + segments.joined(separator: "/") + (isFolder ? "/" : ""), keepingSlashes: true)
    }

    private static func canonicalQuery(_ query: Substring) -> String {
        query.split(separator: "&")
            .map { parameter in
                let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let encoded = parts.map { PercentEncoding.encode(PercentEncoding.decode($0)) }
                return (name: encoded[0], value: encoded.count > 1 ? encoded[1] : "")
            }
            .sorted { ($0.name, $0.value) < ($1.name, $1.value) }
            .map { "\($0.name)=\($0.value)" }
            .joined(separator: "&")
    }

    private static func signingKey(scope: SigningScope, secret: RedactedString) -> SymmetricKey {
        let seed = secret.withValue { SymmetricKey(data: Data("AWS4\($0)".utf8)) }
        return [scope.day, scope.region, scope.service, "aws4_request"].reduce(seed) { key, part in
            SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Data(part.utf8), using: key))
        }
    }

    private static func hexadecimal(_ octets: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let text = octets.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0x0F)]] }
        return String(decoding: text, as: UTF8.self)
    }
}

/// What a signature is good for: one service in one region on one day.
package struct SigningScope: Hashable, Sendable, CustomStringConvertible {
    /// The moment of the signature, such as `20150830T123600Z`.
    package let timestamp: String
    package let region: String
    /// The name that the service signs by, such as `elasticloadbalancing`.
    package let service: String

    package init(date: Date, region: String, service: String) {
        timestamp = Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted).format(date)
        self.region = region
        self.service = service
    }

    /// The day of the signature, such as `20150830`.
    package var day: String { String(timestamp.prefix(8)) }

    package var description: String { "\(day)/\(region)/\(service)/aws4_request" }
}
