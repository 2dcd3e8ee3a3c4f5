import Crypto
import Foundation
import ProvisioningTesting

/// Calls a simulated AWS as an SDK does, without a socket between: parameters are flattened or written as JSON, and
/// signed.
struct Caller {
    /// What came back.
    struct Answer {
        let status: Int
        let text: String

        /// The error's code, in XML or in JSON; nil where there is none.
        var code: String? { first(#/<Code>([^<]*)</Code>/#) ?? first(#/"__type":"([^"]*)"/#) }

        /// The text of the first element of a name.
        func element(_ name: String) -> String? {
            guard let start = text.range(of: "<\(name)>"),
                let end = text.range(of: "</\(name)>", range: start.upperBound..<text.endIndex)
            else { return nil }
            return String(text[start.upperBound..<end.lowerBound])
        }

        /// The texts of all elements of a name that hold no others.
        func elements(_ name: String) -> [String] {
            text.components(separatedBy: "<\(name)>").dropFirst().compactMap { part in
                part.components(separatedBy: "</\(name)>").first
            }
        }

        private func first(_ expression: Regex<(Substring, Substring)>) -> String? {
            (try? expression.firstMatch(in: text)).flatMap { $0.map { String($0.1) } }
        }
    }

    let cloud: SimulatedAWS
    var accessKey = CloudCredential.standardKey
    var secret = CloudCredential.standardSecret
    var region = "us-east-1"

    init(_ cloud: SimulatedAWS) { self.cloud = cloud }

    /// A call of ELBv2.
    @discardableResult
    func elb(_ operation: String, _ parameters: AWSValue = [:]) throws -> Answer {
        try form("elasticloadbalancing", operation, version: "2015-12-01", parameters, listMember: ".member")
    }

    /// A call of EC2; list parameters under the names of the wire (`SubnetId`, `Filter`).
    @discardableResult
    func ec2(_ operation: String, _ parameters: AWSValue = [:]) throws -> Answer {
        try form("ec2", operation, version: "2016-11-15", parameters, listMember: "")
    }

    /// A call of a service that takes JSON; `target` is the prefix of its operations.
    @discardableResult
    func json(_ service: String, _ target: String, _ operation: String, _ parameters: AWSValue = [:]) throws -> Answer {
        let body = try JSONSerialization.data(withJSONObject: Self.jsonObject(parameters))
        return try send(
            service,
            headers: [
                ("content-type", "application/x-amz-json-1.1"), ("x-amz-target", "\(target).\(operation)"),
            ], body: [UInt8](body))
    }

    @discardableResult
    func acm(_ operation: String, _ parameters: AWSValue = [:]) throws -> Answer {
        try json("acm", "CertificateManager", operation, parameters)
    }

    private func form(
        _ service: String, _ operation: String, version: String, _ parameters: AWSValue, listMember: String
    ) throws -> Answer {
        var fields = [("Action", operation), ("Version", version)]
        Self.flatten(parameters, name: "", listMember: listMember, into: &fields)
        let body = fields.map { "\(Self.escaped($0.0))=\(Self.escaped($0.1))" }.joined(separator: "&")
        return try send(
            service, headers: [("content-type", "application/x-www-form-urlencoded; charset=utf-8")],
            body: Array(body.utf8))
    }

    // MARK: The wire

    /// The request of a call, signed.
    func request(
        _ service: String, headers: [(name: String, value: String)], body: [UInt8], at date: Date = Date()
    ) -> AWSRequest {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "yyyyMMdd'T'HHmmss'Z'"
        let timestamp = formatter.string(from: date)
        var headers = headers + [("host", "127.0.0.1:1"), ("x-amz-date", timestamp)]
        headers.sort { $0.name < $1.name }
        let names = headers.map(\.name).joined(separator: ";")
        let canonical =
            "POST\n/\n\n" + headers.map { "\($0.name):\($0.value)\n" }.joined() + "\n\(names)\n"
            + Self.hexadecimal(SHA256.hash(data: body))
        let scope = "\(timestamp.prefix(8))/\(region)/\(service)/aws4_request"
        let toSign =
            "AWS4-HMAC-SHA256\n\(timestamp)\n\(scope)\n"
            + Self.hexadecimal(SHA256.hash(data: Array(canonical.utf8)))
        var key = SymmetricKey(data: Array("AWS4\(secret)".utf8))
        for part in [String(timestamp.prefix(8)), region, service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        let signature = Self.hexadecimal(HMAC<SHA256>.authenticationCode(for: Array(toSign.utf8), using: key))
        headers.append(
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
            ))
        return AWSRequest(method: "POST", target: "/", headers: headers, body: body)
    }

    /// The connection ended without an answer.
    struct NoAnswer: Error {}

    func send(
        _ service: String, headers: [(name: String, value: String)], body: [UInt8], at date: Date = Date()
    ) throws -> Answer {
        switch cloud.answer(request(service, headers: headers, body: body, at: date)) {
        case .respond(let status, _, let body): Answer(status: status, text: String(decoding: body, as: UTF8.self))
        case .closeConnection, .resetConnection, .noAnswer: throw NoAnswer()
        }
    }

    private static func flatten(
        _ value: AWSValue, name: String, listMember: String, into fields: inout [(String, String)]
    ) {
        switch value {
        case .structure(let members):
            for (member, value) in members.sorted(by: { $0.key < $1.key }) {
                flatten(value, name: name.isEmpty ? member : "\(name).\(member)", listMember: listMember, into: &fields)
            }
        case .list(let elements):
            if elements.isEmpty { fields.append((name, "")) }
            for (index, element) in elements.enumerated() {
                flatten(element, name: "\(name)\(listMember).\(index + 1)", listMember: listMember, into: &fields)
            }
        case .string(let text): fields.append((name, text))
        case .integer(let number): fields.append((name, "\(number)"))
        case .number(let number): fields.append((name, "\(number)"))
        case .boolean(let flag): fields.append((name, "\(flag)"))
        case .timestamp(let seconds): fields.append((name, "\(seconds)"))
        case .blob(let bytes): fields.append((name, Data(bytes).base64EncodedString()))
        }
    }

    private static func jsonObject(_ value: AWSValue) -> Any {
        switch value {
        case .structure(let members): members.mapValues(jsonObject)
        case .list(let elements): elements.map(jsonObject)
        case .string(let text): text
        case .integer(let number): number
        case .number(let number): number
        case .boolean(let flag): flag
        case .timestamp(let seconds): seconds
        case .blob(let bytes): Data(bytes).base64EncodedString()
        }
    }

    private static func escaped(_ text: String) -> String {
        let unreserved = CharacterSet(
            charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? text
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
