internal import Foundation
package import ProviderHTTP
import Provisioning

/// Calls AWS's operations, and reads their answers.
package struct AWSClient: Sendable {
    private let transport: APITransport
    let endpoints: AWSEndpoints
    /// The round whose answers are shared; nil where every read is a call.
    private var round: ProposalRound?

    /// - Parameter transport: signs for the region of `endpoints`, and decodes failures by ``AWSErrorDecoder``.
    package init(transport: APITransport, endpoints: AWSEndpoints) {
        self.transport = transport
        self.endpoints = endpoints
    }

    /// The client for what doesn't change while proposals are made: what has been read in the round isn't read again.
    func sharing(_ round: ProposalRound) -> AWSClient {
        var client = self
        client.round = round
        return client
    }

    /// Sends a call that reads.
    private func send(_ call: APICall) async throws -> APIResponse {
        guard let round else { return try await transport.read(call) }
        let text = "\(call.method) \(call.url) \(call.name) \(String(decoding: call.body, as: UTF8.self))"
        return try await round.answer(to: ProposalRound.Question(to: transport, text)) {
            try await transport.read(call)
        }
    }

    // MARK: Query protocol

    /// Calls an operation that reads.
    func read<Answer: Decodable>(_ operation: AWSOperation, _ parameters: [QueryParameter] = []) async throws -> Answer
    {
        let call = call(operation, parameters)
        return try Self.decode(try await send(call), of: call, operation: operation)
    }

    /// Calls an operation that writes.
    func write<Answer: Decodable>(
        _ operation: AWSOperation, _ parameters: [QueryParameter], permit: borrowing WritePermit
    ) async throws -> Answer {
        let call = call(operation, parameters)
        return try Self.decode(try await transport.write(call, permit: permit), of: call, operation: operation)
    }

    /// Calls an operation that writes and whose answer tells nothing that matters.
    func write(
        _ operation: AWSOperation, _ parameters: [QueryParameter], permit: borrowing WritePermit
    ) async throws {
        _ = try await transport.write(call(operation, parameters), permit: permit)
    }

    private func call(_ operation: AWSOperation, _ parameters: [QueryParameter]) -> APICall {
        let isEC2 = operation.service == .ec2
        let header = [
            QueryParameter("Action", .text(operation.rawValue)),
            QueryParameter("Version", .text(Self.version(of: operation.service))),
        ]
        return APICall(
            service: operation.service.rawValue, operation: operation.rawValue, kind: operation.kind,
            url: endpoints.url(of: operation.service) + "/",
            headers: [(name: "Content-Type", value: "application/x-www-form-urlencoded; charset=utf-8")],
            body: Array((header + parameters).form(lists: isEC2 ? .flat : .members).utf8),
            isIdempotent: operation.isIdempotent)
    }

    private static func version(of service: AWSService) -> String {
        switch service {
        case .ec2: "2016-11-15"
        case .securityToken: "2011-06-15"
        case .elasticLoadBalancing, .certificateManager, .webApplicationFirewall, .tagging, .singleSignOn,
            .singleSignOnOIDC:
            "2015-12-01"
        }
    }

    private static func decode<Answer: Decodable>(
        _ response: APIResponse, of call: APICall, operation: AWSOperation
    ) throws -> Answer {
        do {
            return operation.service == .ec2
                ? try XMLAnswers.answer(response.body) : try XMLAnswers.result(of: response.body)
        } catch {
            throw unreadable(response, of: call)
        }
    }

    // MARK: JSON protocol

    /// Calls an operation that reads.
    func readJSON<Answer: Decodable>(_ operation: AWSOperation, _ input: some Encodable) async throws -> Answer {
        let call = try call(operation, json: input, redacting: [])
        return try Self.decodeJSON(try await send(call), of: call)
    }

    /// Calls an operation that writes.
    ///
    /// - Parameter redacting: the members of the input that are secret.
    func writeJSON<Answer: Decodable>(
        _ operation: AWSOperation, _ input: some Encodable, redacting: Set<String> = [], permit: borrowing WritePermit
    ) async throws -> Answer {
        let call = try call(operation, json: input, redacting: redacting)
        return try Self.decodeJSON(try await transport.write(call, permit: permit), of: call)
    }

    /// Calls an operation that writes and whose answer tells nothing that matters.
    func writeJSON(
        _ operation: AWSOperation, _ input: some Encodable, permit: borrowing WritePermit
    ) async throws {
        _ = try await transport.write(try call(operation, json: input, redacting: []), permit: permit)
    }

    private func call(
        _ operation: AWSOperation, json input: some Encodable, redacting: Set<String>
    ) throws -> APICall {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return APICall(
            service: operation.service.rawValue, operation: operation.rawValue, kind: operation.kind,
            url: endpoints.url(of: operation.service) + "/",
            headers: [
                (name: "Content-Type", value: "application/x-amz-json-1.1"),
                (name: "X-Amz-Target", value: "\(Self.target(of: operation.service)).\(operation.rawValue)"),
            ],
            body: Array(try encoder.encode(input)), isIdempotent: operation.isIdempotent, redactedFields: redacting)
    }

    private static func target(of service: AWSService) -> String {
        switch service {
        case .certificateManager: "CertificateManager"
        case .webApplicationFirewall: "AWSWAF_20190729"
        case .tagging: "ResourceGroupsTaggingAPI_20170126"
        case .elasticLoadBalancing, .ec2, .securityToken, .singleSignOn, .singleSignOnOIDC: ""
        }
    }

    private static func decodeJSON<Answer: Decodable>(_ response: APIResponse, of call: APICall) throws -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(response.body))
        } catch {
            throw unreadable(response, of: call)
        }
    }

    private static func unreadable(_ response: APIResponse, of call: APICall) -> ProviderError {
        ProviderError(
            kind: .unexpectedAnswer, operation: call.name,
            message:
                "\(call.endpoint) gave an answer of \(response.body.count) bytes that isn't one of this operation; "
                + "check that the endpoint is that of the service",
            requestID: response.first(name: "x-amzn-requestid"))
    }
}

extension AWSClient {
    /// All pages of a list of the Query protocol.
    ///
    /// - Parameters:
    ///   - marker: the name of the parameter that asks for a page.
    ///   - next: the value of that parameter for the page after an answer.
    func pages<Answer: Decodable & Sendable, Item>(
        _ operation: AWSOperation, _ parameters: [QueryParameter], marker: String = "Marker",
        next: @escaping @Sendable (Answer) -> String?, items: (Answer) -> [Item]
    ) async throws -> [Item] {
        let pages = Pages<Answer, String>(of: "\(operation.service.rawValue):\(operation.rawValue)") { token in
            try await read(operation, parameters + (token.map { [QueryParameter(marker, .text($0))] } ?? []))
        } next: { answer in
            next(answer).flatMap { $0.isEmpty ? nil : $0 }
        }
        return try await pages.items(items)
    }
}
