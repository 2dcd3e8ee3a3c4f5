import Foundation

/// A TCP connection on which a test says what it likes, octet by octet.
final class RawConnection: Sendable {
    private let descriptor: Int32

    /// Connects.
    ///
    /// - Parameter address: an IPv4 address and a port, such as `127.0.0.1:8080`.
    /// - Throws: ``NeverTrue`` where nothing accepts the connection.
    init(_ address: String) throws {
        let parts = address.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1]) else {
            throw NeverTrue(description: "\(address) is no address")
        }
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = port.bigEndian
        target.sin_addr.s_addr = inet_addr(String(parts[0]))
        let descriptor = descriptor
        let connected = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard connected else {
            throw NeverTrue(description: "\(address) refuses the connection: \(String(cString: strerror(errno)))")
        }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(descriptor)
    }

    /// Sends text, whose characters are octets.
    func send(_ text: String) {
        let octets = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        _ = Foundation.send(descriptor, octets, octets.count, Int32(MSG_NOSIGNAL))
    }

    /// Receives until what came satisfies `isEnough`, or the peer closes.
    ///
    /// - Returns: what came, and whether the peer closed.
    /// - Throws: ``NeverTrue`` where neither happens in time.
    func receive(
        within seconds: Double = 20, until isEnough: (String) -> Bool = { _ in false }
    ) async throws -> (text: String, isClosed: Bool) {
        var received: [UInt8] = []
        var isClosed = false
        try await eventually("the answer is complete", within: seconds) {
            var buffer = [UInt8](repeating: 0, count: 64 << 10)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                if count > 0 {
                    received += buffer[..<count]
                } else {
                    // A reset closes as well as an orderly end does.
                    isClosed = count == 0 || (errno != EAGAIN && errno != EINTR)
                    break
                }
            }
            return isClosed || isEnough(String(decoding: received, as: UTF8.self))
        }
        return (String(decoding: received, as: UTF8.self), isClosed)
    }

    /// Whether something accepts connections at an address.
    static func isAccepted(at address: String) -> Bool {
        (try? RawConnection(address)) != nil
    }
}
