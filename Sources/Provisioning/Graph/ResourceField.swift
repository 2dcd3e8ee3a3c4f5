/// A field of a resource as a difference shows it.
package struct ResourceField: Hashable, Sendable {
    /// The path within the resource, such as `healthCheck.path`.
    package var path: String
    package var value: FieldValue
    package var change: FieldChange
    /// Whether the resource may outlive those that the field names: a target group says which load balancer it serves,
    /// and goes after it. Otherwise what names another goes before it.
    package var outlivesLinks: Bool
    /// Whether the resource is of use without those that the field names: where one can't be had, it is made with the
    /// others, such as a listener without the certificate of one host.
    package var sparesLinks: Bool
    /// Whether the field says what becomes of requests that no member of the resource's precedence list takes. It is set
    /// once the members stand that take theirs.
    package private(set) var isFallback = false
    /// Whether nobody asked for the value: it is the cloud's own default, or the bookkeeping of ownership. What people
    /// are shown of a new resource leaves it out.
    package private(set) var isImplied = false
    /// Whether the field decides who gets to what the resource serves, such as the networks that are let in. Under others
    /// than it was made with, nothing is served that nobody could check.
    package private(set) var isGuard = false

    package init(
        _ path: String, _ value: FieldValue, change: FieldChange = .inPlace, outlivesLinks: Bool = false,
        sparesLinks: Bool = false
    ) {
        self.path = path
        self.value = value
        self.change = change
        self.outlivesLinks = outlivesLinks
        self.sparesLinks = sparesLinks
    }

    /// The field as one that says what becomes of requests that no member of the resource's precedence list takes.
    package var asFallback: ResourceField {
        var field = self
        field.isFallback = true
        return field
    }

    /// The field as one that decides who gets to what the resource serves.
    package var asGuard: ResourceField {
        var field = self
        field.isGuard = true
        return field
    }

    /// The field, implied where its value is `standard`: what the cloud takes where nobody says otherwise.
    package func implied(by standard: FieldValue) -> ResourceField {
        implied(value == standard)
    }

    package func implied(_ isImplied: Bool = true) -> ResourceField {
        var field = self
        field.isImplied = isImplied
        return field
    }
}

/// What it takes to change a field of a resource that exists.
package enum FieldChange: Hashable, Sendable {
    /// An update in place that nobody notices.
    case inPlace
    /// An update in place that is felt for a moment; the text says by whom and how.
    case interrupting(String)
    /// The cloud can't change it: the resource is replaced. The text says why, for people.
    case replacing(String)
    /// Set by the reordering of the precedence list that the resource is in, not by an update of the resource.
    case reordering
}

/// The value of a field, comparable between what is desired and what is observed.
package enum FieldValue: Hashable, Sendable {
    case string(String)
    case integer(Int)
    case boolean(Bool)
    case list([FieldValue])
    /// Another resource; links compare by the resource that they mean, not by how they spell it.
    case link(ResourceLink)
    /// No value; equal to the absence of the field.
    case absent

    package static func optional(_ value: String?) -> FieldValue {
        value.map(FieldValue.string) ?? .absent
    }

    package static func optional(_ value: Int?) -> FieldValue {
        value.map(FieldValue.integer) ?? .absent
    }

    package static func optional(_ value: Bool?) -> FieldValue {
        value.map(FieldValue.boolean) ?? .absent
    }

    package static func strings(_ values: some Sequence<String>) -> FieldValue {
        .list(values.map(FieldValue.string))
    }

    /// The links in the value, in order.
    package var links: [ResourceLink] {
        switch self {
        case .link(let link): [link]
        case .list(let values): values.flatMap(\.links)
        case .string, .integer, .boolean, .absent: []
        }
    }

    /// The value with `transform` applied to each link.
    package func mapLinks(_ transform: (ResourceLink) -> ResourceLink) -> FieldValue {
        switch self {
        case .link(let link): .link(transform(link))
        case .list(let values): .list(values.map { $0.mapLinks(transform) })
        case .string, .integer, .boolean, .absent: self
        }
    }
}

extension FieldValue: CustomStringConvertible {
    /// The value for people: lists in brackets, an absent one as `(none)`.
    package var description: String {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .boolean(let truth): String(truth)
        case .list(let values): "[" + values.map(\.listed).joined(separator: ", ") + "]"
        case .link(.resource(let reference)): reference.description
        case .link(.identifier(let identifier)): identifier
        case .absent: "(none)"
        }
    }

    /// The value among others: in quotes where it could be taken for several, or for none.
    private var listed: String {
        let text = description
        return text.isEmpty || text.hasPrefix("\"") || text.contains(", ") ? text.debugDescription : text
    }
}
