internal import LoadBalancerModel
internal import Provisioning

/// Something that annotations ask of a load balancer and AWS doesn't take.
struct SettingRefusal: Hashable {
    var source: SettingSource
    /// What of the annotation isn't taken, where it holds several things; nil for all of it.
    var part: String?
    /// The value, what is wrong with it, and the remedy.
    var message: String
}

/// A plan with those of its settings that AWS takes.
///
/// What the parameters of the class say is the load balancer owner's, and an error where it is wrong. What annotations of
/// an Ingress say isn't let stop the Ingresses that share the load balancer: it is left out by itself. What guards the
/// load balancer is never replaced by less: it stays as it stands, and the Ingresses that ask for it are quarantined.
struct PlanSettings {
    /// Without what was refused.
    private(set) var plan: LoadBalancerPlan
    private(set) var settings: AWSSettings
    private(set) var refusals: [SettingRefusal] = []
    /// What stays although AWS wouldn't take it anew.
    private var remarks: [FidelityFinding] = []

    /// Reads the settings of a plan, without looking at the account.
    ///
    /// - Throws: ``LoweringError`` that names every setting of the parameters at fault, its value and the remedy; for guards
    ///   of annotations as well.
    init(_ plan: LoadBalancerPlan) throws(LoweringError) {
        self.plan = plan
        settings = AWSSettings()
        let sources = plan.provider.sources ?? [:]
        var accepted = plan.provider.settings
        for (name, value) in plan.provider.settings.sorted(by: { $0.key < $1.key }) {
            guard let source = sources[name], !source.isGuarding,
                let problem = AWSSettings.problem(name, value)
            else { continue }
            refuse(source, part: name.contains(".") ? name : nil, problem)
            accepted[name] = nil
        }
        for (name, problem) in AWSSettings.logsWithoutBucket(accepted) {
            guard let source = sources[name] else { continue }
            refuse(source, part: name, problem)
            accepted[name] = nil
        }
        settings = try AWSSettings(accepted, sources: sources)
        try checkTags(sources)
    }

    /// The Ingresses that mustn't be served, for they ask for a guard that can't be had.
    var quarantined: [Quarantine] {
        refusals.filter(\.source.isGuarding).flatMap { refusal in
            refusal.source.ingresses.map { ingress in
                Quarantine(
                    member: ingress, reason: "InvalidSetting",
                    message: "\(refusal.source.field): \(refusal.message)")
            }
        }
    }

    /// Whether no Ingress is left that may be served.
    var isForNobody: Bool {
        let refused = Set(quarantined.map(\.member))
        return !refused.isEmpty && plan.routes.allSatisfy { $0.ingress.map(refused.contains) ?? true }
    }

    /// What was left out, each once for each of the Ingresses that ask for it, and what stays for as long as it stands.
    var findings: [FidelityFinding] {
        remarks
            + refusals.filter { !$0.source.isGuarding }.flatMap { refusal in
                refusal.source.ingresses.map { ingress in
                    FidelityFinding(
                        severity: .unsupported, object: "Ingress \(ingress)",
                        message: "\(refusal.source.field): \(refusal.part ?? "it") is left out, for \(refusal.message)")
                }
            }
    }

    /// Leaves a guard as it stands.
    private mutating func leaveUnsettled(_ guarded: LoadBalancerGuard) {
        guard !plan.leavesUnsettled(guarded) else { return }
        plan.unsettledGuards = (plan.unsettledGuards ?? []) + [guarded]
    }

    private func source(of name: String) -> SettingSource? { plan.provider.sources?[name] }

    private mutating func refuse(_ source: SettingSource, part: String? = nil, _ message: String) {
        let refusal = SettingRefusal(source: source, part: part, message: message)
        if !refusals.contains(refusal) { refusals.append(refusal) }
    }

    // MARK: Tags

    private mutating func checkTags(_ sources: [String: SettingSource]) throws(LoweringError) {
        func source(_ key: String) -> SettingSource? { sources[ProviderSelection.tagPrefix + key] }
        for (key, value) in plan.attributes.tags.sorted(by: { $0.key < $1.key }) {
            guard let source = source(key), let problem = PlanTags.problem(key, value) else { continue }
            refuse(source, part: "the tag \(key)", problem)
            plan.attributes.tags[key] = nil
        }
        // The parameters' tags stay; of the others those at the end of the alphabet have no room.
        let asked = plan.attributes.tags.keys.filter { source($0) != nil }.sorted()
        for key in asked.suffix(max(0, plan.attributes.tags.count - PlanTags.room)) {
            if let source = source(key) {
                refuse(
                    source, part: "the tag \(key)", "AWS has room for \(PlanTags.room) beside Headgate's; remove some")
            }
            plan.attributes.tags[key] = nil
        }
        try PlanTags.check(plan.attributes.tags)
    }

    // MARK: Guards of Ingresses that aren't served

    /// Leaves the guards of a load balancer that exists as they stand where nobody asks for them but Ingresses of which
    /// nothing new is served: nothing opens or closes for those.
    ///
    /// - Returns: whether that makes a difference.
    mutating func leaveUnsettled(askedForByNoneBut left: Set<String>, _ standing: StandingResources) -> Bool {
        guard !left.isEmpty, let scheme = standing.scheme else { return false }
        let before = self
        var ports: Set<Int> = []
        for (name, source) in (plan.provider.sources ?? [:]).sorted(by: { $0.key < $1.key })
        where source.isGuarding && source.ingresses.allSatisfy(left.contains) {
            if name == ProviderSelection.scheme {
                plan.scheme = scheme
                leaveUnsettled(.scheme)
            } else if name.hasPrefix(ProviderSelection.listenerPrefix),
                let port = Int(name.dropFirst(ProviderSelection.listenerPrefix.count))
            {
                ports.insert(port)
                leaveUnsettled(.listeners)
            } else if let guarded = settings.withdraw(name) {
                leaveUnsettled(guarded)
            }
        }
        if !ports.isEmpty { plan.keepPorts(standing.ports, without: ports) }
        return plan != before.plan || settings != before.settings
    }

    // MARK: What the account has to have

    /// Leaves out what the account doesn't have.
    ///
    /// - Throws: ``LoweringError`` that names every setting of the parameters at fault, its value and the remedy.
    mutating func resolve(in environment: AWSEnvironment) throws(LoweringError) {
        checkScheme(environment)
        checkSubnets(environment)
        checkAddressFamily(environment)
        checkSecurityGroups(environment)
        checkTrustStores(environment)
        let problems =
            checkSecurityPolicy(environment) + checkWebACL(environment) + checkCertificates(environment)
        guard problems.isEmpty else {
            throw LoweringError(reason: "SettingNotFound", message: problems.joined(separator: "; "))
        }
    }

    private func choice(_ environment: AWSEnvironment, needsIPv6: Bool) -> SubnetChoice {
        let part = LoadBalancerPart(plan, number: 1)
        return SubnetChoice(
            environment: environment, scheme: plan.scheme, needsIPv6: needsIPv6,
            attached: environment.standing.subnets(of: part.loadBalancer, scheme: part.scheme), place: "")
    }

    /// A load balancer that exists doesn't go for one that has no place.
    private mutating func checkScheme(_ environment: AWSEnvironment) {
        guard let source = source(of: ProviderSelection.scheme), let standing = environment.standing.scheme,
            standing != plan.scheme, settings.subnets.isEmpty
        else { return }
        do throws(LoweringError) {
            _ = try choice(environment, needsIPv6: false).choose(given: [])
        } catch {
            refuse(source, "\"\(plan.scheme.rawValue)\" can't be had: \(error.message)")
            plan.scheme = standing
            leaveUnsettled(.scheme)
        }
    }

    private mutating func checkSubnets(_ environment: AWSEnvironment) {
        guard let source = source(of: "subnets"), !settings.subnets.isEmpty else { return }
        let choice = choice(environment, needsIPv6: false)
        do throws(LoweringError) {
            _ = try choice.choose(given: settings.subnets)
        } catch {
            refuse(source, error.message)
            // What serves isn't moved for a value that is left out.
            settings.subnets = choice.attached
            do throws(LoweringError) { _ = try choice.choose(given: choice.attached) } catch { settings.subnets = [] }
        }
    }

    private mutating func checkAddressFamily(_ environment: AWSEnvironment) {
        guard let source = source(of: ProviderSelection.addressFamily), plan.addressing.family != .ipv4 else { return }
        let given = settings.subnets
        do throws(LoweringError) {
            _ = try choice(environment, needsIPv6: false).choose(given: given)
        } catch {
            // There is more amiss than the family.
            return
        }
        do throws(LoweringError) {
            _ = try choice(environment, needsIPv6: true).choose(given: given)
        } catch {
            refuse(source, error.message)
            plan.addressing.family = .ipv4
        }
    }

    private mutating func checkSecurityGroups(_ environment: AWSEnvironment) {
        guard let source = source(of: "securityGroups"), !settings.securityGroups.isEmpty else { return }
        do throws(LoweringError) {
            _ = try SecurityGroupChoice(environment: environment, place: "").choose(settings.securityGroups)
        } catch {
            refuse(source, error.message)
            settings.securityGroups = []
            leaveUnsettled(.clients)
        }
    }

    private mutating func checkTrustStores(_ environment: AWSEnvironment) {
        for (port, listener) in settings.listeners.sorted(by: { $0.key < $1.key }) {
            guard case .arn(let arn) = listener.trustStore, environment.missingTrustStores.contains(arn),
                let source = source(of: "listeners.\(port).trustStore")
            else { continue }
            refuse(
                source, "there is no trust store \(arn) in \(environment.region); correct its ARN, or make it")
            settings.listeners[port]?.mutualAuthentication = nil
            settings.listeners[port]?.trustStore = nil
            settings.listeners[port]?.ignoresClientCertificateExpiry = nil
            leaveUnsettled(.clientCertificates)
        }
    }

    // MARK: What is AWS's or the account's, and only named

    /// - Returns: what is wrong with what the parameters say.
    private mutating func checkSecurityPolicy(_ environment: AWSEnvironment) -> [String] {
        guard let name = settings.sslPolicy, !environment.standing.has(securityPolicy: name),
            let problem = environment.problem(securityPolicy: name)
        else { return [] }
        guard let source = source(of: "sslPolicy") else { return ["provider.settings.sslPolicy: \(problem)"] }
        refuse(source, problem)
        settings.sslPolicy = nil
        leaveUnsettled(.securityPolicy)
        return []
    }

    /// - Returns: what is wrong with what the parameters say.
    private mutating func checkWebACL(_ environment: AWSEnvironment) -> [String] {
        guard case .associated(let arn) = settings.webACL, !environment.standing.isAssociated(withWebACL: arn),
            let problem = environment.problem(webACL: arn)
        else { return [] }
        guard let source = source(of: "wafWebACL") else { return ["provider.settings.wafWebACL: \(problem)"] }
        refuse(source, problem)
        settings.webACL = .unmanaged
        leaveUnsettled(.webACL)
        return []
    }

    /// Leaves out the certificates that AWS wouldn't take, but for those that listeners have: what expires there is served
    /// as it was, and holds up no other change.
    ///
    /// - Returns: what is wrong with what the parameters say.
    private mutating func checkCertificates(_ environment: AWSEnvironment) -> [String] {
        guard plan.listeners.contains(where: { $0.tls != nil }) else { return [] }
        var problems: [String] = []
        var accepted: [String] = []
        for arn in settings.certificateARNs {
            let source =
                self.source(of: ProviderSelection.certificatePrefix + arn) ?? self.source(of: "certificateARNs")
            guard let problem = environment.problem(certificate: arn) else {
                accepted.append(arn)
                continue
            }
            if environment.standing.presents(certificate: arn) {
                accepted.append(arn)
                remark(
                    source, setting: "certificateARNs", "the certificate \(arn) stays as it is served, but \(problem)")
            } else if let source {
                refuse(source, part: "the certificate \(arn)", problem)
            } else {
                problems.append(
                    "provider.settings.certificateARNs: the certificate \(arn) can't be had, for \(problem)")
            }
        }
        let standard = settings.certificateARNs.first
        // What serves isn't moved for a value that is left out.
        if accepted.first != standard, let standing = environment.standing.namedDefaultCertificate {
            accepted = [standing] + accepted.filter { $0 != standing }
        }
        if plan.leavesUnsettled(.listeners) {
            accepted += environment.standing.namedCertificates.filter { !accepted.contains($0) }
        }
        settings.certificateARNs = accepted
        return problems
    }

    /// Tells those who ask for something, or the load balancer's owner, of it.
    private mutating func remark(_ source: SettingSource?, setting: String, _ message: String) {
        let objects = source.map { $0.ingresses.map { "Ingress \($0)" } } ?? ["LoadBalancer \(plan.name)"]
        let field = source?.field ?? "provider.settings.\(setting)"
        remarks += objects.map { object in
            FidelityFinding(severity: .approximated, object: object, message: "\(field): \(message)")
        }
    }
}
