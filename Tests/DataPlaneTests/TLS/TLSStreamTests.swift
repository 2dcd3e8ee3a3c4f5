import Glibc
import LoadBalancerModel
import Testing

@testable import DataPlane

@Suite("A TLS stream")
struct TLSStreamTests {
    let authority: TestAuthority
    let client: TLSClientContext

    init() throws {
        authority = try TestAuthority()
        client = try TLSClientContext(
            BackendTLS(serverName: "shop.example", verify: true), trustRoots: .pem(authority.pem))
    }

    func server(_ maximum: TLSVersion = .tls13) throws -> TLSServerContext {
        var listener = TestListener()
        listener.setDefault(try authority.issue("DNS:shop.example"))
        listener.settings.policy.maximumVersion = maximum
        return try listener.context()
    }

    @Test("carries bytes both ways after a verified handshake", arguments: TLSVersion.allCases)
    func carriesBytes(version: TLSVersion) throws {
        var pair = try StreamPair(server: try server(version), client: client)
        try pair.connect()
        let agreed = (pair.client.version, pair.server.version)
        #expect(agreed == (version, version))
        let protocols = (pair.client.applicationProtocol, pair.server.applicationProtocol)
        #expect(protocols == (.http11, .http11))
        let ciphers = (pair.client.cipherName, pair.server.cipherName)
        let expected = version == .tls13 ? "TLS_AES_128_GCM_SHA256" : "ECDHE-ECDSA-AES128-GCM-SHA256"
        #expect(ciphers == (expected, expected))
        let request = pair.client.write("ping")
        #expect(request == .bytes(4))
        let received = pair.server.readBytes()
        #expect(received.bytes == Array("ping".utf8))
        let nothing = pair.server.readBytes().result
        #expect(nothing == .wantRead)
        let isDrained = pair.server.isInputDrained
        #expect(isDrained)
        let response = pair.server.write("pong!")
        #expect(response == .bytes(5))
        let answer = pair.client.readBytes()
        #expect(answer.bytes == Array("pong!".utf8))
    }

    @Test(
        "delivers large transfers byte for byte, however they are cut", arguments: TLSVersion.allCases, [4096, 262_144])
    func transfersAreExact(version: TLSVersion, bufferSize: Int32) throws {
        var random = SeededGenerator(seed: UInt64(bufferSize) + UInt64(version.protocolNumber))
        var pair = try StreamPair(server: try server(version), client: client, bufferSize: bufferSize)
        try pair.connect()
        let sent = (0..<200_000).flatMap { _ in withUnsafeBytes(of: random.next()) { Array($0) } }
        var position = 0
        var received: [UInt8] = []
        while received.count < sent.count {
            let count = Int.random(in: 0...100_000, using: &random)
            let head = Int.random(in: 0...count, using: &random)
            let result = sent.withUnsafeBytes { bytes in
                let part = UnsafeRawBufferPointer(rebasing: bytes[position..<min(position + count, sent.count)])
                let cut = min(head, part.count)
                return pair.server.write(
                    head: UnsafeRawBufferPointer(rebasing: part[..<cut]),
                    body: UnsafeRawBufferPointer(rebasing: part[cut...]))
            }
            if case .bytes(let taken) = result { position += taken }
            if case .failed(let failure) = result { throw failure }
            let (outcome, bytes) = pair.client.readBytes(upTo: Int.random(in: 1...70_000, using: &random))
            if case .failed(let failure) = outcome { throw failure }
            received += bytes
        }
        #expect(position == sent.count)
        #expect(received == sent)
        let isPending = pair.server.hasPendingOutput
        #expect(!isPending)
    }

    @Test("takes nothing more while the socket is full, and sends the rest when it is not")
    func backPressure() throws {
        var pair = try StreamPair(server: try server(), client: client, bufferSize: 4096)
        try pair.connect()
        let body = [UInt8](repeating: 7, count: 200_000)
        let first = body.withUnsafeBytes { pair.server.write($0) }
        #expect(first == .bytes(65_536))
        let isPending = pair.server.hasPendingOutput
        #expect(isPending)
        let second = body.withUnsafeBytes { pair.server.write($0) }
        #expect(second == .wantWrite)
        var received = 0
        var progress = TLSProgress.wantWrite
        for _ in 0..<1000 where progress == .wantWrite || received < 65_536 {
            if case .bytes(let count) = pair.client.readBytes().result { received += count }
            progress = pair.server.flush()
        }
        #expect(progress == .done)
        #expect(received == 65_536)
    }

    @Test(
        "puts a head and a body into as few records as they need",
        arguments: [(200, 300, 1), (200, 0, 1), (0, 300, 1), (384, 16_000, 1), (200, 16_384, 2), (16_384, 5, 1)])
    func coalesces(head: Int, body: Int, records: Int) throws {
        var pair = try StreamPair(server: try server(), client: client)
        try pair.connect()
        let bytes = [UInt8](repeating: 1, count: head + body)
        _ = bytes.withUnsafeBytes { bytes in
            pair.server.write(
                head: UnsafeRawBufferPointer(rebasing: bytes[..<head]),
                body: UnsafeRawBufferPointer(rebasing: bytes[head...]))
        }
        #expect(try pair.sockets.recordsWaitingForClient() == records)
    }

    @Test("tells a clean end from a truncated one")
    func endings() throws {
        var clean = try StreamPair(server: try server(), client: client)
        try clean.connect()
        _ = clean.client.write("bye")
        let farewell = clean.client.shutdown()
        #expect(farewell == .done)
        clean.sockets.endClientSide()
        let last = clean.server.readBytes().bytes
        #expect(last == Array("bye".utf8))
        for _ in 0..<2 {
            let ending = clean.server.readBytes().result
            #expect(ending == .closed(clean: true))
        }

        var truncated = try StreamPair(server: try server(), client: client)
        try truncated.connect()
        _ = truncated.client.write("by")
        truncated.sockets.endClientSide()
        let part = truncated.server.readBytes().bytes
        #expect(part == Array("by".utf8))
        for _ in 0..<2 {
            let ending = truncated.server.readBytes().result
            #expect(ending == .closed(clean: false))
        }
    }

    @Test("still writes after the peer has ended its side", arguments: [true, false])
    func halfClosed(isClean: Bool) throws {
        var pair = try StreamPair(server: try server(), client: client)
        try pair.connect()
        if isClean { _ = pair.client.shutdown() }
        pair.sockets.endClientSide()
        let ending = pair.server.readBytes().result
        #expect(ending == .closed(clean: isClean))
        let answer = pair.server.write("late answer")
        #expect(answer == .bytes(11))
        if !isClean {
            let received = pair.client.readBytes().bytes
            #expect(received == Array("late answer".utf8))
        }
    }

    @Test(
        "recognizes plain HTTP and sends nothing in answer",
        arguments: [
            "GET / HTTP/1.1\r\n\r\n", "DELETE /x HTTP/1.1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\n",
            "CONNECT a:1 HTTP/1.1\r\n",
        ])
    func plainHTTP(request: String) throws {
        let sockets = try SocketPair()
        var stream = try TLSStream(accepting: try server(), descriptor: sockets.server, buffers: TLSLoopBuffers())
        sockets.sendFromClient(Array(request.utf8))
        guard case .failed(let failure) = stream.handshake() else {
            Issue.record("the handshake went on")
            return
        }
        #expect(failure.isPlainHTTP)
        #expect(failure.label == "handshake_plain_http")
        #expect(sockets.bytesWaitingForClient().isEmpty)
    }

    @Test("refuses what is no TLS, for good")
    func garbage() throws {
        let sockets = try SocketPair()
        var stream = try TLSStream(accepting: try server(), descriptor: sockets.server, buffers: TLSLoopBuffers())
        sockets.sendFromClient([0, 1, 2, 3, 4, 5, 6, 7])
        let progress = stream.handshake()
        guard case .failed(let failure) = progress else {
            Issue.record("the handshake went on")
            return
        }
        #expect(!failure.isPlainHTTP)
        #expect(failure.label == "handshake_not_tls")
        let again = stream.handshake()
        #expect(again == progress)
        let read = stream.readBytes().result
        #expect(read == .failed(failure))
        let write = stream.write("x")
        #expect(write == .failed(failure))
        let farewell = stream.shutdown()
        #expect(farewell == .done)
    }

    @Test("names the end of the connection in a handshake")
    func closedInHandshake() throws {
        let sockets = try SocketPair()
        var stream = try TLSStream(accepting: try server(), descriptor: sockets.server, buffers: TLSLoopBuffers())
        let waiting = stream.handshake()
        #expect(waiting == .wantRead)
        sockets.endClientSide()
        let progress = stream.handshake()
        #expect(progress == .failed(TLSFailure(phase: .handshake, cause: .closed)))
    }

    @Test("survives a ClientHello that is damaged at any place")
    func damagedHello() throws {
        var random = SeededGenerator(seed: 42)
        let server = try server()
        let source = try SocketPair()
        var sender = try TLSStream(connecting: client, descriptor: source.server, buffers: TLSLoopBuffers())
        _ = sender.handshake()
        let hello = source.bytesWaitingForClient()
        try #require(hello.count > 100)
        for _ in 0..<2000 {
            var damaged = hello
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                damaged[Int.random(in: 0..<hello.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            damaged.removeLast(Int.random(in: 0...3, using: &random))
            let sockets = try SocketPair()
            var stream = try TLSStream(accepting: server, descriptor: sockets.server, buffers: TLSLoopBuffers())
            sockets.sendFromClient(damaged)
            sockets.endClientSide()
            // The peer never finishes, whatever is answered first.
            var progress = stream.handshake()
            for _ in 0..<3 where progress.isUnderWay { progress = stream.handshake() }
            #expect(progress != .done && !progress.isUnderWay)
        }
    }
}
