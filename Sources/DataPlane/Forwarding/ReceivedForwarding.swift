/// What proxies that we trust say of the original request.
///
/// Proxies append to what they get, so lists are read from their end: the last element is our peer's, the one before it
/// comes from the address that the last one names, and so on as long as these are addresses that we trust. What stands
/// before that anyone may have written; it is never looked at.
struct ReceivedForwarding: Equatable {
    /// The address of the client: the first one, from the end, that isn't a trusted proxy's; the peer's where none is given.
    var client: IPAddress
    /// Whether the original request came over TLS.
    var isTLS: Bool?
    /// The host that the client asked for, with its port.
    var host: ByteRange?
    /// The port that the client asked.
    var port: Int?
}

extension ForwardingPolicy {
    /// What is known of the original request: `X-Forwarded-For`, or where there is none `Forwarded` (RFC 7239), says how
    /// many of the proxies before us are trusted; `X-Forwarded-Proto`, `-Host` and `-Port` of the outermost of these win
    /// over what it says in `Forwarded`. A value that isn't well-formed counts as absent.
    func received(
        _ head: borrowing RequestHead, of bytes: Span<UInt8>, from client: ClientConnection
    ) -> ReceivedForwarding {
        var received = ReceivedForwarding(client: client.peer)
        guard client.isTrusted else { return received }
        bytes.withUnsafeBufferPointer { buffer in
            guard let scanner = ByteScanner(buffer) else { return }
            let depth =
                head.fields.contains(.xForwardedFor)
                ? followAddresses(head.fields, scanner, &received) : followForwarded(head.fields, scanner, &received)
            let list = ReceivedLists(scanner: scanner, depth: depth)
            if let isTLS = list.proto(head.fields) { received.isTLS = isTLS }
            if let host = list.host(head.fields) { received.host = host }
            if let port = list.port(head.fields) { received.port = port }
        }
        return received
    }

    /// Follows `X-Forwarded-For` to the client; how many elements lie behind its one.
    private func followAddresses(
        _ fields: borrowing FieldTable, _ scanner: ByteScanner, _ received: inout ReceivedForwarding
    ) -> Int {
        var elements = ElementsFromEnd(of: .xForwardedFor, fields, scanner)
        var depth = -1
        while let element = elements.next(fields) {
            depth += 1
            guard let address = scanner.node(element) else { break }
            received.client = address
            if !trusts(address) { break }
        }
        return max(0, depth)
    }

    /// The same by `Forwarded`, which tells protocol and host as well.
    private func followForwarded(
        _ fields: borrowing FieldTable, _ scanner: ByteScanner, _ received: inout ReceivedForwarding
    ) -> Int {
        var elements = ElementsFromEnd(of: .forwarded, fields, scanner)
        var depth = -1
        while let element = elements.next(fields) {
            depth += 1
            guard let said = ForwardedElement(element, in: scanner) else { break }
            if let isTLS = said.isTLS { received.isTLS = isTLS }
            if let host = said.host {
                received.host = host.whole
                received.port = host.port.map(Int.init)
            }
            guard let address = said.address else { break }
            received.client = address
            if !trusts(address) { break }
        }
        return max(0, depth)
    }
}

/// The `X-Forwarded-*` fields beside that of addresses. Proxies append to them or replace them; so that of a list the
/// element counts that is as far from the end as the client's address is, and of a shorter one the first.
private struct ReceivedLists {
    let scanner: ByteScanner
    let depth: Int

    private func element(_ known: KnownField, _ fields: borrowing FieldTable) -> ByteRange? {
        var elements = ElementsFromEnd(of: known, fields, scanner)
        var found: ByteRange?
        for _ in 0...depth {
            guard let element = elements.next(fields) else { break }
            found = element
        }
        return found
    }

    func proto(_ fields: borrowing FieldTable) -> Bool? {
        element(.xForwardedProto, fields).flatMap(scanner.isTLS)
    }

    func host(_ fields: borrowing FieldTable) -> ByteRange? {
        element(.xForwardedHost, fields).flatMap { HostAndPort($0, in: scanner)?.whole }
    }

    func port(_ fields: borrowing FieldTable) -> Int? {
        guard let value = element(.xForwardedPort, fields), let port = parseContentLength(value, in: scanner),
            (1...65_535).contains(port)
        else { return nil }
        return port
    }
}

/// The elements of a list field, the last one first, through all of its lines. Commas in quoted strings separate nothing;
/// a line whose quotes don't pair, as seen from its end, ends the list.
private struct ElementsFromEnd {
    private let known: KnownField
    private let scanner: ByteScanner
    /// The line that is being read, and what is left of it.
    private var line: Int
    private var start = 0
    private var end = -1

    init(of known: KnownField, _ fields: borrowing FieldTable, _ scanner: ByteScanner) {
        self.known = known
        self.scanner = scanner
        line = fields.contains(known) ? fields.count : 0
    }

    mutating func next(_ fields: borrowing FieldTable) -> ByteRange? {
        while end <= start {
            line -= 1
            guard line >= 0 else { return nil }
            let field = fields[line]
            guard field.known == known, !field.isHopByHop else { continue }
            start = field.value.lowerBound
            end = field.value.upperBound
        }
        var first = end
        var isQuoted = false
        while first > start {
            let byte = scanner[first - 1]
            if byte == UInt8(ascii: "\""), !isEscaped(first - 1) { isQuoted.toggle() }
            if byte == UInt8(ascii: ","), !isQuoted { break }
            first -= 1
        }
        guard !isQuoted else {
            line = 0
            end = start
            return nil
        }
        defer { end = first - 1 }
        return scanner.trimmed(first, end)
    }

    private func isEscaped(_ index: Int) -> Bool {
        var before = index
        while before > start, scanner[before - 1] == UInt8(ascii: "\\") { before -= 1 }
        return (index - before) % 2 == 1
    }
}

/// An element of `Forwarded`: what one proxy says (RFC 7239, section 4). Nil where it isn't well-formed or says a thing
/// twice; the address is nil where it is unknown or obfuscated, too.
private struct ForwardedElement {
    private(set) var address: IPAddress?
    private(set) var isTLS: Bool?
    private(set) var host: HostAndPort?

    init?(_ element: ByteRange, in scanner: ByteScanner) {
        var seen: (address: Bool, proto: Bool, host: Bool) = (false, false, false)
        var position = element.lowerBound
        while position < element.upperBound {
            let end = Self.endOfPair(position, element.upperBound, scanner)
            let pair = scanner.trimmed(position, end)
            position = end + 1
            if pair.isEmpty { continue }
            let equals = scanner.firstIndex(of: UInt8(ascii: "="), from: pair.lowerBound, to: pair.upperBound)
            let name = ByteRange(pair.lowerBound, equals)
            guard equals < pair.upperBound, !name.isEmpty,
                let value = Self.value(ByteRange(equals + 1, pair.upperBound), scanner)
            else { return nil }
            if scanner.matches(name, lowercased: "for") {
                guard !seen.address else { return nil }
                seen.address = true
                address = scanner.node(value)
            } else if scanner.matches(name, lowercased: "proto") {
                guard !seen.proto else { return nil }
                seen.proto = true
                isTLS = scanner.isTLS(value)
            } else if scanner.matches(name, lowercased: "host") {
                guard !seen.host else { return nil }
                seen.host = true
                host = HostAndPort(value, in: scanner)
            }
        }
    }

    private static func endOfPair(_ start: Int, _ limit: Int, _ scanner: ByteScanner) -> Int {
        var index = start
        var isQuoted = false
        while index < limit {
            let byte = scanner[index]
            if isQuoted, byte == UInt8(ascii: "\\") {
                index += 1
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: ";"), !isQuoted {
                return index
            }
            index += 1
        }
        return limit
    }

    /// The value without its quotes. Addresses, hosts and protocols need no escapes: one that has them is none of these.
    private static func value(_ range: ByteRange, _ scanner: ByteScanner) -> ByteRange? {
        let quote = UInt8(ascii: "\"")
        guard !range.isEmpty else { return nil }
        guard scanner[range.lowerBound] == quote else {
            return scanner.firstIndex(of: quote, from: range.lowerBound, to: range.upperBound) == range.upperBound
                ? range : nil
        }
        guard range.length >= 2, scanner[range.upperBound - 1] == quote else { return nil }
        return ByteRange(range.lowerBound + 1, range.upperBound - 1)
    }
}

extension ByteScanner {
    /// The address of a node: an address, or one with a port behind it, IPv6 in brackets then (RFC 7239, section 6, and
    /// what some proxies write into `X-Forwarded-For`).
    fileprivate func node(_ range: ByteRange) -> IPAddress? {
        guard !range.isEmpty else { return nil }
        let colon = firstIndex(of: UInt8(ascii: ":"), from: range.lowerBound, to: range.upperBound)
        if self[range.lowerBound] == UInt8(ascii: "[") {
            let close = firstIndex(of: UInt8(ascii: "]"), from: range.lowerBound, to: range.upperBound)
            guard close < range.upperBound, colon < close, isPortOrEmpty(close + 1, range.upperBound) else {
                return nil
            }
            return address(range.lowerBound + 1, close)
        }
        let isAlone =
            firstIndex(of: UInt8(ascii: ":"), from: min(colon + 1, range.upperBound), to: range.upperBound)
            == range.upperBound
        guard colon < range.upperBound, isAlone else { return address(range.lowerBound, range.upperBound) }
        guard isPortOrEmpty(colon, range.upperBound) else { return nil }
        return address(range.lowerBound, colon)
    }

    private func address(_ start: Int, _ end: Int) -> IPAddress? {
        guard end - start <= 45 else { return nil }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 45) { text in
            for index in start..<end { text[index - start] = self[index] }
            return IPAddress(UnsafeBufferPointer(rebasing: text[..<(end - start)]))
        }
    }

    /// Nothing, or a colon and a port: a number, or an obfuscated one that begins with an underscore.
    private func isPortOrEmpty(_ start: Int, _ end: Int) -> Bool {
        guard start < end else { return true }
        guard self[start] == UInt8(ascii: ":"), start + 1 < end else { return false }
        if self[start + 1] == UInt8(ascii: "_") {
            return firstIndex(notIn: .hostName, from: start + 1, to: end) == end
        }
        guard let port = parseContentLength(ByteRange(start + 1, end), in: self) else { return false }
        return end - start <= 6 && port <= 65_535
    }

    /// Whether a protocol's name stands for HTTP over TLS; nil where it stands for none that is served here.
    fileprivate func isTLS(_ name: ByteRange) -> Bool? {
        if matches(name, lowercased: "https") || matches(name, lowercased: "wss") { return true }
        if matches(name, lowercased: "http") || matches(name, lowercased: "ws") { return false }
        return nil
    }
}
