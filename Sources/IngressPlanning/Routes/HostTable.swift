import KubernetesModel

/// A host of the rules: exact, a wildcard, or none. Case and a trailing dot do not count.
struct HostKey: Hashable, Sendable, Comparable {
    /// Empty for rules without a host.
    let name: String

    /// Rules without a host.
    static let none = HostKey(nil)

    init(_ host: String?) {
        var name = host ?? ""
        if !name.utf8.allSatisfy(Self.isLowerCase) { name = name.lowercased() }
        if name.utf8.last == UInt8(ascii: ".") { name.removeLast() }
        self.name = name
    }

    /// The host of a route, which has its normal form already.
    init(normal host: String?) {
        self.name = host ?? ""
    }

    private static func isLowerCase(_ byte: UInt8) -> Bool {
        byte < 0x80 && !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    /// The host as a route names it.
    var routeHost: String? { name.isEmpty ? nil : name }
    var isWildcard: Bool { name.utf8.starts(with: "*.".utf8) }

    /// The wildcard that covers the host; nil for wildcards and for a single label.
    var coveringWildcard: HostKey? {
        guard !isWildcard, let dot = name.utf8.firstIndex(of: UInt8(ascii: ".")), dot != name.startIndex else {
            return nil
        }
        return HostKey(normal: "*\(name[dot...])")
    }

    /// For people: the host in quotes, or that there is none.
    var described: String { name.isEmpty ? "rules without a host" : "host '\(name)'" }

    /// Exact hosts before wildcards before none, each by name.
    static func < (left: HostKey, right: HostKey) -> Bool {
        if left.rank != right.rank { return left.rank < right.rank }
        return left.name < right.name
    }

    private var rank: Int { name.isEmpty ? 2 : isWildcard ? 1 : 0 }
}

/// What the rules of all members say of one host.
struct HostRules: Sendable {
    let host: HostKey
    /// The members that have a rule for the host, in precedence order.
    var members: [Int] = []
    /// The paths for the host, in precedence order of their members and in order within each.
    var paths: [MemberField] = []

    fileprivate mutating func add(member: Int, rule: Int, paths added: [MemberPath]) {
        if members.last != member { members.append(member) }
        for index in added.indices {
            paths.append(MemberField(member: member, rule: rule, path: index, description: added[index].field))
        }
    }
}

/// The rules of a load balancer's members by host.
struct HostTable: Sendable {
    /// Exact hosts, then wildcards, then rules without a host.
    let hosts: [HostRules]
    private let index: [HostKey: Int]

    /// Indexes the rules of `members`, which are in precedence order.
    init(members: [Member]) {
        var table: [HostKey: HostRules] = [:]
        for (position, member) in members.enumerated() {
            for (ruleIndex, rule) in member.rules.enumerated() {
                let host = HostKey(rule.host)
                table[host, default: HostRules(host: host)].add(
                    member: position, rule: ruleIndex, paths: rule.paths)
            }
        }
        let order = table.keys.sorted()
        hosts = order.compactMap { table[$0] }
        index = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    }

    subscript(host: HostKey) -> HostRules? {
        index[host].map { hosts[$0] }
    }
}
