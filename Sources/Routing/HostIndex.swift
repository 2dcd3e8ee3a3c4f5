/// Finds the most specific host of a table that matches a Host field: exact, then wildcard, then none.
///
/// An open-addressing hash table; names stand in one buffer, wildcards by what follows their `*.`.
package struct HostIndex: Sendable {
    private struct Slot: Sendable {
        var hash: UInt32 = 0
        var start: Int32 = 0
        var count: Int32 = 0
        /// The index of the host, or -1 in an empty slot.
        var host: Int32 = -1
        var isWildcard = false
    }

    private let hash = SeededHash()
    private var text: [UInt8] = []
    private var slots: [Slot]
    private var hasWildcards = false
    /// The index of the rules without a host, or -1.
    private let hostless: Int32

    /// Where a key begins in ``SeededHash``.
    private static let exactKind = 1
    private static let wildcardKind = 2

    /// Indexes the hosts, each by its position. Keys are in the form of ``HostName``; nil stands for rules without a host.
    package init(_ hosts: [HostPattern?]) {
        var size = 8
        while size < hosts.count * 2 { size *= 2 }
        slots = Array(repeating: Slot(), count: size)
        hostless = Int32(clamping: hosts.firstIndex(of: nil) ?? -1)
        for (index, pattern) in hosts.enumerated() {
            guard let pattern else { continue }
            insert(pattern, Int32(clamping: index))
        }
    }

    private mutating func insert(_ pattern: HostPattern, _ host: Int32) {
        var state = hash.begin(pattern.isWildcard ? Self.wildcardKind : Self.exactKind)
        for octet in pattern.name { state = hash.add(octet, to: state) }
        let slot = Slot(
            hash: hash.finish(state), start: Int32(clamping: text.count), count: Int32(clamping: pattern.name.count),
            host: host, isWildcard: pattern.isWildcard)
        text.append(contentsOf: pattern.name)
        hasWildcards = hasWildcards || pattern.isWildcard
        var index = Int(slot.hash) & (slots.count &- 1)
        while slots[index].host >= 0 { index = (index &+ 1) & (slots.count &- 1) }
        slots[index] = slot
    }

    /// The host that decides about a request, or nil where none matches and there are no rules without a host.
    ///
    /// - Parameter field: the host as in the Host field: with port and in any case.
    package func find(_ field: borrowing Span<UInt8>) -> Int? {
        let name = HostName.range(in: field)
        if let host = find(field, name, isWildcard: false) { return host }
        if hasWildcards {
            var start = 0
            while start < name.upperBound, field[start] != Octet.dot { start &+= 1 }
            // A wildcard covers one label, and an empty label is none.
            if start > 0, start < name.upperBound,
                let host = find(field, start &+ 1..<name.upperBound, isWildcard: true)
            {
                return host
            }
        }
        return hostless < 0 ? nil : Int(hostless)
    }

    private func find(_ field: borrowing Span<UInt8>, _ name: Range<Int>, isWildcard: Bool) -> Int? {
        var state = hash.begin(isWildcard ? Self.wildcardKind : Self.exactKind)
        var position = name.lowerBound
        while position < name.upperBound {
            state = hash.add(Octet.lowercased(field[position]), to: state)
            position &+= 1
        }
        let hash = hash.finish(state)
        var index = Int(hash) & (slots.count &- 1)
        while true {
            let slot = slots[index]
            if slot.host < 0 { return nil }
            if slot.hash == hash, slot.isWildcard == isWildcard, equals(field, name, slot) { return Int(slot.host) }
            index = (index &+ 1) & (slots.count &- 1)
        }
    }

    private func equals(_ field: borrowing Span<UInt8>, _ name: Range<Int>, _ slot: Slot) -> Bool {
        guard name.count == Int(slot.count) else { return false }
        let start = Int(slot.start)
        var index = 0
        while index < name.count {
            guard Octet.lowercased(field[name.lowerBound &+ index]) == text[start &+ index] else { return false }
            index &+= 1
        }
        return true
    }
}

/// The host of a rule: a name, or all names one label below it.
package struct HostPattern: Hashable, Sendable, CustomStringConvertible {
    /// In the form of ``HostName``.
    let name: [UInt8]
    let isWildcard: Bool

    /// Reads a host of the plan; nil where it is neither a name nor `*.` and a name.
    package init?(_ host: String) {
        isWildcard = host.hasPrefix("*.")
        name = HostName.normalize(isWildcard ? String(host.dropFirst(2)) : host)
        guard !name.isEmpty, !name.contains(UInt8(ascii: "*")) else { return nil }
    }

    package var description: String {
        (isWildcard ? "*." : "") + String(decoding: name, as: UTF8.self)
    }

    /// Whether the pattern takes a name in the form of ``HostName``.
    func matches(_ candidate: [UInt8]) -> Bool {
        guard isWildcard else { return candidate == name }
        guard let dot = candidate.firstIndex(of: Octet.dot), dot > 0 else { return false }
        return candidate[(dot + 1)...].elementsEqual(name)
    }
}
