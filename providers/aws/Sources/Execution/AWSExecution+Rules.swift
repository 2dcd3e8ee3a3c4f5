import Provisioning

extension AWSExecution {
    func createRule(
        _ spec: RuleSpec, _ creation: PendingCreation, permit: borrowing WritePermit
    ) async throws -> String {
        let context = creation.context
        let listener = try context.identifier(of: spec.listener)
        do {
            var parameters = [
                QueryParameter("ListenerArn", .text(listener)),
                QueryParameter("Priority", .integer(spec.priority)),
                QueryParameter("Conditions", .list(spec.conditions.map(\.query))),
                QueryParameter("Actions", try RuleAction.query(spec.actions, in: context)),
                QueryParameter("Tags", .pairs(spec.tags)),
            ]
            if !spec.transforms.isEmpty {
                parameters.append(QueryParameter("Transforms", .list(spec.transforms.map(\.query))))
            }
            return try await client.createRule(parameters, permit: permit).ruleArn
        } catch let error as ProviderError where error.kind == .alreadyExists {
            return try await takeRule(spec, listener: listener, creation, permit: permit)
        }
    }

    /// Takes the rule that an earlier try made, whose answer was lost.
    private func takeRule(
        _ spec: RuleSpec, listener: String, _ creation: PendingCreation, permit: borrowing WritePermit
    ) async throws -> String {
        let rules = try await client.rules(ofListener: listener)
        guard let told = rules.first(where: { $0.priority == String(spec.priority) }) else {
            throw creation.notYetVisible("a rule with priority \(spec.priority)")
        }
        let tags = try await client.tags([told.ruleArn])[told.ruleArn]
        guard creation.isMarked(by: tags),
            let existing = RuleSpec(told, listener: listener, tags: ManagedTags.of(tags ?? [:]))
        else {
            throw ProviderError(
                kind: .alreadyExists, operation: "elasticloadbalancing:CreateRule", code: "PriorityInUse",
                message: "the priority \(spec.priority) was taken meanwhile by the rule \(told.ruleArn); run again")
        }
        let change = try creation.change(of: .rule(existing), identifier: told.ruleArn)
        try await update(change, in: creation.context, permit: permit)
        return told.ruleArn
    }

    func updateRule(
        from old: RuleSpec, to spec: RuleSpec, _ change: PendingChange, in context: OperationContext,
        permit: borrowing WritePermit
    ) async throws {
        var parameters: [QueryParameter] = []
        if change.touches("actions") {
            try await warmUp(
                .rule(change.identifier), from: old.actions, to: spec.actions, in: context, permit: permit)
            parameters.append(QueryParameter("Actions", try RuleAction.query(spec.actions, in: context)))
        }
        if change.touches("conditions") {
            parameters.append(QueryParameter("Conditions", .list(spec.conditions.map(\.query))))
        }
        if change.touches("transforms") {
            parameters.append(
                spec.transforms.isEmpty
                    ? QueryParameter("ResetTransforms", .boolean(true))
                    : QueryParameter("Transforms", .list(spec.transforms.map(\.query))))
        }
        if !parameters.isEmpty { try await client.modifyRule(change.identifier, parameters, permit: permit) }
        try await updateTags(change, permit: permit)
    }
}

// MARK: - What rules are made of

extension RuleAction {
    /// Actions as calls give them.
    static func query(_ actions: [RuleAction], in context: OperationContext) throws -> ParameterValue {
        let values = try actions.enumerated().map { index, action in
            let order = actions.count > 1 ? [QueryParameter("Order", .integer(index + 1))] : []
            return ParameterValue.structure(try action.parameters(in: context) + order)
        }
        return .list(values)
    }

    private func parameters(in context: OperationContext) throws -> [QueryParameter] {
        switch self {
        case .forward(let forward):
            return [QueryParameter("Type", "forward"), QueryParameter("ForwardConfig", try forward.query(in: context))]
        case .redirect(let redirect):
            return [QueryParameter("Type", "redirect"), QueryParameter("RedirectConfig", redirect.parameters)]
        case .fixedResponse(let response):
            var parameters = [QueryParameter("StatusCode", .integer(response.statusCode))]
            parameters.append(QueryParameter("ContentType", .text(response.contentType)))
            if !response.body.isEmpty { parameters.append(QueryParameter("MessageBody", .text(response.body))) }
            return [
                QueryParameter("Type", "fixed-response"), QueryParameter("FixedResponseConfig", .structure(parameters)),
            ]
        }
    }
}

extension RuleAction.Forward {
    fileprivate func query(in context: OperationContext) throws -> ParameterValue {
        let groups = try targetGroups.map { weighted in
            ParameterValue.structure([
                QueryParameter("TargetGroupArn", .text(try context.identifier(of: weighted.targetGroup))),
                QueryParameter("Weight", .integer(weighted.weight)),
            ])
        }
        var stickiness = [QueryParameter("Enabled", .boolean(stickinessSeconds != nil))]
        if let stickinessSeconds { stickiness.append(QueryParameter("DurationSeconds", .integer(stickinessSeconds))) }
        return .structure([
            QueryParameter("TargetGroups", .list(groups)),
            QueryParameter("TargetGroupStickinessConfig", .structure(stickiness)),
        ])
    }
}

extension RuleAction.Redirect {
    fileprivate var parameters: ParameterValue {
        .structure([
            QueryParameter("Protocol", .text(`protocol`)), QueryParameter("Host", .text(host)),
            QueryParameter("Port", .text(port)), QueryParameter("Path", .text(path)),
            QueryParameter("Query", .text(query)), QueryParameter("StatusCode", .text("HTTP_\(statusCode)")),
        ])
    }
}

extension RuleCondition {
    /// The condition as calls give it.
    var query: ParameterValue {
        switch self {
        case .hostHeader(let values): Self.query("host-header", "HostHeaderConfig", values: values)
        case .hostHeaderExpressions(let values): Self.query("host-header", "HostHeaderConfig", expressions: values)
        case .pathPattern(let values): Self.query("path-pattern", "PathPatternConfig", values: values)
        case .pathExpressions(let values): Self.query("path-pattern", "PathPatternConfig", expressions: values)
        case .httpHeader(let name, let values):
            Self.query("http-header", "HttpHeaderConfig", header: name, values: values)
        case .httpHeaderExpressions(let name, let values):
            Self.query("http-header", "HttpHeaderConfig", header: name, expressions: values)
        case .httpRequestMethod(let values):
            Self.query("http-request-method", "HttpRequestMethodConfig", values: values)
        case .sourceIP(let values): Self.query("source-ip", "SourceIpConfig", values: values)
        case .queryString(let pairs):
            .structure([
                QueryParameter("Field", "query-string"),
                QueryParameter(
                    "QueryStringConfig", .structure([QueryParameter("Values", .list(pairs.map(\.query)))])),
            ])
        }
    }

    private static func query(
        _ field: String, _ configuration: String, header: String? = nil, values: [String] = [],
        expressions: [String] = []
    ) -> ParameterValue {
        var parameters: [QueryParameter] = []
        if let header { parameters.append(QueryParameter("HttpHeaderName", .text(header))) }
        if !values.isEmpty { parameters.append(QueryParameter("Values", .texts(values))) }
        if !expressions.isEmpty { parameters.append(QueryParameter("RegexValues", .texts(expressions))) }
        return .structure([
            QueryParameter("Field", .text(field)), QueryParameter(configuration, .structure(parameters)),
        ])
    }
}

extension RuleCondition.QueryValue {
    fileprivate var query: ParameterValue {
        let name = key.map { [QueryParameter("Key", .text($0))] } ?? []
        return .structure(name + [QueryParameter("Value", .text(value))])
    }
}

extension RuleTransform {
    /// The transform as calls give it.
    var query: ParameterValue {
        let name =
            switch kind {
            case .hostHeaderRewrite: "HostHeaderRewriteConfig"
            case .urlRewrite: "UrlRewriteConfig"
            }
        let rewrite = ParameterValue.structure([
            QueryParameter("Regex", .text(expression)), QueryParameter("Replace", .text(replacement)),
        ])
        return .structure([
            QueryParameter("Type", .text(kind.rawValue)),
            QueryParameter(name, .structure([QueryParameter("Rewrites", .list([rewrite]))])),
        ])
    }
}
