import LoadBalancerModel

/// Compares plans with those of a saved document.
enum PlanComparison {
    /// What differs, by load balancer in the order of their names; load balancers that are equal are left out.
    ///
    /// - Throws: `EncodingError` where a plan has no JSON form, which none has.
    static func compare(from before: [LoadBalancerPlan], to after: [LoadBalancerPlan]) throws -> [LoadBalancerChange] {
        let old = Dictionary(before.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let new = Dictionary(after.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        return try Set(old.keys).union(new.keys).sorted().compactMap { name in
            switch (old[name], new[name]) {
            case (nil, _?): return LoadBalancerChange(loadBalancer: name, action: .create, changes: [])
            case (_?, nil): return LoadBalancerChange(loadBalancer: name, action: .delete, changes: [])
            case (let old?, let new?):
                let changes = try compare(old, new)
                return changes.isEmpty
                    ? nil : LoadBalancerChange(loadBalancer: name, action: .update, changes: changes)
            case (nil, nil): return nil
            }
        }
    }

    private static func compare(_ before: LoadBalancerPlan, _ after: LoadBalancerPlan) throws -> [ElementChange] {
        var changes = try settings(before, after)
        changes += try elements(.listener, before.listeners, after.listeners, name: \.name)
        changes += try elements(.certificate, before.certificates, after.certificates, name: \.secret)
        changes += try elements(.route, before.routes, after.routes, name: \.match.title)
        changes += try elements(.pool, before.pools, after.pools, name: \.name)
        changes += try elements(.staticSite, before.staticSites, after.staticSites, name: \.name)
        return changes
    }

    /// The plan without the parts that are compared one by one.
    private static func settings(_ before: LoadBalancerPlan, _ after: LoadBalancerPlan) throws -> [ElementChange] {
        func rest(_ plan: LoadBalancerPlan) throws -> JSONValue {
            var plan = plan
            plan.listeners = []
            plan.certificates = []
            plan.routes = []
            plan.pools = []
            plan.staticSites = []
            return try JSONValue(encoding: plan)
        }
        var fields = FieldComparison.compare(try rest(before), try rest(after))
        fields += orderOfRoutes(before, after)
        guard !fields.isEmpty else { return [] }
        return [ElementChange(kind: .settings, name: "", action: .update, fields: fields)]
    }

    /// Routes that stand in both plans in another order, which decides between them.
    private static func orderOfRoutes(_ before: LoadBalancerPlan, _ after: LoadBalancerPlan) -> [FieldChange] {
        let old = named(before.routes, \.match.title).map(\.0)
        let new = named(after.routes, \.match.title).map(\.0)
        let common = Set(old).intersection(new)
        let oldOrder = old.filter(common.contains)
        let newOrder = new.filter(common.contains)
        guard oldOrder != newOrder else { return [] }
        return [
            FieldChange(
                field: "order of routes",
                before: .array(oldOrder.map(JSONValue.string)), after: .array(newOrder.map(JSONValue.string)))
        ]
    }

    private static func elements<Element: Encodable & Equatable>(
        _ kind: ElementChange.Kind, _ before: [Element], _ after: [Element], name: (Element) -> String
    ) throws -> [ElementChange] {
        let old = named(before, name)
        let new = named(after, name)
        let oldByName = Dictionary(old, uniquingKeysWith: { first, _ in first })
        let newByName = Dictionary(new, uniquingKeysWith: { first, _ in first })
        var changes: [ElementChange] = []
        for (name, element) in old {
            guard let counterpart = newByName[name] else {
                changes.append(ElementChange(kind: kind, name: name, action: .delete, fields: []))
                continue
            }
            guard element != counterpart else { continue }
            let fields = FieldComparison.compare(
                try JSONValue(encoding: element), try JSONValue(encoding: counterpart))
            changes.append(ElementChange(kind: kind, name: name, action: .update, fields: fields))
        }
        for (name, _) in new where oldByName[name] == nil {
            changes.append(ElementChange(kind: kind, name: name, action: .create, fields: []))
        }
        return changes
    }

    /// Elements with names that are made unique by their occurrence.
    private static func named<Element>(_ elements: [Element], _ name: (Element) -> String) -> [(String, Element)] {
        var occurrences: [String: Int] = [:]
        return elements.map { element in
            let name = name(element)
            occurrences[name, default: 0] += 1
            let occurrence = occurrences[name, default: 1]
            return (occurrence == 1 ? name : "\(name) (\(occurrence))", element)
        }
    }
}

extension RouteMatch {
    /// What the route takes, on one line: `shop.example.com Prefix /cart`.
    var title: String {
        var words = [host ?? "*", path.kind.rawValue]
        if !path.value.isEmpty { words.append(path.value) }
        words += conditions
        return words.joined(separator: " ")
    }

    /// The conditions beside host and path, each on its own.
    var conditions: [String] {
        var conditions: [String] = []
        if !methods.isEmpty { conditions.append("method \(methods.joined(separator: "|"))") }
        conditions += headers.map { "header \($0.condition)" }
        conditions += queryParameters.map { "query \($0.condition)" }
        if !clientNetworks.isEmpty { conditions.append("client in \(clientNetworks.joined(separator: ", "))") }
        return conditions
    }
}

extension ValueMatch {
    /// The condition on one line.
    var condition: String {
        switch kind {
        case .exact: "\(name)=\(value)"
        case .regularExpression: "\(name)~\(value)"
        case .present: name
        }
    }
}
