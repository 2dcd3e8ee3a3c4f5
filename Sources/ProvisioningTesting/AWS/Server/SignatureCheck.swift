import Crypto
import Foundation

/// Verifies a call's Signature Version 4.
///
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
struct SignatureCheck {
    /// `Credential=AKID/20260102/us-east-1/ec2/aws4_request, SignedHeaders=host;x-amz-date, Signature=…`
    struct Authorization {
        let accessKey: String
        let date: String
        let region: String
        let service: String
        let signedHeaders: [String]
        let signature: String

        init?(_ field: String) {
            guard field.hasPrefix("AWS4-HMAC-SHA256 ") else { return nil }
            var parts: [Substring: Substring] = [:]
            for part in field.dropFirst("AWS4-HMAC-SHA256 ".count).split(separator: ",") {
                let halves = part.split(separator: "=", maxSplits: 1)
                guard halves.count == 2 else { return nil }
                parts[Substring(halves[0].trimmingCharacters(in: .whitespaces))] = halves[1]
            }
            guard let scope = parts["Credential"]?.split(separator: "/"), scope.count == 5,
                scope[4] == "aws4_request", let headers = parts["SignedHeaders"], let signature = parts["Signature"],
                signature.count == 64
            else { return nil }
            accessKey = String(scope[0])
            date = String(scope[1])
            region = String(scope[2])
            service = String(scope[3])
            signedHeaders = headers.split(separator: ";").map(String.init)
            self.signature = String(signature)
        }
    }

    let settings: CloudSettings
    let region: String

    func check(_ request: AWSRequest, service: String) throws(SignatureProblem) {
        guard let field = request.header("authorization") else { throw .missing }
        guard let authorization = Authorization(field) else {
            throw .malformed("Authorization header is not of the form of AWS4-HMAC-SHA256")
        }
        guard let credential = settings.credentials[authorization.accessKey] else { throw .unknownAccessKey }
        guard request.header("x-amz-security-token") == credential.sessionToken else { throw .unknownAccessKey }
        guard !credential.isExpired else { throw .expiredCredentials }
        guard authorization.region == region else {
            throw .doesNotMatch("Credential should be scoped to a valid region, not '\(authorization.region)'.")
        }
        guard authorization.service == service else {
            throw .doesNotMatch("Credential should be scoped to correct service: '\(service)'.")
        }
        let timestamp = request.header("x-amz-date") ?? ""
        try check(timestamp: timestamp, scopeDate: authorization.date)
        try checkSignedHeaders(authorization.signedHeaders, of: request)
        let expected = signature(
            of: request, authorization: authorization, timestamp: timestamp, secret: credential.secretAccessKey)
        guard expected == authorization.signature else {
            throw .doesNotMatch(
                "The request signature we calculated does not match the signature you provided. "
                    + "Check your AWS Secret Access Key and signing method.")
        }
    }

    private func check(timestamp: String, scopeDate: String) throws(SignatureProblem) {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "yyyyMMdd'T'HHmmss'Z'"
        guard let date = formatter.date(from: timestamp) else {
            throw .malformed("Date must be in ISO-8601 'basic format'. Got '\(timestamp)'.")
        }
        guard timestamp.hasPrefix(scopeDate) else {
            throw .doesNotMatch("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date.")
        }
        guard abs(date.timeIntervalSince(settings.now())) <= 15 * 60 else {
            throw .tooOld("Signature expired: \(timestamp) is not within 15 minutes of the service's time")
        }
    }

    private func checkSignedHeaders(_ names: [String], of request: AWSRequest) throws(SignatureProblem) {
        guard names == names.sorted(), names.contains("host") else {
            throw .doesNotMatch("'Host' must be a 'SignedHeader' in the AWS Authorization, and they must be in order.")
        }
        for header in request.headers where header.name.hasPrefix("x-amz-") && !names.contains(header.name) {
            throw .doesNotMatch("There were headers present in the request which were not signed: \(header.name)")
        }
        for name in names where request.header(name) == nil {
            throw .doesNotMatch("The signed header '\(name)' is not in the request")
        }
    }

    private func signature(
        of request: AWSRequest, authorization: Authorization, timestamp: String, secret: String
    ) -> String {
        let halves = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let query = halves.count == 2 ? halves[1].split(separator: "&").sorted().joined(separator: "&") : ""
        let headers = authorization.signedHeaders.map { name in
            let values = request.headers.filter { $0.name == name }.map { Self.collapsed($0.value) }
            return "\(name):\(values.joined(separator: ","))\n"
        }
        let canonical = [
            request.method, halves[0].isEmpty ? "/" : String(halves[0]), query, headers.joined(),
            authorization.signedHeaders.joined(separator: ";"), Self.hexadecimal(SHA256.hash(data: request.body)),
        ].joined(separator: "\n")
        let scope = "\(authorization.date)/\(authorization.region)/\(authorization.service)/aws4_request"
        let toSign = [
            "AWS4-HMAC-SHA256", timestamp, scope, Self.hexadecimal(SHA256.hash(data: Array(canonical.utf8))),
        ].joined(separator: "\n")
        var key = SymmetricKey(data: Array("AWS4\(secret)".utf8))
        for part in [authorization.date, authorization.region, authorization.service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        return Self.hexadecimal(HMAC<SHA256>.authenticationCode(for: Array(toSign.utf8), using: key))
    }

    private static func collapsed(_ value: String) -> String {
        value.split(separator: " ").joined(separator: " ")
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
