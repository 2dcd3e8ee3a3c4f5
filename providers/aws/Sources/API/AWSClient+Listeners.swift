import Provisioning

extension AWSClient {
    func listeners(ofLoadBalancer arn: String) async throws -> [LoadBalancing.Listener] {
        try await pages(
            .describeListeners, [QueryParameter("LoadBalancerArn", .text(arn))],
            next: { (answer: LoadBalancing.Listeners) in answer.nextMarker }, items: { $0.listeners.all() })
    }

    func listenerAttributes(_ arn: String) async throws -> [String: String] {
        let answer: LoadBalancing.Attributes = try await read(
            .describeListenerAttributes, [QueryParameter("ListenerArn", .text(arn))])
        return answer.attributes.all().dictionary
    }

    /// The certificates of a listener that are chosen by server name, without the default one.
    func certificates(ofListener arn: String) async throws -> [String] {
        let certificates: [LoadBalancing.Certificate] = try await pages(
            .describeListenerCertificates, [QueryParameter("ListenerArn", .text(arn))],
            next: { (answer: LoadBalancing.Certificates) in answer.nextMarker }, items: { $0.certificates.all() })
        // One that was chosen by name may stand in the list once more after it has become the default one.
        let standard = certificates.filter { $0.isDefault?.lowercased() == "true" }.compactMap(\.certificateArn)
        return certificates.compactMap(\.certificateArn).filter { !standard.contains($0) }
    }

    /// Whether there is a security policy of a name. One is missing where AWS says so: moto answers with none, and doesn't
    /// know all of AWS's.
    ///
    /// - Throws: ``ProviderError`` where AWS doesn't say.
    func hasSecurityPolicy(_ name: String) async throws -> Bool {
        do {
            let _: LoadBalancing.SSLPolicies = try await read(
                .describeSSLPolicies, [QueryParameter("Names", .texts([name]))])
            return true
        } catch let error as ProviderError where error.code == "SSLPolicyNotFound" {
            return false
        }
    }

    func createListener(
        _ parameters: [QueryParameter], permit: borrowing WritePermit
    ) async throws -> LoadBalancing.Listener {
        let answer: LoadBalancing.Listeners = try await write(.createListener, parameters, permit: permit)
        return try one(answer.listeners.all(), of: .createListener)
    }

    /// Changes what the parameters name, and leaves all else as it is.
    func modifyListener(
        _ arn: String, _ parameters: [QueryParameter], permit: borrowing WritePermit
    ) async throws {
        try await write(.modifyListener, [QueryParameter("ListenerArn", .text(arn))] + parameters, permit: permit)
    }

    /// Sets attributes, and leaves all others as they are.
    func setAttributes(
        _ attributes: [String: String], ofListener arn: String, permit: borrowing WritePermit
    ) async throws {
        try await write(
            .modifyListenerAttributes,
            [QueryParameter("ListenerArn", .text(arn)), QueryParameter("Attributes", .pairs(attributes))],
            permit: permit)
    }

    func addCertificates(
        _ certificates: [String], toListener arn: String, permit: borrowing WritePermit
    ) async throws {
        try await write(.addListenerCertificates, Self.parameters(certificates, listener: arn), permit: permit)
    }

    func removeCertificates(
        _ certificates: [String], fromListener arn: String, permit: borrowing WritePermit
    ) async throws {
        try await write(.removeListenerCertificates, Self.parameters(certificates, listener: arn), permit: permit)
    }

    private static func parameters(_ certificates: [String], listener arn: String) -> [QueryParameter] {
        [
            QueryParameter("ListenerArn", .text(arn)),
            QueryParameter(
                "Certificates", .list(certificates.map { .structure([QueryParameter("CertificateArn", .text($0))]) })),
        ]
    }

    func deleteListener(_ arn: String, permit: borrowing WritePermit) async throws {
        try await write(.deleteListener, [QueryParameter("ListenerArn", .text(arn))], permit: permit)
    }

    // MARK: Rules

    /// The rules of a listener, the default one among them.
    func rules(ofListener arn: String) async throws -> [LoadBalancing.Rule] {
        try await pages(
            .describeRules, [QueryParameter("ListenerArn", .text(arn))],
            next: { (answer: LoadBalancing.Rules) in answer.nextMarker }, items: { $0.rules.all() })
    }

    func createRule(_ parameters: [QueryParameter], permit: borrowing WritePermit) async throws -> LoadBalancing.Rule {
        let answer: LoadBalancing.Rules = try await write(.createRule, parameters, permit: permit)
        return try one(answer.rules.all(), of: .createRule)
    }

    /// Changes what the parameters name, and leaves all else as it is.
    func modifyRule(_ arn: String, _ parameters: [QueryParameter], permit: borrowing WritePermit) async throws {
        try await write(.modifyRule, [QueryParameter("RuleArn", .text(arn))] + parameters, permit: permit)
    }

    /// Gives rules of one listener their priorities, all at once.
    func setPriorities(
        _ priorities: [(rule: String, priority: Int)], permit: borrowing WritePermit
    ) async throws {
        let pairs = priorities.map { pair in
            ParameterValue.structure([
                QueryParameter("RuleArn", .text(pair.rule)), QueryParameter("Priority", .integer(pair.priority)),
            ])
        }
        try await write(.setRulePriorities, [QueryParameter("RulePriorities", .list(pairs))], permit: permit)
    }

    func deleteRule(_ arn: String, permit: borrowing WritePermit) async throws {
        try await write(.deleteRule, [QueryParameter("RuleArn", .text(arn))], permit: permit)
    }
}
