package import LoadBalancerModel

/// The declaration of one annotation, or of a family of annotations whose names have a part of the user's own: parsing,
/// validation and documentation all come from it.
package struct AnnotationDefinition: Sendable {
    package let dialect: AnnotationDialect
    /// The key behind the dialect's prefix and slash; of a family up to its part in capitals, `actions.NAME`.
    package let name: String
    /// The grammar of the value, in words.
    package let grammar: String
    /// A value that the grammar accepts.
    package let example: String
    /// What holds without the annotation, in words.
    package let absence: String
    /// What the annotation does, in a sentence.
    package let summary: String
    /// The field of the plan that it sets.
    package let planField: String
    /// What it is for.
    package private(set) var reach = Reach.ingress
    /// What of the load balancer it guards, so that its Ingress must not be served while it can't be read.
    private(set) var guarded: LoadBalancerGuard?
    /// Whether its Ingress can't be placed, or would be served otherwise than it asks for, while it can't be read.
    private(set) var isNeeded = false
    /// What the names of a family begin with; nil where the name is whole.
    let familyPrefix: String?
    /// Reads the value of the annotation with a name and states what it means.
    private let read:
        @Sendable (_ text: String, _ name: String, inout AnnotationValues) throws(AnnotationValueError) -> Void

    /// What an annotation is for, and what becomes of it where several Ingresses share that.
    package enum Reach: Hashable, Sendable {
        /// The rules of the Ingress.
        case ingress
        /// The backends of the Ingress; the same annotation of a Service goes before it.
        case backend
        /// The load balancer as a whole, for the provider `aws`.
        case loadBalancer(LoadBalancerMerging)
    }

    /// How what several Ingresses ask of one load balancer comes together.
    package enum LoadBalancerMerging: Hashable, Sendable {
        /// They must agree. Of two that don't, the first is in force.
        case exclusive
        /// They must agree, for it guards the load balancer: an Ingress that disagrees with older ones is left out.
        case guarding(LoadBalancerGuard)
        /// What all of them ask for.
        case union
    }

    init<Value: Hashable & Sendable>(
        _ dialect: AnnotationDialect,
        _ name: String,
        _ grammar: ValueGrammar<Value>,
        example: String,
        sets setting: AnnotationSetting<Value>
    ) {
        let path = setting.value
        self.init(
            dialect, name, grammar: grammar.description, example: example, absence: setting.absence,
            summary: setting.summary, planField: setting.planField
        ) { text, name, values throws(AnnotationValueError) in
            values[keyPath: path] = Stated(value: try grammar.parse(text), key: dialect.key(name))
        }
    }

    /// - Parameters:
    ///   - family: what the names begin with, for a family of annotations.
    ///   - read: gets the value and, of a family, the user's own part of the name.
    init(
        _ dialect: AnnotationDialect, _ name: String, family: String? = nil, grammar: String, example: String,
        absence: String, summary: String, planField: String,
        read:
            @escaping @Sendable (_ text: String, _ name: String, inout AnnotationValues)
            throws(AnnotationValueError) -> Void
    ) {
        self.dialect = dialect
        self.name = name
        self.grammar = grammar
        self.example = example
        self.absence = absence
        self.summary = summary
        self.planField = planField
        self.read = read
        familyPrefix = family
    }

    /// The same for something else than the rules of the Ingress.
    func reaching(_ reach: Reach) -> AnnotationDefinition {
        var definition = self
        definition.reach = reach
        if case .loadBalancer(.guarding(let guarded)) = reach { definition = definition.guarding(guarded) }
        return definition
    }

    /// The same whose Ingress is left out while it can't be read, and what it is about stays as it stands meanwhile.
    func guarding(_ guarded: LoadBalancerGuard?) -> AnnotationDefinition {
        var definition = self
        definition.guarded = guarded
        definition.isNeeded = true
        return definition
    }

    /// The whole key.
    package var key: String { dialect.key(name) }

    /// Whether it decides which requests a path takes and what is done with them, so that the path must not be served
    /// while it can't be read.
    var decidesRequests: Bool { familyPrefix == "actions." || familyPrefix == "conditions." }

    /// Reads the value of the annotation, or of the one of the family with the user's part of the name.
    func read(
        _ text: String, name: String? = nil, _ values: inout AnnotationValues
    ) throws(AnnotationValueError) {
        try read(text, name ?? self.name, &values)
    }
}
