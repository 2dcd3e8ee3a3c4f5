/// A host as a regular expression.
///
/// Of patterns AWS says that it compares them without regard to case, of expressions it says nothing; nor does it say
/// whether the port of a Host field is compared. So that the expression holds either way, letters stand as classes of both
/// cases, and a port may follow.
///
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_HostHeaderConditionConfig.html
struct HostExpression {
    private static let label = "[^.]+"
    private static let port = "(:[0-9]+)?"

    /// Within what AWS allows, unless no form of it is.
    let text: String
    /// What it says otherwise than the host, where it would be too long; nil where it says the same.
    let difference: String?

    init(_ host: String) {
        // A pattern's `*` spans dots, a wildcard of an Ingress covers one label.
        let isWildcard = host.hasPrefix("*.")
        let name = isWildcard ? String(host.dropFirst()) : host
        func expression(foldsCase: Bool, takesPort: Bool) -> String {
            let letters = name.utf8.map { ExpressionTokens.text(.literal($0), .init(foldsCase: foldsCase)) }.joined()
            return "^\(isWildcard ? Self.label : "")\(letters)\(takesPort ? Self.port : "")$"
        }
        let whole = expression(foldsCase: true, takesPort: true)
        let reason =
            "for AWS allows \(RouteConditions.maximumLength) characters, and all of it takes \(whole.utf8.count)"
        let forms: [(String, String?)] = [
            (whole, nil),
            (
                expression(foldsCase: false, takesPort: true),
                "the host \(host) may be compared with regard to case, \(reason); shorten it"
            ),
            (
                expression(foldsCase: false, takesPort: false),
                "the host \(host) may be compared with regard to case and without a port, \(reason); shorten it"
            ),
        ]
        (text, difference) = forms.first { $0.0.utf8.count <= RouteConditions.maximumLength } ?? forms[2]
    }

    /// The host that an expression says; nil where it says none.
    static func host(of expression: String) -> String? {
        guard expression.hasPrefix("^"), expression.hasSuffix("$") else { return nil }
        var rest = expression.dropFirst().dropLast()
        let isWildcard = rest.hasPrefix(label)
        if isWildcard { rest = rest.dropFirst(label.count) }
        if rest.hasSuffix(port) { rest = rest.dropLast(port.count) }
        var host = isWildcard ? "*" : ""
        while let character = rest.popFirst() {
            switch character {
            case "\\": host += rest.popFirst().map(String.init) ?? ""
            case "[":
                host += rest.prefix { $0 != "]" }.suffix(1)
                rest = rest.drop { $0 != "]" }.dropFirst()
            default: host.append(character)
            }
        }
        return HostExpression(host).text == expression ? host : nil
    }
}
