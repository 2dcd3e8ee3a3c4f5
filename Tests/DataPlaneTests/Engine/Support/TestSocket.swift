import Glibc
import Synchronization

/// A connected blocking socket, as small clients and servers of tests use it. Reads and writes give up after ten seconds.
final class TestSocket: Sendable {
    let descriptor: Int32
    private let buffer = Mutex<[UInt8]>([])
    private let isClosed = Mutex(false)

    init(descriptor: Int32) {
        self.descriptor = descriptor
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Connects to a port of the loopback interface.
    convenience init(port: Int, receiveBuffer: Int? = nil) throws {
        let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer.map(Int32.init) {
            setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            Glibc.close(fd)
            throw TestSocketError.refused
        }
        self.init(descriptor: fd)
    }

    deinit { close() }

    func close() {
        isClosed.withLock { closed in
            if !closed { Glibc.close(descriptor) }
            closed = true
        }
    }

    /// Closes so that the peer sees a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// Ends both directions; whoever reads sees the end.
    func end() {
        isClosed.withLock { closed in
            if !closed { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress.map { $0 + offset }, bytes.count - offset, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw TestSocketError.broken }
            offset += count
        }
    }

    /// What comes next, at most `limit` bytes; empty at the end.
    func receive(limit: Int = 65536) throws -> [UInt8] {
        let waiting = buffer.withLock { buffer in
            let part = Array(buffer.prefix(limit))
            buffer.removeFirst(part.count)
            return part
        }
        return waiting.isEmpty ? try receiveFromSocket(limit) : waiting
    }

    /// Exactly `count` bytes.
    func receive(exactly count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let part = try receive(limit: count - bytes.count)
            guard !part.isEmpty else { throw TestSocketError.ended }
            bytes += part
        }
        return bytes
    }

    /// Everything up to the end of the connection.
    func receiveAll() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let part = try receive()
            if part.isEmpty { return bytes }
            bytes += part
        }
    }

    /// Bytes up to and including the empty line; nil where the connection ends before the first byte.
    func receiveHead() throws -> String? {
        var bytes: [UInt8] = []
        while true {
            if let end = TestSocket.endOfHead(bytes) {
                let rest = Array(bytes[end...])
                buffer.withLock { $0 = rest + $0 }
                return String(decoding: bytes[..<end], as: UTF8.self)
            }
            let part = try receive()
            if part.isEmpty {
                guard bytes.isEmpty else { throw TestSocketError.ended }
                return nil
            }
            bytes += part
        }
    }

    func receiveLine() throws -> String {
        var line: [UInt8] = []
        while true {
            let byte = try receive(exactly: 1)
            line += byte
            if line.suffix(2) == [13, 10] { return String(decoding: line.dropLast(2), as: UTF8.self) }
        }
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in 3..<bytes.count
        where bytes[index] == 10 && bytes[index - 1] == 13 && bytes[index - 2] == 10 && bytes[index - 3] == 13 {
            return index + 1
        }
        return nil
    }

    private func receiveFromSocket(_ limit: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &bytes, limit, 0)
        guard count >= 0 else { throw errno == EAGAIN ? TestSocketError.timedOut : .broken }
        return Array(bytes[..<count])
    }
}

enum TestSocketError: Error, Equatable {
    case refused, broken, ended, timedOut
}
