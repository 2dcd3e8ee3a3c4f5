import Provisioning

extension AWSExecution {
    func createListener(
        _ asked: ListenerSpec, _ asking: PendingCreation, permit: borrowing WritePermit
    ) async throws -> String {
        let context = asking.context
        let spec = try asked.withCertificatesAtHand(in: context, insteadOfDefault: nil)
        let creation = PendingCreation(ownership: asking.ownership, resource: .listener(spec), context: context)
        let loadBalancer = try context.identifier(of: spec.loadBalancer)
        let told: LoadBalancing.Listener
        do {
            told = try await client.createListener(
                [QueryParameter("LoadBalancerArn", .text(loadBalancer)), QueryParameter("Port", .integer(spec.port))]
                    + (try Self.parameters(of: spec, in: context)) + [QueryParameter("Tags", .pairs(spec.tags))],
                permit: permit)
        } catch let error as ProviderError where error.kind == .alreadyExists {
            let listeners = try await client.listeners(ofLoadBalancer: loadBalancer)
            guard let found = listeners.first(where: { $0.port == spec.port }) else {
                throw creation.notYetVisible("a listener on port \(spec.port)")
            }
            told = found
        }
        let arn = told.listenerArn
        guard let reading = try await client.reading(of: told) else {
            throw creation.notYetVisible("the listener \(arn)")
        }
        let tags = try await client.tags([arn])[arn]
        guard creation.isMarked(by: tags) else { throw creation.conflict("a listener on port \(spec.port)") }
        let existing = ListenerSpec(
            told, loadBalancer: loadBalancer, certificates: reading.certificates, attributes: reading.attributes,
            tags: ManagedTags.of(tags ?? [:]))
        let change = try creation.change(of: .listener(existing), identifier: arn)
        try await update(change, in: context, permit: permit)
        return arn
    }

    /// Everything that is said of a listener at once.
    private static func parameters(
        of spec: ListenerSpec, in context: OperationContext
    ) throws -> [QueryParameter] {
        [
            QueryParameter("Protocol", .text(spec.protocol)),
            QueryParameter("DefaultActions", try RuleAction.query(spec.defaultActions, in: context)),
        ] + (try security(of: spec, in: context))
    }

    /// What is said of a listener with HTTPS.
    private static func security(of spec: ListenerSpec, in context: OperationContext) throws -> [QueryParameter] {
        guard spec.protocol == "HTTPS" else { return [] }
        var parameters: [QueryParameter] = []
        if let policy = spec.sslPolicy { parameters.append(QueryParameter("SslPolicy", .text(policy))) }
        if let certificate = spec.defaultCertificate {
            parameters.append(try standard(certificate, in: context))
        }
        if let authentication = spec.mutualAuthentication {
            parameters.append(QueryParameter("MutualAuthentication", try authentication.query(in: context)))
        }
        return parameters
    }

    private static func standard(_ certificate: ResourceLink, in context: OperationContext) throws -> QueryParameter {
        let arn = try context.identifier(of: certificate)
        return QueryParameter(
            "Certificates", .list([.structure([QueryParameter("CertificateArn", .text(arn))])]))
    }

    func updateListener(
        from old: ListenerSpec, to asked: ListenerSpec, _ change: PendingChange, in context: OperationContext,
        permit: borrowing WritePermit
    ) async throws {
        let arn = change.identifier
        let spec = try asked.withCertificatesAtHand(in: context, insteadOfDefault: old.defaultCertificate)
        let wanted = Set(try spec.certificates.map(context.identifier))
        let present = Set(try old.certificates.map(context.identifier))
        let isSecureAlready = old.protocol == "HTTPS"
        // Those that would go serve on while one that is to take over can't be had.
        let isWhole = spec == asked
        var going =
            isWhole && change.touches("certificates") && isSecureAlready ? present.subtracting(wanted).sorted() : []
        // What becomes the default one isn't taken away as one that is chosen by name.
        let standard = try spec.defaultCertificate.map(context.identifier)
        going.removeAll { $0 == standard }
        if isSecureAlready, change.touches("certificates") {
            let first = going.prefix(spec.certificatesToRemoveFirst)
            going.removeFirst(first.count)
            try await addCertificates(
                wanted.subtracting(present).sorted(), toListener: arn, removing: Array(first), elseAlso: &going,
                permit: permit)
        }
        if change.touches("defaultActions") {
            try await warmUp(
                .listener(arn), from: old.defaultActions, to: spec.defaultActions, in: context, permit: permit)
        }
        let parameters = try Self.changes(to: spec, change, in: context)
        if !parameters.isEmpty { try await client.modifyListener(arn, parameters, permit: permit) }
        if spec.protocol == "HTTPS" {
            let kept = isSecureAlready ? try await kept(of: wanted, onListener: arn, after: change) : []
            let lacking = wanted.subtracting(kept).sorted()
            if !lacking.isEmpty { try await client.addCertificates(lacking, toListener: arn, permit: permit) }
        }
        if spec.protocol == "HTTPS", !going.isEmpty {
            try await client.removeCertificates(going, fromListener: arn, permit: permit)
        }
        let attributes = change.attributes(of: spec.attributes)
        if !attributes.isEmpty { try await client.setAttributes(attributes, ofListener: arn, permit: permit) }
        try await updateTags(change, permit: permit)
    }

    /// Which of the certificates a listener presents still: another default one takes the others along on some servers.
    private func kept(
        of wanted: Set<String>, onListener arn: String, after change: PendingChange
    ) async throws -> Set<String> {
        guard !wanted.isEmpty, change.touches("defaultCertificate") else { return wanted }
        return wanted.intersection(try await client.certificates(ofListener: arn))
    }

    /// Adds certificates before anything stops presenting those that go, as far as there is room for both.
    ///
    /// - Parameters:
    ///   - first: those that go before.
    ///   - rest: those that go after, and before where AWS has no room all the same; then it is empty.
    private func addCertificates(
        _ new: [String], toListener arn: String, removing first: [String], elseAlso rest: inout [String],
        permit: borrowing WritePermit
    ) async throws {
        if !first.isEmpty { try await client.removeCertificates(first, fromListener: arn, permit: permit) }
        guard !new.isEmpty else { return }
        do {
            try await client.addCertificates(new, toListener: arn, permit: permit)
        } catch let error as ProviderError where error.kind == .limitExceeded && !rest.isEmpty {
            try await client.removeCertificates(rest, fromListener: arn, permit: permit)
            rest = []
            try await client.addCertificates(new, toListener: arn, permit: permit)
        }
    }

    /// What `ModifyListener` is told.
    private static func changes(
        to spec: ListenerSpec, _ change: PendingChange, in context: OperationContext
    ) throws -> [QueryParameter] {
        var parameters: [QueryParameter] = []
        if change.touches("port") { parameters.append(QueryParameter("Port", .integer(spec.port))) }
        if change.touches("defaultActions") {
            parameters.append(
                QueryParameter("DefaultActions", try RuleAction.query(spec.defaultActions, in: context)))
        }
        if change.touches("protocol") {
            return parameters + [QueryParameter("Protocol", .text(spec.protocol))]
                + (try security(of: spec, in: context))
        }
        if change.touches("sslPolicy"), let policy = spec.sslPolicy {
            parameters.append(QueryParameter("SslPolicy", .text(policy)))
        }
        if change.touches("defaultCertificate"), let certificate = spec.defaultCertificate {
            parameters.append(try standard(certificate, in: context))
        }
        if change.touches("mutualAuthentication") {
            let authentication = spec.mutualAuthentication ?? ListenerSpec.MutualAuthentication(mode: "off")
            parameters.append(QueryParameter("MutualAuthentication", try authentication.query(in: context)))
        }
        return parameters
    }
}

extension ListenerSpec {
    /// The listener without the certificates that couldn't be imported: theirs are the hosts of single Ingresses, and the
    /// others go on.
    ///
    /// - Parameter present: the default certificate that the listener has, which stays where the new one can't be had.
    /// - Throws: ``ProviderError`` where it has none left, without which there is no HTTPS.
    fileprivate func withCertificatesAtHand(
        in context: OperationContext, insteadOfDefault present: ResourceLink?
    ) throws -> ListenerSpec {
        guard let defaultCertificate else { return self }
        func isAtHand(_ link: ResourceLink) -> Bool { (try? context.identifier(of: link)) != nil }
        var spec = self
        spec.certificates = certificates.filter(isAtHand)
        guard !isAtHand(defaultCertificate) else { return spec }
        if let present {
            spec.defaultCertificate = present
            return spec
        }
        guard !spec.certificates.isEmpty else {
            throw ProviderError(
                kind: .invalid, operation: "listener on port \(port)", code: "NoCertificate",
                message: "none of its certificates could be imported, and HTTPS takes one; mend them, and run again")
        }
        spec.defaultCertificate = spec.certificates.removeFirst()
        return spec
    }
}

extension ListenerSpec.MutualAuthentication {
    fileprivate func query(in context: OperationContext) throws -> ParameterValue {
        var parameters = [QueryParameter("Mode", .text(mode))]
        if let trustStore {
            parameters.append(QueryParameter("TrustStoreArn", .text(try context.identifier(of: trustStore))))
        }
        if mode == "verify" {
            parameters.append(
                QueryParameter("IgnoreClientCertificateExpiry", .boolean(ignoresClientCertificateExpiry)))
        }
        return .structure(parameters)
    }
}
