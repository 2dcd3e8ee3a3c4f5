import Glibc
import LoadBalancerModel
import Testing

@testable import DataPlane

/// A TLS client over a blocking socket.
final class SecureClient {
    private let socket: TestSocket
    private var stream: TLSStream
    private var buffer: [UInt8] = []

    /// Connects and shakes hands.
    ///
    /// - Parameters:
    ///   - serverName: the name to ask for; nil for none.
    ///   - version: the only version that is offered; nil for all.
    init(port: Int, serverName: String?, version: TLSVersion? = nil) throws {
        socket = try TestSocket(port: port)
        _ = fcntl(socket.descriptor, F_SETFL, O_NONBLOCK)
        stream = try TLSStream(
            connecting: TLSClientContext(BackendTLS(verify: false)), serverName: serverName,
            descriptor: socket.descriptor, buffers: TLSLoopBuffers())
        if let version { stream.restrictVersion(to: version) }
        while true {
            switch stream.handshake() {
            case .done: return
            case .wantRead: try wait(POLLIN)
            case .wantWrite: try wait(POLLOUT)
            case .failed(let failure): throw failure
            }
        }
    }

    /// The fingerprint of the certificate that the server showed.
    var peerFingerprint: String? { stream.peerFingerprint }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let result = rest.withUnsafeBytes { stream.write($0) }
            switch result {
            case .bytes(let count): rest = rest.dropFirst(count)
            case .wantWrite: try wait(POLLOUT)
            case .failed(let failure): throw failure
            }
        }
        while stream.hasPendingOutput {
            if case .wantWrite = stream.flush() { try wait(POLLOUT) }
        }
    }

    /// Sends a request and reads a response with a stated length.
    func request(_ text: String) throws -> TestMessage {
        try send(Array(text.utf8))
        while true {
            if let end = buffer.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound {
                var message = TestMessage(head: String(decoding: buffer[..<end], as: UTF8.self))
                let length = message["Content-Length"].flatMap { Int($0) } ?? 0
                if buffer.count >= end + length {
                    message.body = Array(buffer[end..<(end + length)])
                    buffer.removeFirst(end + length)
                    return message
                }
            }
            guard try receive() else { throw TestSocketError.ended }
        }
    }

    /// Whether the server has ended the connection with the farewell that TLS asks for.
    func isEnded() throws -> Bool { try !receive() }

    private func receive() throws -> Bool {
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let result = part.withUnsafeMutableBytes { stream.read(into: $0) }
            switch result {
            case .bytes(let count):
                buffer += part[..<count]
                return true
            case .wantRead: try wait(POLLIN)
            case .wantWrite: try wait(POLLOUT)
            case .closed: return false
            case .failed(let failure): throw failure
            }
        }
    }

    private func wait(_ event: Int32) throws {
        var descriptor = pollfd(fd: socket.descriptor, events: Int16(event), revents: 0)
        guard poll(&descriptor, 1, 10_000) == 1 else { throw TestSocketError.timedOut }
    }
}
