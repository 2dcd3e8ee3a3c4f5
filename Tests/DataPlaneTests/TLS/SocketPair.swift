import Glibc
import Testing

@testable import DataPlane

/// Two connected, non-blocking sockets.
struct SocketPair: ~Copyable {
    let server: Int32
    let client: Int32

    /// - Parameter bufferSize: the room for what is under way, in bytes; nil for the system's.
    init(bufferSize: Int32? = nil) throws {
        var descriptors: [Int32] = [-1, -1]
        try #require(
            socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0, &descriptors) == 0)
        server = descriptors[0]
        client = descriptors[1]
        if var bufferSize {
            for descriptor in descriptors {
                setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &bufferSize, socklen_t(MemoryLayout<Int32>.size))
            }
        }
    }

    deinit {
        close(server)
        close(client)
    }

    func endClientSide() { Glibc.shutdown(client, Int32(SHUT_WR)) }
}

/// A server's and a client's stream over a socket pair, driven in turns by one thread.
struct StreamPair: ~Copyable {
    // Streams go before the sockets under them: properties are destroyed in the order of their declaration.
    var server: TLSStream
    var client: TLSStream
    let sockets: SocketPair

    init(
        server context: TLSServerContext, client: TLSClientContext, serverName: String? = nil,
        session: TLSSessionSlot? = nil, bufferSize: Int32? = nil
    ) throws {
        let sockets = try SocketPair(bufferSize: bufferSize)
        let serverStream = try TLSStream(accepting: context, descriptor: sockets.server, buffers: TLSLoopBuffers())
        let clientStream = try TLSStream(
            connecting: client, serverName: serverName, descriptor: sockets.client, buffers: TLSLoopBuffers(),
            session: session)
        self.sockets = sockets
        self.server = serverStream
        self.client = clientStream
    }

    /// Carries both handshakes on until each has come to an end.
    mutating func handshake() -> (server: TLSProgress, client: TLSProgress) {
        var results: (server: TLSProgress, client: TLSProgress) = (.wantRead, .wantRead)
        for _ in 0..<20 {
            if results.client.isUnderWay { results.client = client.handshake() }
            if results.server.isUnderWay { results.server = server.handshake() }
        }
        return results
    }

    /// Both handshakes must succeed. The client then reads what follows the handshake: the session tickets.
    mutating func connect() throws {
        let (server, client) = handshake()
        try #require(server == .done)
        try #require(client == .done)
        let afterwards = self.client.readBytes(upTo: 1).result
        try #require(afterwards == .wantRead)
    }
}

extension TLSProgress {
    var isUnderWay: Bool { self == .wantRead || self == .wantWrite }
}

extension TLSStream {
    mutating func readBytes(upTo count: Int = 65_536) -> (result: TLSReadResult, bytes: [UInt8]) {
        var result = TLSReadResult.wantRead
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            result = read(into: UnsafeMutableRawBufferPointer(buffer))
            if case .bytes(let count) = result { initialized = count }
        }
        return (result, bytes)
    }

    mutating func write(_ text: String) -> TLSWriteResult {
        Array(text.utf8).withUnsafeBytes { bytes in write(bytes) }
    }
}

extension SocketPair {
    func sendFromClient(_ bytes: [UInt8]) {
        #expect(send(client, bytes, bytes.count, 0) == bytes.count)
    }

    /// What the server has sent and the client not yet received.
    func bytesWaitingForClient() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
            count = max(0, recv(client, buffer.baseAddress, buffer.count, Int32(MSG_PEEK)))
        }
    }

    /// How many TLS records wait for the client.
    func recordsWaitingForClient() throws -> Int {
        let bytes = bytesWaitingForClient()
        var position = 0
        var records = 0
        while position < bytes.count {
            try #require(bytes.count - position > 5)
            position += 5 + (Int(bytes[position + 3]) << 8 | Int(bytes[position + 4]))
            records += 1
        }
        try #require(position == bytes.count)
        return records
    }
}

/// A random sequence that is the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
