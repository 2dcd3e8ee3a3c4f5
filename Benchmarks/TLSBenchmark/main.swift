import DataPlane
import LoadBalancerModel

// What TLS costs a loop, without HTTP: CPU time of the server's side alone, over loopback sockets, in one thread.
//
//     swift run -c release TLSBenchmark
//
// `openssl speed ecdsap256 ecdhx25519` says what the arithmetic of a handshake costs on the same machine.

let keys = try SessionTicketKeys()
let certificates = try ServerCertificateSet([:])
let clientContext = try TLSClientContext(BackendTLS(serverName: "localhost", verify: false))

func server(_ maximum: TLSVersion) throws -> TLSServerContext {
    try TLSServerContext(
        ListenerTLS(policy: TLSPolicy(maximumVersion: maximum)), certificates: certificates, ticketKeys: keys)
}

/// A connection of the benchmark, its server's side under a stopwatch.
struct Connection: ~Copyable {
    var server: TLSStream
    var client: TLSStream
    let sockets: Loopback

    static func open(
        _ context: TLSServerContext, slot: TLSSessionSlot? = nil, buffers: (TLSLoopBuffers, TLSLoopBuffers),
        stopwatch: inout Stopwatch
    ) throws -> Connection {
        let sockets = Loopback()
        var client = try TLSStream(
            connecting: clientContext, descriptor: sockets.client, buffers: buffers.1, session: slot)
        _ = client.handshake()
        let start = ThreadCPU.microseconds
        var server = try TLSStream(accepting: context, descriptor: sockets.server, buffers: buffers.0)
        var progress = server.handshake()
        stopwatch.add(ThreadCPU.microseconds - start)
        while progress == .wantRead {
            _ = client.handshake()
            let start = ThreadCPU.microseconds
            progress = server.handshake()
            stopwatch.add(ThreadCPU.microseconds - start)
        }
        precondition(progress == .done, "\(progress)")
        _ = client.handshake()
        var byte: UInt8 = 0
        withUnsafeMutableBytes(of: &byte) { _ = client.read(into: $0) }
        return Connection(server: server, client: client, sockets: sockets)
    }
}

func handshakes(_ maximum: TLSVersion, resumed: Bool, rounds: Int) throws {
    let context = try server(maximum)
    let slot = TLSSessionSlot()
    let buffers = (TLSLoopBuffers(), TLSLoopBuffers())
    var stopwatch = Stopwatch()
    for _ in 0..<rounds {
        let connection = try Connection.open(
            context, slot: resumed ? slot : nil, buffers: buffers, stopwatch: &stopwatch)
        let sockets = connection.sockets
        let start = ThreadCPU.microseconds
        drop(connection)
        stopwatch.add((ThreadCPU.microseconds - start) / 2)
        sockets.close()
    }
    let kind = resumed ? "resumed" : "full"
    report("\(kind) handshake, TLS \(maximum.rawValue)", stopwatch.microseconds / Double(rounds))
}

/// Ends a connection: half of the cost is the server's.
func drop(_ connection: consuming Connection) {}

func responses(size: Int, rounds: Int) throws {
    var stopwatch = Stopwatch()
    let buffers = (TLSLoopBuffers(), TLSLoopBuffers())
    var connection = try Connection.open(try server(.tls13), buffers: buffers, stopwatch: &stopwatch)
    stopwatch = Stopwatch()
    let request = [UInt8](repeating: 1, count: 100)
    let head = [UInt8](repeating: 2, count: 150)
    let body = [UInt8](repeating: 3, count: size)
    var sink = [UInt8](repeating: 0, count: 131_072)
    for _ in 0..<rounds {
        _ = request.withUnsafeBytes { connection.client.write($0) }
        let start = ThreadCPU.microseconds
        _ = sink.withUnsafeMutableBytes { connection.server.read(into: $0) }
        stopwatch.add(ThreadCPU.microseconds - start)
        var sent = 0
        var received = 0
        while received < head.count + size {
            let start = ThreadCPU.microseconds
            if sent == 0 {
                let result = head.withUnsafeBytes { head in
                    body.withUnsafeBytes { connection.server.write(head: head, body: $0) }
                }
                if case .bytes(let count) = result { sent += count }
            } else if sent < head.count + size {
                let result = body.withUnsafeBytes {
                    connection.server.write(UnsafeRawBufferPointer(rebasing: $0[(sent - head.count)...]))
                }
                if case .bytes(let count) = result { sent += count }
            } else if connection.server.hasPendingOutput {
                _ = connection.server.flush()
            }
            stopwatch.add(ThreadCPU.microseconds - start)
            let result = sink.withUnsafeMutableBytes { connection.client.read(into: $0) }
            if case .bytes(let count) = result { received += count }
        }
    }
    report("request and response of \(size) bytes", stopwatch.microseconds / Double(rounds))
    connection.sockets.close()
}

func uploads(size: Int, rounds: Int) throws {
    var stopwatch = Stopwatch()
    let buffers = (TLSLoopBuffers(), TLSLoopBuffers())
    var connection = try Connection.open(try server(.tls13), buffers: buffers, stopwatch: &stopwatch)
    stopwatch = Stopwatch()
    let body = [UInt8](repeating: 3, count: size)
    var sink = [UInt8](repeating: 0, count: 65_536)
    for _ in 0..<rounds {
        var sent = 0
        var received = 0
        while received < size {
            if sent < size {
                let result = body.withUnsafeBytes {
                    connection.client.write(UnsafeRawBufferPointer(rebasing: $0[sent...]))
                }
                if case .bytes(let count) = result { sent += count }
            } else {
                _ = connection.client.flush()
            }
            let start = ThreadCPU.microseconds
            while case .bytes(let count) = sink.withUnsafeMutableBytes({ connection.server.read(into: $0) }) {
                received += count
            }
            stopwatch.add(ThreadCPU.microseconds - start)
        }
    }
    report("upload of \(size) bytes", stopwatch.microseconds / Double(rounds))
    connection.sockets.close()
}

func report(_ name: String, _ microseconds: Double) {
    print("\(name): \((microseconds * 10).rounded() / 10) CPU µs")
}

for _ in 0..<2 {
    for version in TLSVersion.allCases {
        try handshakes(version, resumed: false, rounds: 2000)
        try handshakes(version, resumed: true, rounds: 2000)
    }
    try responses(size: 200, rounds: 20_000)
    try responses(size: 65_536, rounds: 5000)
    try uploads(size: 65_536, rounds: 5000)
}
