/// What the fields of a message say about its length and its connection, gathered while they are read.
struct FieldFacts: Sendable {
    var hasHost = false
    var contentLength: Int?
    var hasTransferEncoding = false
    var connection = ConnectionOptions()
    /// Whether an `Upgrade` field names the WebSocket, or anything.
    var upgradesToWebSocket = false
    var hasUpgrade = false
    /// The authority of an absolute target.
    var authority: HostAndPort?
    var authorityDefaultPort: UInt16 = 80

    init() {}
}

/// The options of the `Connection` fields (RFC 9110, section 7.6.1).
struct ConnectionOptions: Sendable {
    var close = false
    var keepAlive = false
    var upgrade = false
    /// How many options name fields.
    var nominations = 0

    /// The most fields that a message may nominate.
    static var maximumNominations: Int { 32 }

    init() {}

    /// Reads one `Connection` field.
    @inline(__always)
    mutating func read(_ value: ByteRange, in scanner: ByteScanner) {
        if scanner.matches(value, lowercased: "keep-alive") {
            keepAlive = true
        } else if scanner.matches(value, lowercased: "close") {
            close = true
        } else {
            readList(value, in: scanner)
        }
    }

    private mutating func readList(_ value: ByteRange, in scanner: ByteScanner) {
        var options = self
        scanner.forEachListElement(of: value) { option in
            if scanner.matches(option, lowercased: "close") {
                options.close = true
            } else if scanner.matches(option, lowercased: "keep-alive") {
                options.keepAlive = true
            } else if scanner.matches(option, lowercased: "upgrade") {
                options.upgrade = true
            } else {
                options.nominations += 1
            }
            return true
        }
        self = options
    }
}

extension FieldTable {
    /// Marks the fields that `Connection` fields name. What the load balancer writes anew in any case (`Host`,
    /// `Content-Length`) can't be taken away so.
    mutating func markNominated(in scanner: ByteScanner) {
        for index in 0..<count where self[index].known == .connection {
            var nominated = ByteRange.empty
            var position = self[index].value.lowerBound
            let end = self[index].value.upperBound
            while position < end {
                let comma = scanner.firstIndex(of: UInt8(ascii: ","), from: position, to: end)
                nominated = scanner.trimmed(position, comma)
                position = comma + 1
                if !nominated.isEmpty { mark(nominated, in: scanner) }
            }
        }
    }

    private mutating func mark(_ name: ByteRange, in scanner: ByteScanner) {
        for index in 0..<count {
            let field = self[index]
            guard field.known != .host, field.known != .contentLength else { continue }
            if scanner.matchesIgnoringCase(field.name, name) { markHopByHop(index) }
        }
    }
}

/// Reads the value of a `Content-Length` field: digits alone. Leading zeros are read as the number that they write, which
/// is passed on without them; signs, spaces, lists and numbers beyond an `Int` are not read.
func parseContentLength(_ value: ByteRange, in scanner: ByteScanner) -> Int? {
    guard !value.isEmpty else { return nil }
    var length = 0
    for index in value.indices {
        let digit = scanner[index] &- 0x30
        guard digit < 10 else { return nil }
        let (scaled, overflow) = length.multipliedReportingOverflow(by: 10)
        let (sum, carried) = scaled.addingReportingOverflow(Int(digit))
        guard !overflow, !carried else { return nil }
        length = sum
    }
    return length
}
