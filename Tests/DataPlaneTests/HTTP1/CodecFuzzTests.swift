import Testing

@testable import DataPlane

/// Makes messages that are nearly right from the rows of the tables, always the same ones for the same seed.
struct MessageMutator {
    private var random: SplitMix64
    private let corpus: [[UInt8]]
    /// Octets on which parsers stumble.
    private static let special: [UInt8] =
        Array("\r\n\t :,;=\"?#/\\%*-+0123456789aAfFxX\0\u{7F}".utf8) + [0x80, 0xFF, 0x0B]

    init(seed: UInt64, corpus: [[UInt8]]) {
        random = SplitMix64(seed: seed)
        self.corpus = corpus.filter { !$0.isEmpty && $0.count < 2000 }
    }

    mutating func next() -> [UInt8] {
        var message = pick()
        for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&message) }
        return message
    }

    /// Where a message is cut when it arrives in pieces.
    mutating func cuts(_ count: Int) -> [Int] {
        (0..<Int.random(in: 0...6, using: &random)).map { _ in Int.random(in: 0...count, using: &random) }.sorted()
    }

    private mutating func pick() -> [UInt8] {
        corpus[Int.random(in: 0..<corpus.count, using: &random)]
    }

    private mutating func mutate(_ message: inout [UInt8]) {
        guard !message.isEmpty else {
            message = pick()
            return
        }
        let start = Int.random(in: 0..<message.count, using: &random)
        let end = Int.random(in: start...min(message.count, start + 12), using: &random)
        let special = Self.special[Int.random(in: 0..<Self.special.count, using: &random)]
        switch Int.random(in: 0..<7, using: &random) {
        case 0: message[start] = special
        case 1: message.insert(special, at: start)
        case 2: message.removeSubrange(start..<end)
        case 3: message.insert(contentsOf: message[start..<end], at: start)
        case 4: message[start] = UInt8.random(in: 0...255, using: &random)
        case 5:
            let other = pick()
            message.replaceSubrange(start..., with: other[min(start, other.count)...])
        default: message[start] ^= 0x20
        }
    }
}

@Suite("Mutated messages")
struct CodecFuzzTests {
    private static let rounds = 6000

    @Test("are read the same however they are cut, and what is read lies within them", arguments: [1, 2])
    func requests(_ seed: UInt64) throws {
        var mutator = MessageMutator(seed: seed, corpus: requestHeadCases.map(\.bytes))
        var taken = 0
        for _ in 0..<Self.rounds {
            let bytes = mutator.next()
            let whole = RequestHeadOutcome.reading(bytes)
            let pieces = RequestHeadOutcome.reading(bytes, cuts: mutator.cuts(bytes.count))
            #expect(whole == pieces, "\(bytes)")
            if case .complete = whole {
                taken += 1
                try checkRequest(bytes)
            }
        }
        // The mutations must not be so coarse that nothing passes.
        #expect(taken > Self.rounds / 20)
    }

    /// What was taken is in bounds and clean, and what is written of it is read back as the same request.
    private func checkRequest(_ bytes: [UInt8]) throws {
        var head = RequestHead()
        guard case .complete(let count) = try head.parse(bytes.span, limits: HeadLimits()) else { return }
        for range in [head.methodName, head.target, head.path, head.host.whole, head.host.host] {
            #expect(range.upperBound <= count)
        }
        for byte in bytes[head.target.indices] { #expect(byte > 0x20 && byte != 0x7F && byte != UInt8(ascii: "#")) }
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            #expect(!field.name.isEmpty && field.value.upperBound <= count)
            for byte in bytes[field.value.indices] { #expect(byte >= 0x20 && byte != 0x7F || byte == 0x09) }
        }
        let local = IPAddress(v4: 0x7F00_0001)
        let policy = ForwardingPolicy()
        let client = ClientConnection(peer: local, local: local, localPort: 80, isTLS: false, policy: policy)
        let text = written { writer in
            writer.writeProxiedRequest(
                head, of: bytes.span, policy: policy, client: client, requestID: RequestID(high: 1, low: 2),
                expectsContinue: head.expectsContinue)
        }
        let again = try ParsedRequest(octets: Array(try #require(text).utf8))
        #expect(again.head.framing == head.framing)
        #expect(again.head.method == head.method)
        #expect(again.head.upgrade == (head.upgrade == .webSocket ? .webSocket : .none))
        #expect(again.head.expectsContinue == head.expectsContinue)
        let needsEncoding = again.head.targetNeedsEncoding
        #expect(!needsEncoding)
    }

    @Test("from upstream are read the same however they are cut")
    func responses() throws {
        let corpus = responseHeadCases.map(\.text.octets)
        var mutator = MessageMutator(seed: 3, corpus: corpus)
        var taken = 0
        for _ in 0..<Self.rounds {
            let bytes = mutator.next()
            let whole = ResponseHeadOutcome.reading(bytes, to: .get)
            #expect(whole == ResponseHeadOutcome.reading(bytes, to: .get, cuts: mutator.cuts(bytes.count)), "\(bytes)")
            if case .complete(_, let count) = whole {
                taken += 1
                #expect(count <= bytes.count)
            }
        }
        #expect(taken > Self.rounds / 20)
    }

    @Test("in the chunked coding are read the same however they are cut")
    func chunked() {
        var mutator = MessageMutator(seed: 4, corpus: chunkedCases.map(\.text.octets))
        var taken = 0
        for _ in 0..<Self.rounds {
            let bytes = mutator.next()
            let whole = ChunkedOutcome.reading(bytes)
            #expect(whole == ChunkedOutcome.reading(bytes, cuts: mutator.cuts(bytes.count)), "\(bytes)")
            if case .complete = whole { taken += 1 }
        }
        #expect(taken > Self.rounds / 50)
    }
}
