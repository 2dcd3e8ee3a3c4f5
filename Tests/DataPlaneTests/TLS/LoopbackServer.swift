import Foundation
import Glibc
import LoadBalancerModel
import Synchronization
import Testing

@testable import DataPlane

/// Answers TLS connections on a loopback port, one after the other, on a thread of its own. Each gets a line that says
/// what the handshake has agreed on, then the end.
final class LoopbackServer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let context: TLSServerContext
    private let failures = Mutex<[String]>([])

    /// The labels of the handshakes that failed.
    var failureLabels: [String] { failures.withLock { $0 } }

    init(_ context: TLSServerContext) throws {
        self.context = context
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        try #require(isBound)
        port = UInt16(bigEndian: address.sin_port)
        Thread { [self] in run() }.start()
    }

    /// Ends the thread once it has answered who is connected.
    func stop() { Glibc.shutdown(listener, Int32(SHUT_RDWR)) }

    private func run() {
        while case let connection = accept(listener, nil, nil), connection >= 0 {
            _ = fcntl(connection, F_SETFL, O_NONBLOCK)
            serve(connection)
            close(connection)
        }
        close(listener)
    }

    private func serve(_ connection: Int32) {
        guard var stream = try? TLSStream(accepting: context, descriptor: connection, buffers: TLSLoopBuffers()) else {
            return
        }
        var progress = stream.handshake()
        while progress.isUnderWay {
            var wait = pollfd(fd: connection, events: Int16(progress == .wantRead ? POLLIN : POLLOUT), revents: 0)
            guard poll(&wait, 1, 10_000) == 1 else { return }
            progress = stream.handshake()
        }
        if let failure = progress.failure { return failures.withLock { $0.append(failure.label) } }
        let line =
            "host=\(stream.certificateHost ?? "-") name=\(stream.serverName ?? "-") "
            + "version=\(stream.version?.rawValue ?? "-") resumed=\(stream.isResumed)\n"
        _ = stream.write(line)
        _ = stream.shutdown()
        Glibc.shutdown(connection, Int32(SHUT_WR))
        // Until the client has closed: closing with unread bytes would reset the connection and lose the line.
        var wait = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
        while poll(&wait, 1, 10_000) == 1 {
            switch stream.readBytes().result {
            case .bytes, .wantRead: continue
            default: return
            }
        }
    }
}

/// `openssl s_client`, an implementation of the client that is not ours.
enum SClient {
    static let path = "/usr/bin/openssl"
    static var isInstalled: Bool { access(path, X_OK) == 0 }

    struct Outcome {
        let output: String
        let status: Int32
    }

    /// Connects, and returns what the client prints when the server has ended the connection.
    static func connect(to server: LoopbackServer, _ arguments: String...) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["s_client", "-connect", "127.0.0.1:\(server.port)"] + arguments
        let output = Pipe()
        // The client ends with its input, so that stays open.
        process.standardInput = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Outcome(output: String(decoding: text, as: UTF8.self), status: process.terminationStatus)
    }
}
