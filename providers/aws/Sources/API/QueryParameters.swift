/// A parameter of the Query protocol, by which Elastic Load Balancing, EC2 and STS are called.
struct QueryParameter: Hashable, Sendable {
    var name: String
    var value: ParameterValue

    init(_ name: String, _ value: ParameterValue) {
        self.name = name
        self.value = value
    }
}

/// The value of a parameter.
indirect enum ParameterValue: Hashable, Sendable, ExpressibleByStringLiteral {
    case text(String)
    case list([ParameterValue])
    case structure([QueryParameter])

    init(stringLiteral value: String) { self = .text(value) }

    static func integer(_ number: Int) -> ParameterValue { .text(String(number)) }
    static func boolean(_ truth: Bool) -> ParameterValue { .text(truth ? "true" : "false") }
    static func texts(_ texts: some Sequence<String>) -> ParameterValue { .list(texts.map(ParameterValue.text)) }

    /// Keys and values as structures of a list, ordered by key.
    static func pairs(_ pairs: [String: String]) -> ParameterValue {
        .list(
            pairs.sorted { $0.key < $1.key }.map {
                .structure([QueryParameter("Key", .text($0.key)), QueryParameter("Value", .text($0.value))])
            })
    }
}

extension [QueryParameter] {
    /// How the elements of a list are named.
    enum ListStyle {
        /// `Names.member.1`
        case members
        /// `SubnetId.1`, as EC2 has it.
        case flat
    }

    /// The parameters as `application/x-www-form-urlencoded`.
    func form(lists style: ListStyle) -> String {
        var pairs: [(String, String)] = []
        for parameter in self { Self.flatten(parameter.value, name: parameter.name, style, into: &pairs) }
        return pairs.map { "\(PercentEncoding.encode($0.0))=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
    }

    private static func flatten(
        _ value: ParameterValue, name: String, _ style: ListStyle, into pairs: inout [(String, String)]
    ) {
        switch value {
        case .text(let text): pairs.append((name, text))
        case .list(let elements) where elements.isEmpty:
            // An empty list is said by an empty parameter; without it, the list would stay as it is.
            pairs.append((name, ""))
        case .list(let elements):
            let prefix = style == .members ? "\(name).member" : name
            for (index, element) in elements.enumerated() {
                flatten(element, name: "\(prefix).\(index + 1)", style, into: &pairs)
            }
        case .structure(let parameters):
            for parameter in parameters {
                flatten(parameter.value, name: "\(name).\(parameter.name)", style, into: &pairs)
            }
        }
    }
}
