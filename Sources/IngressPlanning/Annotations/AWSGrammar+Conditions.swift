import LoadBalancerModel
import Routing

extension AWSGrammar {
    /// The conditions of `conditions.NAME`.
    static let conditions = ValueGrammar<RouteConditionSettings>(
        "a JSON list of objects with the `field` `host-header`, `path-pattern`, `http-header`, `http-request-method`, "
            + "`query-string` or `source-ip` and the configuration of that field"
    ) { text throws(AnnotationValueError) in
        do throws(JSONTextError) {
            let entries = try JSONText.parse(text).elements()
            guard !entries.isEmpty else { throw JSONTextError("The list is empty.") }
            var conditions = RouteConditionSettings()
            for entry in entries { try conditions.add(entry) }
            return conditions
        } catch { throw .malformed(hint: "\(error)") }
    }

    /// The transforms of `transforms.NAME`.
    static let transforms = ValueGrammar<PathRewrite>(
        "a JSON list of one object with the `type` `url-rewrite` and a `urlRewriteConfig` with one `regex` and `replace`"
    ) { text throws(AnnotationValueError) in
        do throws(JSONTextError) {
            let entries = try JSONText.parse(text).elements()
            if entries.contains(where: { $0["type"] == .text("host-header-rewrite") }) {
                throw JSONTextError(
                    "The type `host-header-rewrite` isn't supported: the backend gets the request's host.")
            }
            guard entries.count == 1, let entry = entries.first else { throw JSONTextError("Write one transform.") }
            try entry.allow("type", "urlRewriteConfig")
            guard try entry.required("type").string() == "url-rewrite" else {
                throw JSONTextError("The type is not `url-rewrite`.")
            }
            let rewrites = try entry.required("urlRewriteConfig").required("rewrites").elements()
            guard rewrites.count == 1 else { throw JSONTextError("Write one rewrite.") }
            try rewrites[0].allow("regex", "replace")
            let rewrite = PathRewrite(
                kind: .substitution, value: try rewrites[0].required("replace").string(),
                expression: try rewrites[0].required("regex").string())
            do {
                _ = try CompiledRewrite(rewrite, match: PathMatch(kind: .prefix, value: "/"))
            } catch {
                throw JSONTextError(NginxText.sentence("\(error)"))
            }
            return rewrite
        } catch { throw .malformed(hint: "\(error)") }
    }
}

extension RouteConditionSettings {
    /// More make more rules than any load balancer should have for a path.
    private static let maximumAlternatives = 25

    fileprivate mutating func add(_ entry: JSONText) throws(JSONTextError) {
        let field = try entry.required("field").string()
        switch field {
        case "host-header":
            let (names, expressions) = try patterns(entry, "hostHeaderConfig")
            for name in names { try addHost(name) }
            hostExpressions += expressions
        case "path-pattern":
            let (texts, expressions) = try patterns(entry, "pathPatternConfig")
            for text in texts {
                guard let pattern = PathPattern(text) else {
                    throw JSONTextError(
                        "The pattern `\(AnnotationText.shown(text))` begins neither with `/` nor with `*`.")
                }
                paths.append(pattern)
            }
            paths += expressions.map(PathPattern.init(expression:))
        case "http-header": try addHeader(entry)
        case "http-request-method":
            let methods = try values(entry, "httpRequestMethodConfig")
            guard methods.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(TokenText.isTokenByte) }) else {
                throw JSONTextError("A method isn't one of HTTP.")
            }
            guard alternatives.allSatisfy(\.methods.isEmpty) else { throw JSONTextError("Name methods once.") }
            for index in alternatives.indices { alternatives[index].methods = methods }
        case "query-string": try addQuery(entry)
        case "source-ip":
            let networks = try values(entry, "sourceIpConfig")
            if let stranger = networks.first(where: { !$0.contains("/") || CIDRBlock($0) == nil }) {
                throw JSONTextError("`\(AnnotationText.shown(stranger))` is not a network such as `10.0.0.0/8`.")
            }
            guard alternatives.allSatisfy(\.clientNetworks.isEmpty) else { throw JSONTextError("Name networks once.") }
            for index in alternatives.indices { alternatives[index].clientNetworks = networks }
        default:
            throw JSONTextError("The field `\(AnnotationText.shown(field))` is not known.")
        }
    }

    private func values(_ entry: JSONText, _ configuration: String) throws(JSONTextError) -> [String] {
        try entry.allow("field", configuration)
        let object = try entry.required(configuration)
        if object["regexValues"] != nil {
            throw JSONTextError("`regexValues` are for headers, hosts and paths.")
        }
        try object.allow("values")
        return try object.required("values").strings()
    }

    /// The values and the expressions of a condition that has either.
    private func patterns(
        _ entry: JSONText, _ configuration: String
    ) throws(JSONTextError) -> (values: [String], expressions: [String]) {
        try entry.allow("field", configuration)
        let object = try entry.required(configuration)
        try object.allow("values", "regexValues")
        let values = try object["values"]?.strings() ?? []
        let expressions = try object["regexValues"]?.strings() ?? []
        guard !values.isEmpty || !expressions.isEmpty else { throw JSONTextError("`values` is missing.") }
        for expression in expressions {
            if let problem = Self.problem(of: expression) { throw JSONTextError(problem) }
        }
        return (values, expressions)
    }

    /// A name, `*.` and a name for one label below it, or a pattern with other wildcards.
    private mutating func addHost(_ text: String) throws(JSONTextError) {
        let host = text.lowercased()
        let name = host.hasPrefix("*.") ? host.dropFirst(2) : host[...]
        let isPattern = PathPattern.hasWildcards(String(name))
        let isName = name.utf8.allSatisfy { TokenText.isAlphanumeric($0) || "-.*?".utf8.contains($0) }
        guard !name.isEmpty, isName, !name.hasPrefix("."), !name.hasSuffix("."), !name.contains("..") else {
            throw JSONTextError("The host `\(AnnotationText.shown(text))` is neither a name nor a pattern for one.")
        }
        guard isPattern else { return hosts.append(host) }
        hostExpressions.append(PathMatch(kind: .pattern, value: host).searchExpression ?? host)
    }

    // MARK: Headers and queries

    private mutating func addHeader(_ entry: JSONText) throws(JSONTextError) {
        try entry.allow("field", "httpHeaderConfig")
        let object = try entry.required("httpHeaderConfig")
        try object.allow("httpHeaderName", "values", "regexValues")
        let name = try object.required("httpHeaderName").string()
        guard !name.isEmpty, name.utf8.allSatisfy(TokenText.isTokenByte), name.lowercased() != "host" else {
            throw JSONTextError("`\(AnnotationText.shown(name))` is not the name of a header that can be compared.")
        }
        var matches: [ValueMatch] = []
        for value in try object["values"]?.strings() ?? [] { matches.append(Self.match(name, value)) }
        for expression in try object["regexValues"]?.strings() ?? [] {
            if let problem = Self.problem(of: expression) { throw JSONTextError(problem) }
            matches.append(ValueMatch(name: name, kind: .regularExpression, value: expression))
        }
        guard !matches.isEmpty else { throw JSONTextError("`values` is missing.") }
        try multiply(matches) { $0.headers.append($1) }
    }

    private static func problem(of expression: String) -> String? {
        var check = ExpressionCheck()
        return check.problem(of: expression).map(NginxText.sentence)
    }

    private mutating func addQuery(_ entry: JSONText) throws(JSONTextError) {
        try entry.allow("field", "queryStringConfig")
        var matches: [ValueMatch] = []
        for pair in try entry.required("queryStringConfig").required("values").elements() {
            try pair.allow("key", "value")
            let key = try pair["key"]?.string() ?? ""
            let match = Self.match(key, try pair.required("value").string())
            guard !key.isEmpty || match.kind != .present else {
                throw JSONTextError("A query parameter of any `key` needs a `value` other than `*`.")
            }
            matches.append(match)
        }
        guard !matches.isEmpty else { throw JSONTextError("`values` is empty.") }
        try multiply(matches) { $0.queryParameters.append($1) }
    }

    /// One of the matches must hold beside what must hold already.
    private mutating func multiply(
        _ matches: [ValueMatch], _ add: (inout RequestCondition, ValueMatch) -> Void
    ) throws(JSONTextError) {
        alternatives = alternatives.flatMap { alternative in
            matches.map { match in
                var alternative = alternative
                add(&alternative, match)
                return alternative
            }
        }
        guard alternatives.count <= Self.maximumAlternatives else {
            throw JSONTextError("The values make more than \(Self.maximumAlternatives) combinations; write fewer.")
        }
    }

    /// A pattern in which `*` stands for any text and `?` for a character, unless a backslash is before it.
    private static func match(_ name: String, _ pattern: String) -> ValueMatch {
        if pattern == "*" { return ValueMatch(name: name, kind: .present) }
        var (literal, expression, isPattern, isEscaped) = ("", "", false, false)
        for character in pattern {
            if character == "\\", !isEscaped {
                isEscaped = true
                continue
            }
            if "*?".contains(character), !isEscaped {
                isPattern = true
                expression += character == "*" ? ".*" : "."
            } else {
                literal.append(character)
                expression += ".\\+*?()|[]{}^$".contains(character) ? "\\\(character)" : String(character)
            }
            isEscaped = false
        }
        return isPattern
            ? ValueMatch(name: name, kind: .regularExpression, value: "^\(expression)$")
            : ValueMatch(name: name, kind: .exact, value: literal)
    }
}
