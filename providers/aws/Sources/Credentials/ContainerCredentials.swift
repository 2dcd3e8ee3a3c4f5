import Foundation
import ProviderHTTP

/// Credentials from the endpoint that ECS gives a task, and EKS Pod Identity a pod.
///
/// See "Container credential provider" in the AWS SDKs and Tools Reference Guide.
package struct ContainerCredentials: AWSCredentialsSource {
    package let name = "container endpoint"
    private let environment: AWSSurroundings

    package init(environment: AWSSurroundings) {
        self.environment = environment
    }

    package func find() async throws -> CredentialsFinding {
        let url: String
        if let path = environment.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            guard path.hasPrefix("/") else {
                throw CredentialsError(
                    source: name, problem: "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI doesn't begin with a slash",
                    remedy: "correct the variable, or leave it to ECS to set it")
            }
            url = "http://169.254.170.2\(path)"
        } else if let full = environment.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
            try checkHost(of: full)
            url = full
        } else {
            return .absent(
                "neither AWS_CONTAINER_CREDENTIALS_FULL_URI nor AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is set")
        }
        return .found(try await fetch(url))
    }

    /// Over plain HTTP the token may go only to this machine and to the addresses of ECS's and EKS's agents.
    private func checkHost(of url: String) throws(CredentialsError) {
        let split: SplitURL
        do throws(MalformedURL) {
            split = try SplitURL(url)
        } catch {
            throw CredentialsError(
                source: name, problem: "AWS_CONTAINER_CREDENTIALS_FULL_URI can't be called: \(error)",
                remedy: "correct the variable, or leave it to ECS or EKS to set it")
        }
        guard split.scheme != "https", !Self.isTrusted(split.hostname) else { return }
        throw CredentialsError(
            source: name,
            problem: "AWS_CONTAINER_CREDENTIALS_FULL_URI names the host \(split.hostname.debugDescription) over plain "
                + "HTTP",
            remedy: "use https, or one of localhost, a loopback address, 169.254.170.2, 169.254.170.23, [fd00:ec2::23]")
    }

    private static func isTrusted(_ host: String) -> Bool {
        if ["localhost", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"].contains(host.lowercased()) {
            return true
        }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private func fetch(_ url: String) async throws -> AWSCredentials {
        var headers: [(name: String, value: String)] = [(name: "Accept", value: "application/json")]
        if let token = try authorization() {
            headers.append((name: "Authorization", value: token.withValue { $0 }))
        }
        let call = APICall(
            service: "container", operation: "GetCredentials", kind: .read, method: "GET", url: url, headers: headers,
            body: [], isIdempotent: true)
        let response: APIResponse
        do {
            response = try await CredentialsClient(environment: environment, isLocal: true, timeLimit: .seconds(2))
                .send(call)
        } catch let error as CredentialsClient.Unreachable {
            throw CredentialsError(
                source: name, problem: "\(url) can't be reached (\(error.reason))",
                remedy: "check that the ECS agent or the EKS Pod Identity Agent runs on the node", isTransient: true)
        }
        let document = try? JSONDecoder().decode(CredentialsDocument.self, from: Data(response.body))
        guard response.status == 200, let document else {
            let said = [document?.code, document?.message].compactMap(\.self).joined(separator: ": ")
            throw CredentialsError(
                source: name,
                problem: "\(url) answered with status \(response.status)" + (said.isEmpty ? "" : " (\(said))"),
                remedy: "check the task's role, or the pod identity association of the service account",
                isTransient: response.status >= 500 || response.status == 429)
        }
        return try document.credentials(
            source: name, remedy: "check that the ECS agent or the EKS Pod Identity Agent is what answers at \(url)")
    }

    private func authorization() throws(CredentialsError) -> RedactedString? {
        if let path = environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
            return try SecretFile.read(
                path, environment: environment, source: name,
                remedy: "check that EKS Pod Identity's token is projected into the pod at that path")
        }
        guard let token = environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN") else { return nil }
        guard !token.contains(where: \.isNewline) else {
            throw CredentialsError(
                source: name, problem: "AWS_CONTAINER_AUTHORIZATION_TOKEN has a line break",
                remedy: "set it to the token alone")
        }
        return RedactedString(token)
    }
}
