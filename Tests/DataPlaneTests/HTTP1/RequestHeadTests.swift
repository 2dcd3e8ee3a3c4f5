import Testing

@testable import DataPlane

/// One row of the table: bytes and the answer that they must get.
struct RequestHeadCase: CustomTestStringConvertible, Sendable {
    var name: String
    var bytes: [UInt8]
    var outcome: RequestHeadOutcome

    var testDescription: String { name }

    /// A head that is taken; what it was read as, in words.
    static func taken(_ name: String, _ text: String, _ words: String, rest: String = "") -> RequestHeadCase {
        RequestHeadCase(
            name: name, bytes: (text + rest).octets, outcome: .complete(words, byteCount: text.octets.count))
    }

    static func refused(_ name: String, _ text: String, _ refusal: RequestRefusal) -> RequestHeadCase {
        RequestHeadCase(name: name, bytes: text.octets, outcome: .refused(refusal))
    }

    static func waits(_ name: String, _ text: String) -> RequestHeadCase {
        RequestHeadCase(name: name, bytes: text.octets, outcome: .incomplete)
    }
}

@Suite("Reading a request head")
struct RequestHeadTests {
    @Test("gives each head of the table its answer", arguments: requestHeadCases)
    func answers(_ row: RequestHeadCase) {
        #expect(RequestHeadOutcome.reading(row.bytes) == row.outcome)
    }

    @Test("gives the same answer byte by byte", arguments: requestHeadCases)
    func answersByteByByte(_ row: RequestHeadCase) {
        let cuts = Array(0..<row.bytes.count)
        #expect(RequestHeadOutcome.reading(row.bytes, cuts: cuts) == row.outcome)
    }

    @Test("gives the same answer however the bytes are cut", arguments: requestHeadCases)
    func answersInPieces(_ row: RequestHeadCase) {
        var random = SplitMix64(seed: UInt64(row.bytes.count))
        for _ in 0..<20 {
            let cuts = (0..<4).map { _ in Int.random(in: 0...row.bytes.count, using: &random) }.sorted()
            #expect(RequestHeadOutcome.reading(row.bytes, cuts: cuts) == row.outcome, "cut at \(cuts)")
        }
    }

    @Test("answers with the status that the refusal stands for")
    func statuses() {
        #expect(RequestRefusal.ambiguousLength.statusCode == 400)
        #expect(RequestRefusal.bareLineFeed.statusCode == 400)
        #expect(RequestRefusal.hostMismatch.statusCode == 400)
        #expect(RequestRefusal.connectNotSupported.statusCode == 405)
        #expect(RequestRefusal.targetTooLong.statusCode == 414)
        #expect(RequestRefusal.unsupportedExpectation.statusCode == 417)
        #expect(RequestRefusal.headTooLarge.statusCode == 431)
        #expect(RequestRefusal.tooManyFields.statusCode == 431)
        #expect(RequestRefusal.unsupportedTransferCoding.statusCode == 501)
        #expect(RequestRefusal.unsupportedVersion.statusCode == 505)
    }

    @Test("finds the fields with names and values as they came, without the blanks around values")
    func fields() throws {
        let bytes = "GET / HTTP/1.1\r\nhOsT: \t a \t\r\nX-Custom:b  c\r\naccept-ENCODING: gzip\r\nEmpty:\r\n\r\n".octets
        var head = RequestHead()
        _ = try head.parse(bytes.span, limits: HeadLimits())
        var lines: [String] = []
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            let name = String(decoding: bytes[field.name.indices], as: UTF8.self)
            lines.append("\(field.known) \(name)=\(String(decoding: bytes[field.value.indices], as: UTF8.self))|")
        }
        #expect(
            lines == ["host hOsT=a|", "other X-Custom=b  c|", "acceptEncoding accept-ENCODING=gzip|", "other Empty=|"])
    }

    @Test("knows every field of the index by its name in any case", arguments: KnownField.allCases)
    func knownFields(_ field: KnownField) throws {
        guard field != .other else { return }
        for name in ["\(field.name)", "\(field.name)".uppercased(), "\(field.name)".lowercased()] {
            let value = field == .contentLength ? "1" : field == .expect ? "100-continue" : "a"
            // Fields that would be refused are read as trailers would be: by the section parser alone.
            let bytes = "\(name): \(value)\r\n\r\n".octets
            let known = try bytes.span.withUnsafeBufferPointer { buffer throws -> KnownField? in
                let scanner = try #require(ByteScanner(buffer))
                guard case .field(let record, _) = try FieldSectionParser(scanner, HeadLimits()).next(0, 0) else {
                    return nil
                }
                return record.known
            }
            #expect(known == field, "\(name)")
        }
    }

    @Test(
        "does not take a name for a known one that differs in one octet",
        arguments: [
            "Hosu", "Content-Lengti", "Content_Length", "Transfer-Encodinh", "\u{48}ost1", "T", "X-Forwarded-Fop",
        ])
    func nearlyKnown(_ name: String) throws {
        let bytes = "GET / HTTP/1.1\r\nHost: a\r\n\(name): a\r\n\r\n".octets
        var head = RequestHead()
        #expect(try head.parse(bytes.span, limits: HeadLimits()) == .complete(byteCount: bytes.count))
        #expect(head.fields[1].known == .other)
    }

    @Test("marks hop-by-hop fields and those that Connection names, but never Host and Content-Length")
    func nominated() throws {
        let bytes =
            """
            GET / HTTP/1.1\r\nHost: a\r\nX-Mine: 1\r\nx-other: 2\r\nConnection: close, x-mINE,host\r\n\
            Connection: Content-Length\r\nContent-Length: 4\r\nKeep-Alive: 5\r\nTE: trailers\r\nUpgrade: h2c\r\n\
            Proxy-Connection: a\r\nProxy-Authorization: b\r\nCookie: c\r\n\r\n
            """.octets
        var head = RequestHead()
        _ = try head.parse(bytes.span, limits: HeadLimits())
        var dropped: [String] = []
        for index in 0..<head.fields.count where head.fields[index].isHopByHop {
            dropped.append(String(decoding: bytes[head.fields[index].name.indices], as: UTF8.self))
        }
        #expect(
            dropped == [
                "X-Mine", "Connection", "Connection", "Keep-Alive", "TE", "Upgrade", "Proxy-Connection",
                "Proxy-Authorization",
            ])
    }

    @Test("ends here what some backends would take for a known field, and passes other underscores")
    func underscores() throws {
        let bytes =
            """
            GET / HTTP/1.1\r\nHost: a\r\nContent_Length: 5\r\ntransfer-ENCODING_: chunked\r\nX_FORWARDED-for: b\r\n\
            my_field: c\r\nTransfer_Encoding: chunked\r\n\r\n
            """.octets
        var head = RequestHead()
        #expect(try head.parse(bytes.span, limits: HeadLimits()) == .complete(byteCount: bytes.count))
        #expect(head.framing == .none)
        #expect((0..<head.fields.count).map { head.fields[$0].isHopByHop } == [false, true, false, true, false, true])
    }

    @Test("finds fields by any name, whatever their case")
    func fieldsByName() throws {
        let bytes = "GET / HTTP/1.1\r\nHost: a\r\nX-Canary: 1\r\nx-canarY: 2\r\nX-Canaries: 3\r\n\r\n".octets
        var head = RequestHead()
        _ = try head.parse(bytes.span, limits: HeadLimits())
        let name = "x-CANARY".octets
        let first = head.fields.firstIndex(named: name.span, in: bytes.span)
        let second = head.fields.firstIndex(named: name.span, from: 2, in: bytes.span)
        let third = head.fields.firstIndex(named: name.span, from: 3, in: bytes.span)
        #expect([first, second, third] == [1, 2, nil])
        #expect(head.fields.firstIndex(of: .host) == 0)
        #expect(head.fields.firstIndex(of: .cookie) == nil)
    }

    @Test("reads the next message with the same storage after a reset")
    func reuse() throws {
        var head = RequestHead()
        let first = "POST /a?b HTTP/1.0\r\nContent-Length: 5\r\nTE: trailers\r\nConnection: keep-alive\r\n\r\n".octets
        _ = try head.parse(first.span, limits: HeadLimits())
        #expect(head.framing == .length(5))
        let second = "GET / HTTP/1.1\r\nHost: b\r\n\r\n".octets
        for release in [false, true] {
            if release { head.releaseStorage() } else { head.reset() }
            let progress = try head.parse(second.span, limits: HeadLimits())
            #expect(progress == .complete(byteCount: second.count))
            #expect(RequestHeadOutcome.describe(head, in: second) == "GET / @b")
            #expect(head.fields.count == 1)
        }
    }
}

@Suite("Limits of a request head")
struct RequestHeadLimitTests {
    private let limits = HeadLimits(maximumHeadBytes: 1024, maximumTargetBytes: 256, maximumFields: 5)

    private func outcomes(_ text: String) -> [RequestHeadOutcome] {
        let bytes = text.octets
        return [
            .reading(bytes, limits: limits),
            .reading(bytes, cuts: Array(0..<bytes.count), limits: limits),
        ]
    }

    @Test("take a target of exactly the longest length and refuse one more byte", arguments: [256, 257, 5000])
    func target(_ length: Int) {
        let text = "GET /" + String(repeating: "a", count: length - 1) + " HTTP/1.1\r\nHost: a\r\n\r\n"
        for outcome in outcomes(text) {
            if length <= 256 {
                #expect(outcome != .refused(.targetTooLong))
                #expect(outcome != .incomplete)
            } else {
                #expect(outcome == .refused(.targetTooLong))
            }
        }
    }

    @Test("take a head of exactly the longest length and refuse one more byte", arguments: [1024, 1025, 5000])
    func head(_ length: Int) {
        let frame = "GET / HTTP/1.1\r\nHost: a\r\nA: \r\n\r\n"
        let padding = String(repeating: "v", count: length - frame.octets.count)
        let text = "GET / HTTP/1.1\r\nHost: a\r\nA: \(padding)\r\n\r\n"
        for outcome in outcomes(text) {
            #expect(
                outcome == (length <= 1024 ? .complete("GET / @a", byteCount: length) : .refused(.headTooLarge)))
        }
    }

    @Test(
        "refuse a head that never ends",
        arguments: ["GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nA", "GET / HTTP/1.1\r\nA: "])
    func endless(_ start: String) {
        for outcome in outcomes(start + String(repeating: "b", count: 2000)) {
            #expect(outcome == .refused(.headTooLarge))
        }
    }

    @Test("take the most fields and refuse one more", arguments: [5, 6])
    func fields(_ count: Int) {
        let lines = (1..<count).map { "F\($0): v\r\n" }.joined()
        for outcome in outcomes("GET / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n") {
            if count <= 5 {
                #expect(outcome != .refused(.tooManyFields))
            } else {
                #expect(outcome == .refused(.tooManyFields))
            }
        }
    }

    @Test("refuse more nominations than are looked up")
    func nominations() {
        let options = (0..<33).map { "a\($0)" }.joined(separator: ",")
        for outcome in outcomes("GET / HTTP/1.1\r\nHost: a\r\nConnection: \(options)\r\n\r\n") {
            #expect(outcome == .refused(.tooManyConnectionOptions))
        }
    }
}

/// A small generator of random numbers that gives the same ones for the same seed.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
