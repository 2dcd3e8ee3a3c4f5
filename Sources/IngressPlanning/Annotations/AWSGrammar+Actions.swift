import KubernetesModel
import LoadBalancerModel

extension AWSGrammar {
    /// An action of `actions.NAME`.
    static let action = ValueGrammar<RouteActionSettings>(
        "a JSON object with the `type` `forward`, `redirect` or `fixed-response` and the configuration of that type"
    ) { text throws(AnnotationValueError) in
        do throws(JSONTextError) {
            let object = try JSONText.parse(text)
            try object.allow(
                "type", "forwardConfig", "redirectConfig", "fixedResponseConfig", "targetGroupARN", "targetGroupName")
            switch try object.required("type").string() {
            case "forward": return try forward(object)
            case "redirect": return try RedirectReading(object.required("redirectConfig")).action()
            case "fixed-response": return .fixedResponse(try fixedResponse(object.required("fixedResponseConfig")))
            case let type:
                throw JSONTextError("The type `\(type)` is none of `forward`, `redirect` and `fixed-response`.")
            }
        } catch { throw .malformed(hint: "\(error)") }
    }

    private static let foreignTargetGroup = JSONTextError(
        "Target groups that aren't Headgate's can't be forwarded to: name a `serviceName` and a `servicePort`.")

    private static func forward(_ object: JSONText) throws(JSONTextError) -> RouteActionSettings {
        guard object["targetGroupARN"] == nil, object["targetGroupName"] == nil else { throw foreignTargetGroup }
        let configuration = try object.required("forwardConfig")
        try configuration.allow("targetGroups", "targetGroupStickinessConfig")
        let groups = try configuration.required("targetGroups").elements()
        guard !groups.isEmpty else { throw JSONTextError("`targetGroups` is empty.") }
        var destinations: [RouteActionSettings.Destination] = []
        for group in groups {
            guard group["targetGroupARN"] == nil, group["targetGroupName"] == nil else { throw foreignTargetGroup }
            try group.allow("serviceName", "servicePort", "weight")
            guard groups.count == 1 || group["weight"] != nil else {
                throw JSONTextError("`weight` is missing, which each of several needs.")
            }
            destinations.append(
                RouteActionSettings.Destination(
                    service: try group.required("serviceName").string(), port: try port(group.required("servicePort")),
                    weight: try group["weight"]?.integer(0...999) ?? 1))
        }
        var seconds: Int?
        if let stickiness = configuration["targetGroupStickinessConfig"] {
            try stickiness.allow("enabled", "durationSeconds")
            let isEnabled = try stickiness["enabled"]?.boolean() == true
            seconds = isEnabled ? try stickiness.required("durationSeconds").integer(1...604_800) : 0
        }
        return .forward(destinations, stickinessSeconds: seconds)
    }

    private static func port(_ value: JSONText) throws(JSONTextError) -> ServicePortReference {
        if case .text(let name) = value, Int(name) == nil { return .name(name) }
        return .number(try value.integer(1...65535))
    }

    private static func fixedResponse(_ configuration: JSONText) throws(JSONTextError) -> FixedResponse {
        try configuration.allow("contentType", "statusCode", "messageBody")
        let code = try configuration.required("statusCode").integer(200...599)
        guard !(300...399).contains(code) else { throw JSONTextError("The status \(code) is for redirects.") }
        return FixedResponse(
            statusCode: code, contentType: try configuration["contentType"]?.string() ?? "text/plain",
            body: try configuration["messageBody"]?.string() ?? "")
    }
}

/// Reads a redirect, whose parts stand for those of the request unless they are given.
private struct RedirectReading {
    private let statusCode: Int
    /// Nil for the request's.
    private let host: String?
    private let scheme: String?
    private let port: Int?
    /// What stands before the path of the request, or the whole path.
    private let path: String
    private let keepsPath: Bool
    /// Nil for the request's alone.
    private let query: String?
    private let keepsQuery: Bool

    init(_ configuration: JSONText) throws(JSONTextError) {
        try configuration.allow("host", "path", "port", "protocol", "query", "statusCode")
        switch try configuration.required("statusCode").string() {
        case "HTTP_301": statusCode = 301
        case "HTTP_302": statusCode = 302
        case let code: throw JSONTextError("The status `\(code)` is neither `HTTP_301` nor `HTTP_302`.")
        }
        host = try Self.host(configuration["host"])
        scheme = try Self.literal(configuration["protocol"], unless: "#{protocol}")?.lowercased()
        guard scheme == nil || scheme == "http" || scheme == "https" else {
            throw JSONTextError("The protocol is neither `HTTP` nor `HTTPS`.")
        }
        port = try Self.literal(configuration["port"], unless: "#{port}").map { text throws(JSONTextError) in
            try JSONText.text(text).integer(1...65535)
        }
        let path = try configuration["path"]?.string() ?? "/#{path}"
        guard path.hasPrefix("/") else { throw JSONTextError("The path `\(path)` doesn't begin with `/`.") }
        keepsPath = path.hasSuffix("/#{path}")
        self.path = try Self.plain(keepsPath ? String(path.dropLast("/#{path}".count)) : path)
        let query = try configuration["query"]?.string() ?? "#{query}"
        keepsQuery = query.hasSuffix("#{query}")
        let added = keepsQuery ? String(query.dropLast("#{query}".count)) : query
        guard !keepsQuery || added.isEmpty || added.hasSuffix("&") else {
            throw JSONTextError("`#{query}` must stand alone or behind `&`.")
        }
        self.query = query == "#{query}" ? nil : try Self.plain(keepsQuery ? String(added.dropLast()) : added)
    }

    /// A host in which that of the request may stand; nil for the request's alone.
    private static func host(_ value: JSONText?) throws(JSONTextError) -> String? {
        guard let text = try value?.string(), text != Redirect.hostVariable else { return nil }
        let rest = text.replacing(Redirect.hostVariable, with: "")
        guard !text.isEmpty, !rest.contains(where: { "/?#$@\\: ".contains($0) }) else {
            throw JSONTextError(
                "`\(AnnotationText.shown(text))` is no host: it may have `\(Redirect.hostVariable)` in it, and no other "
                    + "variables.")
        }
        return text
    }

    private static func literal(_ value: JSONText?, unless variable: String) throws(JSONTextError) -> String? {
        guard let text = try value?.string(), text != variable else { return nil }
        guard !text.isEmpty, !text.contains(where: { "/?#$@\\ ".contains($0) }) else {
            throw JSONTextError("`\(AnnotationText.shown(text))` must be `\(variable)` or have no variables.")
        }
        return text
    }

    private static func plain(_ text: String) throws(JSONTextError) -> String {
        guard !text.contains("#"), !text.contains("$"), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw JSONTextError(
                "`\(AnnotationText.shown(text))` has variables or characters that aren't supported there: "
                    + "`/#{path}` stands at the end of a path, `#{query}` at the end of a query.")
        }
        return text
    }

    func action() throws(JSONTextError) -> RouteActionSettings {
        let isSamePlace = keepsPath && path.isEmpty && query == nil
        guard let host else {
            if let port, scheme != "https" {
                return redirect(on: "\(scheme.map { "\($0):" } ?? "")//\(Redirect.hostVariable):\(port)")
            }
            guard scheme != "http" else {
                throw JSONTextError("Of the same host, the protocol `HTTP` can be asked for with a port alone.")
            }
            let secure = scheme == "https" ? HTTPSRedirect(statusCode: statusCode, port: port) : nil
            if let secure, isSamePlace { return .redirectToHTTPS(secure) }
            guard !isSamePlace else { throw JSONTextError("It leads to where it comes from.") }
            return .redirect(redirect(to: path), overHTTPS: secure)
        }
        let standard = scheme == "https" ? 443 : scheme == "http" ? 80 : nil
        let authority = port == nil || port == standard ? host : "\(host):\(port ?? 0)"
        let place = "\(scheme.map { "\($0):" } ?? "")//\(authority)"
        if host.contains(Redirect.hostVariable) { return redirect(on: place) }
        return .redirect(redirect(to: "\(place)\(path)"), overHTTPS: nil)
    }

    private func redirect(on authority: String) -> RouteActionSettings {
        var redirect = redirect(to: path.isEmpty ? "/" : path)
        redirect.authority = authority
        return .redirect(redirect, overHTTPS: nil)
    }

    private func redirect(to place: String) -> Redirect {
        let location =
            switch query {
            case nil: place
            case let query? where keepsQuery: "\(place)?\(query)"
            case let query?: query.isEmpty ? "\(place)?" : "\(place)?\(query)?"
            }
        return Redirect(statusCode: statusCode, location: location, keepsPath: keepsPath ? true : nil)
    }
}
