import Foundation
import ProviderHTTP

/// The instance metadata service of EC2, version 2 (session tokens) alone.
///
/// See "Access instance metadata for an EC2 instance" in the Amazon EC2 User Guide.
package struct InstanceMetadata: AWSCredentialsSource {
    package let name = "EC2 instance metadata"
    private let configuration: AWSConfiguration

    package init(configuration: AWSConfiguration) {
        self.configuration = configuration
    }

    /// Looks for the credentials of the instance's role.
    package func find() async throws -> CredentialsFinding {
        guard !isDisabled else { return .absent("AWS_EC2_METADATA_DISABLED is true") }
        let token: RedactedString
        switch try await session() {
        case .absent(let reason): return .absent(reason)
        case .open(let opened): token = opened
        }
        let folder = "/latest/meta-data/iam/security-credentials/"
        let roles = try await get(folder, token: token)
        let role = String(decoding: roles.body, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init)
        guard roles.status == 200, let role, !role.isEmpty else {
            return .absent("no IAM role is attached to the instance")
        }
        return .found(try await credentials(of: role, at: folder + PercentEncoding.encode(role), token: token))
    }

    /// The region that the instance is in; nil where this isn't an instance, or metadata is turned off.
    package func region() async throws -> String? {
        guard !isDisabled, case .open(let token) = try await session() else { return nil }
        let response = try await get("/latest/meta-data/placement/region", token: token)
        guard response.status == 200 else { return nil }
        return String(decoding: response.body, as: UTF8.self)
    }

    private var isDisabled: Bool {
        configuration.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true"
    }

    private func credentials(of role: String, at path: String, token: RedactedString) async throws -> AWSCredentials {
        let response = try await get(path, token: token)
        let document = try? JSONDecoder().decode(CredentialsDocument.self, from: Data(response.body))
        guard response.status == 200, let document, document.code ?? "Success" == "Success" else {
            let said = [document?.code, document?.message].compactMap(\.self).joined(separator: ": ")
            throw CredentialsError(
                source: name,
                problem: "role \(role) gives no credentials (status \(response.status)"
                    + (said.isEmpty ? ")" : ", \(said))"),
                remedy: "check that the role of the instance profile exists and that EC2 may assume it",
                isTransient: response.status >= 500)
        }
        let found = try document.credentials(source: name, remedy: "check what answers at \(try endpoint())")
        return extended(found)
    }

    /// Metadata that is out of date goes on being used, since AWS may accept it still: its service asks its clients to
    /// ride out an outage of the rotation so.
    private func extended(_ credentials: AWSCredentials) -> AWSCredentials {
        let now = configuration.environment.now()
        guard let expiration = credentials.expiration, expiration <= now else { return credentials }
        return AWSCredentials(
            accessKeyID: credentials.accessKeyID, secretAccessKey: credentials.secretAccessKey,
            sessionToken: credentials.sessionToken, expiration: now.addingTimeInterval(10 * 60),
            source: credentials.source)
    }
}

// MARK: - The service

extension InstanceMetadata {
    private enum Session {
        case open(RedactedString)
        case absent(String)
    }

    /// Asks for a session token.
    ///
    /// Most machines are no instances, and nothing answers there: so the time limit of one attempt is waited for twice,
    /// and not for each of the calls that could tell why.
    private func session() async throws -> Session {
        if let opened = try await token(attempts: 1) { return opened }
        async let isThere = answersWithoutToken()
        let left = try attempts() - 1
        if left > 0, let opened = try await token(attempts: left) { return opened }
        if try await isThere { throw hopLimit }
        return .absent("no metadata service answers at \(try endpoint()), so this isn't an EC2 instance")
    }

    /// What came of asking for a token; nil where no attempt was answered.
    private func token(attempts: Int) async throws -> Session? {
        let call = try call(
            "PUT", "/latest/api/token", headers: [(name: "X-aws-ec2-metadata-token-ttl-seconds", value: "21600")])
        let response: APIResponse
        do {
            response = try await client(attempts: attempts).send(call)
        } catch is CredentialsClient.Unreachable {
            return nil
        }
        switch response.status {
        case 200:
            let token = String(decoding: response.body, as: UTF8.self)
            guard !token.isEmpty, !token.contains(where: \.isWhitespace) else {
                return .absent("what answers at \(try endpoint()) isn't EC2's metadata service")
            }
            return .open(RedactedString(token))
        case 403:
            return .absent("the instance's metadata service is turned off (HttpEndpoint: disabled)")
        default:
            return .absent("the metadata service at \(try endpoint()) refused a token (status \(response.status))")
        }
    }

    /// Whether the service is there and only the answer with the token gets lost, which is the one whose hops are
    /// counted: so it is in a container one hop further than the instance allows.
    private func answersWithoutToken() async throws -> Bool {
        do {
            return try await [200, 401].contains(client(attempts: 1).send(call("GET", "/latest/meta-data/")).status)
        } catch is CredentialsClient.Unreachable {
            return false
        }
    }

    private var hopLimit: CredentialsError {
        CredentialsError(
            source: name, problem: "the metadata service answers, but its session token doesn't get here",
            remedy: "allow one hop more for containers: aws ec2 modify-instance-metadata-options --instance-id ID "
                + "--http-put-response-hop-limit 2")
    }

    private func get(_ path: String, token: RedactedString) async throws -> APIResponse {
        let call = try call(
            "GET", path, headers: [(name: "X-aws-ec2-metadata-token", value: token.withValue { $0 })])
        do {
            return try await client().send(call)
        } catch let error as CredentialsClient.Unreachable {
            throw CredentialsError(
                source: name, problem: "\(try endpoint()) stopped answering (\(error.reason))", remedy: "try again",
                isTransient: true)
        }
    }

    private func call(
        _ method: String, _ path: String, headers: [(name: String, value: String)] = []
    ) throws(CredentialsError) -> APICall {
        APICall(
            service: "imds", operation: "\(method) \(path)", kind: .read, method: method, url: try endpoint() + path,
            headers: headers, body: [], isIdempotent: true)
    }

    /// - Parameter attempts: how often a call is made in all; nil for as often as is configured.
    private func client(attempts: Int? = nil) throws(CredentialsError) -> CredentialsClient {
        let seconds = try positive("AWS_METADATA_SERVICE_TIMEOUT") ?? 1
        let configured = try self.attempts()
        return CredentialsClient(
            environment: configuration.environment, isLocal: true, attempts: attempts ?? configured,
            timeLimit: .seconds(seconds))
    }

    private func attempts() throws(CredentialsError) -> Int {
        try positive("AWS_METADATA_SERVICE_NUM_ATTEMPTS") ?? 2
    }

    private func positive(_ variable: String) throws(CredentialsError) -> Int? {
        guard let text = configuration.variable(variable) else { return nil }
        guard let value = Int(text), value > 0 else {
            throw CredentialsError(
                source: name, problem: "\(variable) is \(text.debugDescription)", remedy: "give a whole number above 0")
        }
        return value
    }

    /// The service's address: an endpoint that is given, or else the one of the mode (IPv4 or IPv6).
    private func endpoint() throws(CredentialsError) -> String {
        let given =
            configuration.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT")
            ?? configuration.profile?["ec2_metadata_service_endpoint"]
        if let given {
            do throws(MalformedURL) {
                _ = try SplitURL(given)
            } catch {
                throw CredentialsError(
                    source: name, problem: "AWS_EC2_METADATA_SERVICE_ENDPOINT can't be called: \(error)",
                    remedy: "give an absolute URL such as http://169.254.169.254")
            }
            return given.hasSuffix("/") ? String(given.dropLast()) : given
        }
        let mode =
            configuration.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")
            ?? configuration.profile?["ec2_metadata_service_endpoint_mode"] ?? "IPv4"
        switch mode.lowercased() {
        case "ipv4": return "http://169.254.169.254"
        case "ipv6": return "http://[fd00:ec2::254]"
        default:
            throw CredentialsError(
                source: name, problem: "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is \(mode.debugDescription)",
                remedy: "give IPv4 or IPv6")
        }
    }
}
