import LoadBalancerModel

/// What differs from a saved plan, for people.
struct ChangesView {
    let style: TextStyle

    func lines(_ changes: [LoadBalancerChange], document: PlanDocument) -> [String] {
        changes.flatMap { change -> [String] in
            switch change.action {
            case .create:
                document.loadBalancers.filter { $0.name == change.loadBalancer }
                    .flatMap { LoadBalancerView(style: style).lines($0, mark: "+") } + [""]
            case .delete:
                ["\(mark(.delete)) \(style.bold("load balancer \(change.loadBalancer)"))", ""]
            case .update:
                ["\(mark(.update)) \(style.bold("load balancer \(change.loadBalancer)"))"]
                    + change.changes.flatMap(lines) + [""]
            }
        }
    }

    private func lines(_ change: ElementChange) -> [String] {
        let title = change.kind == .settings ? "settings" : "\(Self.noun(change.kind)) \(change.name)"
        return ["    \(mark(change.action)) \(title)"] + change.fields.flatMap(lines)
    }

    private func lines(_ change: FieldChange) -> [String] {
        switch (change.before, change.after) {
        case (let before?, let after?): ["        \(mark(.update)) \(change.field): \(before) → \(after)"]
        case (let before?, nil): ["        \(mark(.delete)) \(change.field): \(before)"]
        case (nil, let after?): ["        \(mark(.create)) \(change.field): \(after)"]
        case (nil, nil): []
        }
    }

    private func mark(_ action: ChangeAction) -> String {
        switch action {
        case .create: style.apply(.green, to: "+")
        case .update: style.apply(.yellow, to: "~")
        case .delete: style.apply(.red, to: "-")
        }
    }

    private static func noun(_ kind: ElementChange.Kind) -> String {
        switch kind {
        case .settings: "settings"
        case .listener: "listener"
        case .certificate: "certificate"
        case .route: "route"
        case .pool: "pool"
        case .staticSite: "static site"
        }
    }
}
