internal import LoadBalancerModel

/// The conditions of routes beyond host and path, in flat storage.
struct ConditionTable: Sendable {
    /// One condition of a route. All conditions of a route must hold.
    struct Condition: Sendable {
        enum Kind: UInt8, Sendable {
            case method, headerExact, headerExpression, headerPresent, queryExact, queryExpression, queryPresent
            case clientNetwork, hostExpression
        }

        var kind: Kind
        /// The name in ``ConditionTable/text``.
        var name: Range<Int32> = 0..<0
        /// The value in ``ConditionTable/text``, the expression, or the networks, by ``kind``. The methods of a route
        /// are one value, each followed by a line feed.
        var value: Range<Int32> = 0..<0
    }

    private(set) var text: [UInt8] = []
    private(set) var conditions: [Condition] = []
    /// The conditions of each route.
    private(set) var ranges: [Range<Int32>] = []
    private var expressions: [RegularExpression] = []
    private var networks: [ClientNetwork] = []

    init(_ matches: some Sequence<RouteMatch>) throws(RouteTableError) {
        for (route, match) in matches.enumerated() {
            let start = Int32(clamping: conditions.count)
            try add(match, route: route)
            guard text.count < Int32.max, conditions.count < Int32.max else { throw .tooLarge }
            ranges.append(start..<Int32(conditions.count))
        }
    }

    /// The first condition of a route that does not hold, as an index into ``conditions``; nil where all hold.
    ///
    /// - Parameter host: the host as it came in the Host field.
    func firstFailure(
        route: Int, host: borrowing Span<UInt8>, request: borrowing some MatchableRequest & ~Copyable
    ) -> Int? {
        let range = ranges[route]
        var index = Int(range.lowerBound)
        while index < Int(range.upperBound) {
            if !holds(conditions[index], host, request) { return index }
            index &+= 1
        }
        return nil
    }

    private func holds(
        _ condition: Condition, _ host: borrowing Span<UInt8>, _ request: borrowing some MatchableRequest & ~Copyable
    ) -> Bool {
        switch condition.kind {
        case .hostExpression:
            expressions[Int(condition.value.lowerBound)].matches(host.extracting(HostName.range(in: host)))
        case .method:
            request.method { contains(method: $0, in: condition.value) }
        case .headerPresent:
            request.header(text.span.extracting(Self.wide(condition.name))) { _ in true }
        case .headerExact:
            request.header(text.span.extracting(Self.wide(condition.name))) { equals($0, condition.value) }
        case .headerExpression:
            request.header(text.span.extracting(Self.wide(condition.name))) {
                expressions[Int(condition.value.lowerBound)].matches($0)
            }
        case .queryPresent:
            request.query { anyParameter($0, named: condition.name) { _ in true } }
        case .queryExact:
            request.query {
                anyParameter($0, named: condition.name) {
                    QueryParameters.decodes($0, to: text.span.extracting(Self.wide(condition.value)))
                }
            }
        case .queryExpression:
            request.query {
                anyParameter($0, named: condition.name) {
                    let value = QueryParameters.decoded($0)
                    return expressions[Int(condition.value.lowerBound)].matches(value.span)
                }
            }
        case .clientNetwork:
            request.clientAddress { address in
                for index in condition.value where networks[Int(index)].contains(address) {
                    return true
                }
                return false
            }
        }
    }

    private static func wide(_ range: Range<Int32>) -> Range<Int> {
        Int(range.lowerBound)..<Int(range.upperBound)
    }

    private func equals(_ value: borrowing Span<UInt8>, _ range: Range<Int32>) -> Bool {
        guard value.count == range.count else { return false }
        let start = Int(range.lowerBound)
        var index = 0
        while index < value.count {
            guard value[index] == text[start &+ index] else { return false }
            index &+= 1
        }
        return true
    }

    private func contains(method: borrowing Span<UInt8>, in range: Range<Int32>) -> Bool {
        var start = range.lowerBound
        for index in range where text[Int(index)] == UInt8(ascii: "\n") {
            if equals(method, start..<index) { return true }
            start = index + 1
        }
        return false
    }

    private func anyParameter(
        _ query: borrowing Span<UInt8>,
        named name: Range<Int32>,
        where predicate: (borrowing Span<UInt8>) -> Bool
    ) -> Bool {
        QueryParameters.any(query, named: text.span.extracting(Self.wide(name)), where: predicate)
    }
}

extension ConditionTable {
    private mutating func add(_ match: RouteMatch, route: Int) throws(RouteTableError) {
        if !match.methods.isEmpty {
            let value = append(match.methods.map { $0 + "\n" }.joined())
            conditions.append(Condition(kind: .method, value: value))
        }
        if !match.clientNetworks.isEmpty {
            let start = Int32(clamping: networks.count)
            for network in match.clientNetworks {
                guard let parsed = ClientNetwork(network) else {
                    throw .invalidClientNetwork(route: route, network: network)
                }
                networks.append(parsed)
            }
            conditions.append(Condition(kind: .clientNetwork, value: start..<Int32(clamping: networks.count)))
        }
        for header in match.headers {
            let name = header.name.lowercased()
            try add(
                header, name: name, exact: .headerExact,
                expression: name == "host" ? .hostExpression : .headerExpression,
                present: .headerPresent, route: route)
        }
        for parameter in match.queryParameters {
            try add(
                parameter, name: parameter.name, exact: .queryExact, expression: .queryExpression,
                present: .queryPresent, route: route)
        }
    }

    private mutating func add(
        _ match: ValueMatch,
        name: String,
        exact: Condition.Kind,
        expression: Condition.Kind,
        present: Condition.Kind,
        route: Int
    ) throws(RouteTableError) {
        let isHost = expression == .hostExpression
        let name = append(name)
        switch match.kind {
        case .present:
            conditions.append(Condition(kind: present, name: name))
        case .exact:
            conditions.append(Condition(kind: exact, name: name, value: append(match.value)))
        case .regularExpression:
            do {
                expressions.append(try RegularExpression(match.value, caseSensitive: !isHost))
            } catch {
                throw .invalidExpression(route: route, error)
            }
            let index = Int32(clamping: expressions.count - 1)
            conditions.append(Condition(kind: expression, name: name, value: index..<index + 1))
        }
    }

    private mutating func append(_ string: String) -> Range<Int32> {
        let start = Int32(clamping: text.count)
        text.append(contentsOf: string.utf8)
        return start..<Int32(clamping: text.count)
    }
}
