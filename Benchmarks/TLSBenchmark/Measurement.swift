import Glibc

/// CPU time of the calling thread.
enum ThreadCPU {
    static var microseconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }
}

/// Adds up the CPU time of some of the things that a thread does.
struct Stopwatch {
    private(set) var microseconds = 0.0

    mutating func add(_ microseconds: Double) { self.microseconds += microseconds }
}

/// Two connected, non-blocking TCP sockets on the loopback interface.
struct Loopback {
    let server: Int32
    let client: Int32

    init() {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let connecting = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let isConnected = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 1) == 0
                    && getsockname(listener, address, &length) == 0 && connect(connecting, address, length) == 0
            }
        }
        precondition(isConnected, "no loopback connection: \(String(cString: strerror(errno)))")
        client = connecting
        server = accept(listener, nil, nil)
        Glibc.close(listener)
        var enabled: Int32 = 1
        for descriptor in [server, client] {
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &enabled, 4)
        }
    }

    func close() {
        Glibc.close(server)
        Glibc.close(client)
    }
}
