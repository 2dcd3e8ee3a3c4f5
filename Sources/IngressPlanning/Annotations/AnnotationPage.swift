/// The documentation of the annotations, as docs/annotations.md holds it.
package enum AnnotationPage {
    /// The whole page, in Markdown.
    package static var markdown: String {
        let sections = [
            introduction,
            section("Headgate's own annotations", of: .native),
            section("Annotations of ingress-nginx", of: .ingressNginx),
            migration,
            unsupported(
                title: "Annotations of ingress-nginx that are not supported", UnsupportedAnnotations.ingressNginx),
            section("Annotations of the AWS Load Balancer Controller", of: .awsLoadBalancerController),
            awsController,
            unsupported(
                title: "Annotations of the AWS Load Balancer Controller that are not supported",
                UnsupportedAnnotations.awsLoadBalancerController),
        ]
        return sections.joined(separator: "\n\n") + "\n"
    }

    private static let introduction = """
        <!-- Generated from the annotation table in Sources/IngressPlanning/Annotations. Edit the table, then record the \
        page anew: HEADGATE_RECORD=1 swift test --filter AnnotationPageTests -->

        # Annotations

        Annotations of an Ingress change how its own rules are served. What holds for a whole load balancer stands in \
        the parameters of its class; on AWS, `alb.ingress.kubernetes.io/` says it as well.

        - A value that does not follow its grammar is a Warning that names key, value and grammar. That annotation is \
        ignored; the rest of the Ingress stays in force.
        - A key of `headgate.dev/`, `nginx.ingress.kubernetes.io/` or `alb.ingress.kubernetes.io/` that is not \
        supported is a Warning. Annotations of other owners are left alone.
        - Where several owners' annotations set the same thing, `headgate.dev/` wins over `nginx.ingress.kubernetes.io/`, \
        and that over `alb.ingress.kubernetes.io/`; a Warning says so if they differ.
        - Values are text: put `"true"` and `"60"` in quotes, or the API server refuses the Ingress.
        """

    private static func section(_ title: String, of dialect: AnnotationDialect) -> String {
        let definitions = AnnotationTable.definitions.filter { $0.dialect == dialect }
        let isShared = dialect == .awsLoadBalancerController
        let rows = definitions.map { definition in
            let cells = ["`\(definition.name)`", definition.grammar, "`\(definition.example)`", definition.absence]
            return row(cells + (isShared ? [reach(definition.reach)] : []))
        }
        let overview = """
            ## \(title)

            Keys start with `\(dialect.rawValue)/`.

            \(row(["annotation", "value", "example", "without it"] + (isShared ? ["for"] : [])))
            \(row(Array(repeating: "---", count: isShared ? 5 : 4)))
            \(rows.joined(separator: "\n"))
            """
        let details = definitions.map { definition in
            """
            ### `\(definition.key)`

            \(definition.summary) Sets `\(definition.planField)` in the plan.
            """
        }
        return ([overview] + details).joined(separator: "\n\n")
    }

    private static func reach(_ reach: AnnotationDefinition.Reach) -> String {
        switch reach {
        case .ingress: "the Ingress"
        case .backend: "its backends, or a Service"
        case .loadBalancer(.exclusive): "the load balancer; all agree"
        case .loadBalancer(.guarding): "the load balancer; guards it"
        case .loadBalancer(.union): "the load balancer; added up"
        }
    }

    private static func unsupported(
        title: String,
        _ annotations: [String: UnsupportedAnnotations.Known]
    ) -> String {
        let groups = Dictionary(grouping: annotations.keys) { annotations[$0]?.advice ?? "" }
        let rows = groups.map { advice, names in
            row([
                names.sorted().map { "`\($0)`" }.joined(separator: ", "),
                advice.isEmpty ? "Nothing takes its place." : advice,
            ])
        }.sorted()
        return """
            ## \(title)

            Each is a Warning that says so, and the rest of the Ingress is served.

            | annotation | what happens, and what to do instead |
            | --- | --- |
            \(rows.joined(separator: "\n"))
            """
    }

    private static func row(_ cells: [String]) -> String {
        "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
}
