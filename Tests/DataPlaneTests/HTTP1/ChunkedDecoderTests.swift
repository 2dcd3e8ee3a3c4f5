import Testing

@testable import DataPlane

/// What reading a chunked body came to.
enum ChunkedOutcome: Equatable, Sendable {
    case incomplete(body: String)
    case refused(ChunkedBodyError)
    case complete(body: String, trailers: [String], consumed: Int)

    /// Reads as a connection does: what is not consumed stays in the buffer, and more bytes come behind it.
    static func reading(_ bytes: [UInt8], cuts: [Int] = []) -> ChunkedOutcome {
        var decoder = ChunkedDecoder()
        var trailers = FieldTable()
        var body: [UInt8] = []
        var start = 0
        for end in cuts + [bytes.count] {
            reading: while true {
                let step: ChunkedDecoder.Step
                do throws(ChunkedBodyError) {
                    step = try decoder.next(bytes.span.extracting(start..<max(start, end)), trailers: &trailers)
                } catch {
                    return .refused(error)
                }
                switch step {
                case .data(let range):
                    body += bytes[start + range.lowerBound..<start + range.upperBound]
                    start += range.upperBound
                case .incomplete(let consumed):
                    start += consumed
                    break reading
                case .end(let consumed):
                    let lines = (0..<trailers.count).map { index in
                        let field = trailers[index]
                        func text(_ range: ByteRange) -> String {
                            String(decoding: bytes[start + range.lowerBound..<start + range.upperBound], as: UTF8.self)
                        }
                        return "\(text(field.name))=\(text(field.value))"
                    }
                    return .complete(
                        body: String(decoding: body, as: UTF8.self), trailers: lines, consumed: start + consumed)
                }
            }
        }
        return .incomplete(body: String(decoding: body, as: UTF8.self))
    }
}

struct ChunkedCase: CustomTestStringConvertible, Sendable {
    var text: String
    var outcome: ChunkedOutcome

    var testDescription: String { text.prefix(60).debugDescription }

    static func taken(_ text: String, _ body: String, _ trailers: [String] = [], rest: String = "") -> ChunkedCase {
        ChunkedCase(
            text: text + rest, outcome: .complete(body: body, trailers: trailers, consumed: text.octets.count))
    }

    static func refused(_ text: String, _ error: ChunkedBodyError) -> ChunkedCase {
        ChunkedCase(text: text, outcome: .refused(error))
    }

    static func waits(_ text: String, _ body: String) -> ChunkedCase {
        ChunkedCase(text: text, outcome: .incomplete(body: body))
    }
}

let chunkedCases: [ChunkedCase] = [
    .taken("0\r\n\r\n", ""),
    .taken("5\r\nhello\r\n0\r\n\r\n", "hello"),
    .taken("5\r\nhello\r\n0\r\n\r\n", "hello", rest: "GET / HTTP/1.1\r\n"),
    .taken("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world"),
    .taken("A\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
    .taken("a\r\n0123456789\r\n00\r\n\r\n", "0123456789"),
    .taken("0005\r\nhello\r\n0\r\n\r\n", "hello"),
    .taken("5;a=b\r\nhello\r\n0;c\r\n\r\n", "hello"),
    .taken("5 ; a = \"b;c\"\r\nhello\r\n0\r\n\r\n", "hello"),
    .taken("2\r\n\r\n\r\n0\r\n\r\n", "\r\n"),
    .taken("1\r\na\r\n0\r\nX-Sum: 1\r\ny: 2\r\n\r\n", "a", ["X-Sum=1", "y=2"]),
    .taken("0\r\nCookie: a\r\nX-Forwarded-For: b\r\nX: c\r\n\r\n", "", ["X=c"]),
    .taken("0\r\nX-Forwarded-Scheme: https\r\nX-Forwarded-Ssl: on\r\nX: c\r\n\r\n", "", ["X=c"]),
    .taken("0\r\nX-Forwarded-Server: a\r\nX-Forwarded-Prefix: /b\r\nProxy: c\r\n\r\n", "", []),
    .waits("", ""),
    .waits("5", ""),
    .waits("5\r", ""),
    .waits("5\r\nhel", "hel"),
    .waits("5\r\nhello\r\n", "hello"),
    .waits("5\r\nhello\r\n0\r\n", "hello"),
    .waits("5\r\nhello\r\n0\r\nX: a\r\n", "hello"),
    .refused("\r\n", .invalidSize),
    .refused(" 5\r\nhello\r\n", .invalidSize),
    .refused("5 \r\nhello\r\n", .invalidSize),
    .refused("+5\r\nhello\r\n", .invalidSize),
    .refused("-5\r\nhello\r\n", .invalidSize),
    .refused("0x5\r\nhello\r\n", .invalidSize),
    .refused("5_0\r\nhello\r\n", .invalidSize),
    .refused("g\r\nhello\r\n", .invalidSize),
    .refused(";a\r\nhello\r\n", .invalidSize),
    .refused("5\nhello\r\n", .invalidSize),
    .refused("5\0\r\nhello\r\n", .invalidSize),
    .refused("5 5\r\nhello\r\n", .invalidSize),
    .refused("8000000000000000\r\n", .sizeTooLarge),
    .refused("FFFFFFFFFFFFFFFF\r\n", .sizeTooLarge),
    .refused("10000000000000005\r\nhello\r\n", .sizeTooLarge),
    .refused("00000000000000005\r\nhello\r\n", .sizeTooLarge),
    .refused("5\rhello\r\n", .missingLineEnd),
    .refused("5\r\r\nhello\r\n", .missingLineEnd),
    .refused("5\r\nhello0\r\n\r\n", .missingLineEnd),
    .refused("5\r\nhello\n0\r\n\r\n", .missingLineEnd),
    .refused("5\r\nhello\r0\r\n\r\n", .missingLineEnd),
    .refused("5\r\nhello!\r\n0\r\n\r\n", .missingLineEnd),
    .refused("5;a\nhello\r\n0\r\n\r\n", .invalidExtension),
    .refused("5;a\0\r\nhello\r\n", .invalidExtension),
    .refused("5;a\rb\r\nhello\r\n", .missingLineEnd),
    .refused("5;" + String(repeating: "a", count: 5000) + "\r\nhello\r\n", .extensionTooLong),
    .refused("5 " + String(repeating: " ", count: 5000) + ";\r\nhello\r\n", .extensionTooLong),
    .refused(String(repeating: "1;" + String(repeating: "a", count: 99) + "\r\nx\r\n", count: 60), .extensionTooLong),
    .refused("0\r\nTransfer-Encoding: chunked\r\n\r\n", .forbiddenTrailer),
    .refused("0\r\nContent-Length: 5\r\n\r\n", .forbiddenTrailer),
    .refused("0\r\nHost: b\r\n\r\n", .forbiddenTrailer),
    .refused("0\r\nConnection: close\r\n\r\n", .forbiddenTrailer),
    .refused("0\r\nUpgrade: h2c\r\n\r\n", .forbiddenTrailer),
    .refused("0\r\nTE: trailers\r\n\r\n", .forbiddenTrailer),
    .refused("0\r\nX: a\n\r\n", .invalidTrailer),
    .refused("0\r\nX : a\r\n\r\n", .invalidTrailer),
    .refused("0\r\nX: a\r\n b\r\n\r\n", .invalidTrailer),
    .refused("0\r\nX: a\0\r\n\r\n", .invalidTrailer),
    .refused("0\r\n\rX", .invalidTrailer),
    .refused("0\r\n\n", .invalidTrailer),
    .refused("0\r\nX: " + String(repeating: "a", count: 9000) + "\r\n\r\n", .trailersTooLarge),
    .refused("0\r\n" + String(repeating: "X: a\r\n", count: 65) + "\r\n", .trailersTooLarge),
]

@Suite("Reading a chunked body")
struct ChunkedDecoderTests {
    @Test("gives each body of the table its outcome, whole and in pieces", arguments: chunkedCases)
    func outcomes(_ row: ChunkedCase) {
        let bytes = row.text.octets
        #expect(ChunkedOutcome.reading(bytes) == row.outcome)
        #expect(ChunkedOutcome.reading(bytes, cuts: Array(0..<bytes.count)) == row.outcome)
        var random = SplitMix64(seed: UInt64(bytes.count))
        for _ in 0..<20 {
            let cuts = (0..<3).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
            #expect(ChunkedOutcome.reading(bytes, cuts: cuts) == row.outcome)
        }
    }

    @Test("counts the body's bytes and nothing else")
    func bodyBytes() throws {
        let bytes = "5;ext\r\nhello\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n".octets
        var decoder = ChunkedDecoder()
        var trailers = FieldTable()
        var start = 0
        while !decoder.isDone {
            switch try decoder.next(bytes.span.extracting(start..<bytes.count), trailers: &trailers) {
            case .data(let range): start += range.upperBound
            case .incomplete(let consumed), .end(let consumed): start += consumed
            }
        }
        #expect(decoder.bodyBytes == 8)
        #expect(start == bytes.count)
    }
}

@Suite("Telling protocols apart by their first bytes")
struct ProtocolSniffTests {
    @Test(
        "takes TLS records and request lines for what they are",
        arguments: [
            ("", ProtocolSniff.undecided), ("\u{16}", .undecided), ("\u{16}\u{03}\u{01}", .tls), ("\u{16}X", .other),
            ("G", .undecided), ("GET", .undecided), ("GET ", .http), ("PRI * HTTP/2.0", .http), (" ", .other),
            ("\u{80}", .other), ("SSH-2.0-x\r\n", .other), (String(repeating: "A", count: 40), .other),
        ])
    func sniff(_ text: String, _ expected: ProtocolSniff) {
        #expect(ProtocolSniff(text.octets.span) == expected)
    }
}
