import CLinux
import Glibc
import LoadBalancerModel

/// The active check of one target. The first loop runs the checks of all; what it finds out is told to the others.
struct HealthProbeState {
    enum Phase: UInt8 {
        case waiting, connecting, handshaking, receiving, removed
    }

    /// The first member: a pointer to the state is one to its timer.
    var timer: TimerNode
    let loop: EventLoop
    let key: TargetKey
    let address: SocketAddress
    let check: HealthCheck
    let codes: StatusCodeSet
    let pool: CompiledPool
    var phase = Phase.waiting
    var transport = Transport(descriptor: -1)
    var input = ReceiveBuffer()
    var isHealthy = true
    /// Outcomes in a row that speak against ``isHealthy``.
    var dissent = 0
    /// Whether the first outcome is still to come: it counts at once.
    var isFirst = true
}

/// A handle of a ``HealthProbeState``.
struct HealthProbe {
    let state: UnsafeMutablePointer<HealthProbeState>

    private var timer: UnsafeMutablePointer<TimerNode> {
        UnsafeMutableRawPointer(state).assumingMemoryBound(to: TimerNode.self)
    }

    /// Begins to check a target.
    static func start(
        _ key: TargetKey, _ address: SocketAddress, _ pool: CompiledPool, _ check: HealthCheck, loop: EventLoop
    )
        -> HealthProbe
    {
        let memory = UnsafeMutablePointer<HealthProbeState>.allocate(capacity: 1)
        var address = address
        if let port = check.port { address.setPort(port) }
        memory.initialize(
            to: HealthProbeState(
                timer: TimerNode(kind: .probe, owner: UnsafeMutableRawPointer(memory)), loop: loop, key: key,
                address: address, check: check, codes: StatusCodeSet(check.statusCodes), pool: pool))
        let probe = HealthProbe(state: memory)
        // Spread over a second, so that the targets of a plan are not all asked at the same moment.
        probe.setTimer(after: Int64(UInt(bitPattern: key.hashValue) % 1000))
        return probe
    }

    func onEvent(_ readiness: Readiness) {
        state.pointee.transport.note(readiness)
        switch state.pointee.phase {
        case .connecting: if readiness.writable { finishConnecting() }
        case .handshaking: handshake()
        case .receiving: if readiness.readable { receive() }
        case .waiting, .removed: break
        }
    }

    func onTimeLimit() {
        switch state.pointee.phase {
        case .waiting: connect()
        case .connecting, .handshaking, .receiving: conclude(false)
        case .removed: break
        }
    }

    /// Ends the checks of the target. The memory is freed by the loop, after the events at hand.
    func remove() {
        disconnect()
        state.pointee.phase = .removed
        state.pointee.loop.state.pointee.timers.remove(timer)
        state.pointee.loop.state.pointee.removedProbes.append(state)
    }

    private func setTimer(after milliseconds: Int64) {
        let loop = state.pointee.loop
        loop.state.pointee.timers.set(timer, deadline: loop.now + milliseconds)
    }

    private func connect() {
        let fd = hg_stream_socket(state.pointee.address.family)
        guard fd >= 0 else { return conclude(false) }
        state.pointee.phase = .connecting
        state.pointee.transport = Transport(descriptor: fd)
        setTimer(after: Int64(state.pointee.check.timeoutMilliseconds))
        let result = withUnsafePointer(to: state.pointee.address.storage) {
            hg_connect(fd, $0, state.pointee.address.length)
        }
        let poller = state.pointee.loop.state.pointee.poller
        guard result == 0 || result == -EINPROGRESS, secure(),
            poller.addConnection(fd, kind: .probe, state: UnsafeMutableRawPointer(state))
        else { return conclude(false) }
    }

    private func secure() -> Bool {
        guard let context = state.pointee.pool.tls else { return true }
        let loop = state.pointee.loop
        guard
            let stream = try? TLSStream(
                connecting: context, serverName: state.pointee.key.address,
                descriptor: state.pointee.transport.descriptor, buffers: loop.state.pointee.tlsBuffers)
        else { return false }
        state.pointee.transport.secure(with: stream)
        return true
    }

    private func finishConnecting() {
        guard hg_socket_error(state.pointee.transport.descriptor) == 0 else { return conclude(false) }
        if state.pointee.transport.tls != nil {
            state.pointee.phase = .handshaking
            handshake()
        } else {
            send()
        }
    }

    private func handshake() {
        switch state.pointee.transport.handshake() {
        case .done: send()
        case .waiting: break
        case .failed: conclude(false)
        }
    }

    private func send() {
        let key = state.pointee.key
        let host = key.address.contains(":") ? "[\(key.address)]" : key.address
        let request = Array(
            "GET \(state.pointee.check.path) HTTP/1.1\r\nHost: \(host):\(key.port)\r\nUser-Agent: headgate-health\r\nConnection: close\r\n\r\n"
                .utf8)
        var queue = SendQueue()
        let isSent = request.withUnsafeBytes { bytes -> Bool in
            queue.setHead(bytes)
            if case .all = state.pointee.transport.send(&queue) { return true }
            return false
        }
        guard isSent else { return conclude(false) }
        state.pointee.phase = .receiving
        receive()
    }

    /// Reads up to the end of the status line.
    private func receive() {
        let loop = state.pointee.loop
        while state.pointee.transport.isReadable {
            if !state.pointee.input.isHeld { state.pointee.input.hold(loop.state.pointee.buffers.takeSmall()) }
            switch state.pointee.transport.receive(into: state.pointee.input.room) {
            case .bytes(let count): state.pointee.input.filled(count)
            case .nothing: return
            case .ended, .failed: return conclude(false)
            }
            let bytes = state.pointee.input.bytes
            guard bytes.count >= 12 else { continue }
            return conclude(StatusLine.code(bytes).map { state.pointee.codes.contains($0) } ?? false)
        }
    }

    private func disconnect() {
        state.pointee.input.release(to: &state.pointee.loop.state.pointee.buffers)
        state.pointee.transport.close()
    }

    private func conclude(_ isSuccess: Bool) {
        disconnect()
        state.pointee.phase = .waiting
        setTimer(after: Int64(state.pointee.check.intervalMilliseconds))
        defer { state.pointee.isFirst = false }
        guard isSuccess != state.pointee.isHealthy else {
            state.pointee.dissent = 0
            return
        }
        state.pointee.dissent += 1
        let threshold = isSuccess ? state.pointee.check.healthyThreshold : state.pointee.check.unhealthyThreshold
        guard state.pointee.dissent >= threshold || state.pointee.isFirst else { return }
        state.pointee.dissent = 0
        state.pointee.isHealthy = isSuccess
        state.pointee.loop.state.pointee.environment.reports.send(
            .health(target: state.pointee.key, isHealthy: isSuccess))
    }
}

/// The status code of a response's first line.
enum StatusLine {
    static func code(_ bytes: UnsafeMutableRawBufferPointer) -> Int? {
        let prefix: StaticString = "HTTP/1."
        guard bytes.count >= 12 else { return nil }
        for index in 0..<7 where bytes[index] != prefix.utf8Start[index] { return nil }
        var code = 0
        for index in 9..<12 {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else { return nil }
            code = code * 10 + Int(digit)
        }
        return code
    }
}

/// Status codes as a list of codes and ranges: `200-399` or `200,204`.
struct StatusCodeSet: Sendable {
    private let ranges: [ClosedRange<Int>]

    /// Parts that are neither are left out; a list without any stands for 200 to 399.
    init(_ text: String) {
        let parsed = text.split(separator: ",").compactMap { part -> ClosedRange<Int>? in
            let bounds = part.split(separator: "-").map { Int($0.filter { $0 != " " }) }
            switch bounds.count {
            case 1: return bounds[0].map { $0...$0 }
            case 2:
                guard let low = bounds[0], let high = bounds[1], low <= high else { return nil }
                return low...high
            default: return nil
            }
        }
        ranges = parsed.isEmpty ? [200...399] : parsed
    }

    func contains(_ code: Int) -> Bool { ranges.contains { $0.contains(code) } }
}
