import Testing

@testable import DataPlane

enum ResponseHeadOutcome: Equatable, Sendable {
    case incomplete
    case refused(ResponseFault)
    case complete(String, byteCount: Int)

    static func reading(_ bytes: [UInt8], to method: RequestMethod, cuts: [Int] = []) -> ResponseHeadOutcome {
        var head = ResponseHead()
        for end in cuts + [bytes.count] {
            do throws(ResponseFault) {
                let progress = try head.parse(
                    bytes.span.extracting(0..<end), to: method, limits: HeadLimits(maximumHeadBytes: 4096))
                if case .complete(let count) = progress {
                    return .complete(describe(head, in: bytes), byteCount: count)
                }
            } catch {
                return .refused(error)
            }
        }
        return .incomplete
    }

    static func describe(_ head: borrowing ResponseHead, in bytes: [UInt8]) -> String {
        var words = ["\(head.statusCode)", String(decoding: bytes[head.reason.indices], as: UTF8.self)]
        switch head.framing {
        case .none: words.append("none")
        case .length(let length): words.append("length=\(length)")
        case .chunked: words.append("chunked")
        case .untilClose: words.append("untilClose")
        }
        if let stated = head.statedLength, head.framing != .length(stated) { words.append("stated=\(stated)") }
        if head.version == .http10 { words.append("1.0") }
        if !head.isPersistent { words.append("close") }
        if head.isInterim { words.append("interim") }
        if head.switchesProtocols { words.append(head.upgradesToWebSocket ? "websocket" : "switches") }
        return words.joined(separator: " ")
    }
}

struct ResponseHeadCase: CustomTestStringConvertible, Sendable {
    var text: String
    var method = RequestMethod.get
    var outcome: ResponseHeadOutcome

    var testDescription: String { "\(method) \(text.debugDescription)" }

    static func taken(_ text: String, to method: RequestMethod = .get, _ words: String) -> ResponseHeadCase {
        ResponseHeadCase(text: text, method: method, outcome: .complete(words, byteCount: text.octets.count))
    }

    static func refused(_ text: String, _ fault: ResponseFault) -> ResponseHeadCase {
        ResponseHeadCase(text: text, outcome: .refused(fault))
    }
}

private let ok = "HTTP/1.1 200 OK\r\n"

let responseHeadCases: [ResponseHeadCase] = [
    .taken(ok + "Content-Length: 5\r\n\r\n", "200 OK length=5"),
    .taken(ok + "Content-Length: 0\r\n\r\n", "200 OK none stated=0"),
    .taken(ok + "Transfer-Encoding: chunked\r\n\r\n", "200 OK chunked"),
    .taken(ok + "Transfer-Encoding: CHUNKED\r\n\r\n", "200 OK chunked"),
    .taken(ok + "\r\n", "200 OK untilClose close"),
    .taken(ok + "Connection: close\r\nContent-Length: 1\r\n\r\n", "200 OK length=1 close"),
    .taken("HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\n", "200  length=1"),
    .taken("HTTP/1.1 200\r\nContent-Length: 1\r\n\r\n", "200  length=1"),
    .taken("HTTP/1.1 404 Nicht da\r\nContent-Length: 1\r\n\r\n", "404 Nicht da length=1"),
    .taken("HTTP/1.1 999 Request denied\r\nContent-Length: 1\r\n\r\n", "999 Request denied length=1"),
    .taken("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", "200 OK length=1 1.0 close"),
    .taken("HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: Keep-Alive\r\n\r\n", "200 OK length=1 1.0"),
    .taken("HTTP/1.0 200 OK\r\n\r\n", "200 OK untilClose 1.0 close"),
    .taken(ok + "Content-Length: 5\r\n\r\n", to: .head, "200 OK none stated=5"),
    .taken(ok + "Transfer-Encoding: chunked\r\n\r\n", to: .head, "200 OK none"),
    .taken(ok + "\r\n", to: .head, "200 OK none"),
    .taken("HTTP/1.1 204 No Content\r\n\r\n", "204 No Content none"),
    .taken("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", "204 No Content none stated=5"),
    .taken("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "304 Not Modified none stated=5"),
    .taken("HTTP/1.1 100 Continue\r\n\r\n", "100 Continue none interim"),
    .taken("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", "103 Early Hints none interim"),
    .taken(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "101 Switching Protocols none close websocket"),
    .taken("HTTP/1.1 101 Switching Protocols\r\n\r\n", "101 Switching Protocols none close switches"),
    .refused(ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", .ambiguousLength),
    .refused(ok + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", .repeatedContentLength),
    .refused(ok + "Content-Length: 5, 5\r\n\r\n", .invalidContentLength),
    .refused(ok + "Content-Length: -5\r\n\r\n", .invalidContentLength),
    .refused(ok + "Transfer-Encoding: gzip, chunked\r\n\r\n", .invalidTransferEncoding),
    .refused(ok + "Transfer-Encoding: identity\r\n\r\n", .invalidTransferEncoding),
    .refused(ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", .invalidTransferEncoding),
    .refused("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .invalidTransferEncoding),
    .refused("HTTP/1.1 20 OK\r\n\r\n", .invalidStatusCode),
    .refused("HTTP/1.1 2000 OK\r\n\r\n", .invalidStatusCode),
    .refused("HTTP/1.1 099 OK\r\n\r\n", .invalidStatusCode),
    .refused("HTTP/1.1 +20 OK\r\n\r\n", .invalidStatusCode),
    .refused("HTTP/1.1  200 OK\r\n\r\n", .invalidStatusCode),
    .refused("HTTP/2.0 200 OK\r\n\r\n", .unsupportedVersion),
    .refused("HTTP/1.1\t200 OK\r\n\r\n", .invalidStatusLine),
    .refused("ICY 200 OK\r\n\r\n", .invalidStatusLine),
    .refused("<html>\r\n", .invalidStatusLine),
    .refused("HTTP/1.1 200 OK\nContent-Length: 5\n\n", .bareLineFeed),
    .refused("HTTP/1.1 200 O\rK\r\n\r\n", .bareCarriageReturn),
    .refused("HTTP/1.1 200 O\0K\r\n\r\n", .controlCharacter),
    .refused(ok + "X: a\0b\r\n\r\n", .controlCharacter),
    .refused(ok + "X: a\r\n b\r\n\r\n", .foldedField),
    .refused(ok + "X : a\r\n\r\n", .invalidField),
    .refused(ok + "X: " + String(repeating: "a", count: 5000), .headTooLarge),
    .refused("HTTP/1.1 200 " + String(repeating: "a", count: 5000), .headTooLarge),
    ResponseHeadCase(text: "", outcome: .incomplete),
    ResponseHeadCase(text: "HTTP", outcome: .incomplete),
    ResponseHeadCase(text: "HTTP/1.1 200 OK", outcome: .incomplete),
    ResponseHeadCase(text: ok + "Content-Length: 5\r\n\r", outcome: .incomplete),
]

@Suite("Reading a response head")
struct ResponseHeadTests {
    @Test("gives each head of the table its outcome, whole and in pieces", arguments: responseHeadCases)
    func outcomes(_ row: ResponseHeadCase) {
        let bytes = row.text.octets
        #expect(ResponseHeadOutcome.reading(bytes, to: row.method) == row.outcome)
        #expect(ResponseHeadOutcome.reading(bytes, to: row.method, cuts: Array(0..<bytes.count)) == row.outcome)
        var random = SplitMix64(seed: UInt64(bytes.count))
        for _ in 0..<20 {
            let cuts = (0..<3).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
            #expect(ResponseHeadOutcome.reading(bytes, to: row.method, cuts: cuts) == row.outcome)
        }
    }

    @Test("reads the next response with the same storage after a reset")
    func reuse() throws {
        var head = ResponseHead()
        let interim = "HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n".octets
        _ = try head.parse(interim.span, to: .post, limits: HeadLimits())
        head.reset()
        let final = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n".octets
        #expect(try head.parse(final.span, to: .post, limits: HeadLimits()) == .complete(byteCount: final.count))
        #expect(ResponseHeadOutcome.describe(head, in: final) == "200 OK length=2")
    }
}
