import Glibc
import ProvisioningTesting
import Testing

@Suite("Connections of the test server", .timeLimit(.minutes(2)))
struct ConnectionTests {
    private struct NotConnected: Error {
        let code = errno
    }

    /// A connection over which nothing is sent.
    private static func connect(to endpoint: String) throws -> Int32 {
        let port = try #require(endpoint.split(separator: ":").last.flatMap { UInt16($0) })
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw NotConnected() }
        return descriptor
    }

    /// What is accepted and not yet taken up traps in NIO where the server is cancelled.
    @Test("It ends in good order while connections that nobody uses still come in")
    func endsWhileConnectionsComeIn() async throws {
        for _ in 1...10 {
            let descriptors = try await AWSTestServer.running { server in
                try (1...64).map { _ in try Self.connect(to: server.endpoint) }
            }
            for descriptor in descriptors { close(descriptor) }
        }
    }
}
