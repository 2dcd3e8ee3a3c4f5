import Foundation
import Synchronization

/// Ports that nothing listens on, and that nothing takes before those who asked for them: each is given once, and none is of
/// those that the system gives to connections and to listeners on port 0.
enum FreePort {
    private static let ports = 10_240..<32_768
    private static let next = Mutex(Int.random(in: ports))

    static func take() throws -> Int {
        for _ in ports {
            let port = next.withLock { next in
                next = next + 1 < ports.upperBound ? next + 1 : ports.lowerBound
                return next
            }
            if isFree(port) { return port }
        }
        throw NeverTrue(description: "no port is free")
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
