import CLinux

/// What an event is about. The value travels in the low bits of the pointer that epoll hands back.
enum EventKind: UInt64 {
    case mailbox = 0
    case listener = 1
    case downstream = 2
    case upstream = 3
    case probe = 4

    static let mask: UInt64 = 7
}

/// What a descriptor is ready for.
struct Readiness {
    let bits: UInt32

    @inline(__always) var readable: Bool { bits & (hg_readable | hg_peer_closed | hg_failed) != 0 }
    @inline(__always) var writable: Bool { bits & (hg_writable | hg_failed) != 0 }
    /// The connection is gone in both directions.
    @inline(__always) var failed: Bool { bits & hg_failed != 0 }
    /// The peer will send nothing more, or the connection is gone: a short read does not mean that all has been read.
    @inline(__always) var ended: Bool { bits & (hg_peer_closed | hg_failed) != 0 }
}

/// An epoll instance. Registrations are edge-triggered, made once per descriptor, and end when it is closed.
struct Poller {
    static let batch = 256

    private let descriptor: Int32
    private let events: UnsafeMutablePointer<hg_event>

    init() throws(EngineError) {
        descriptor = hg_epoll_create()
        guard descriptor >= 0 else { throw .system(call: "epoll_create1", subject: "an event loop", code: -descriptor) }
        events = .allocate(capacity: Poller.batch)
    }

    func close() {
        hg_close(descriptor)
        events.deallocate()
    }

    /// Registers both directions of a connection, edge-triggered. `state` must be aligned to 8 bytes.
    @inline(__always)
    func addConnection(_ fd: Int32, kind: EventKind, state: UnsafeMutableRawPointer) -> Bool {
        let interest = hg_readable | hg_writable | hg_peer_closed | hg_edge_triggered
        return hg_epoll_add(descriptor, fd, interest, token(kind, state)) == 0
    }

    /// Registers a descriptor that is asked about reading alone, level-triggered.
    func addReader(_ fd: Int32, kind: EventKind, state: UnsafeMutableRawPointer) -> Bool {
        hg_epoll_add(descriptor, fd, hg_readable, token(kind, state)) == 0
    }

    /// Stops or resumes the events of a descriptor that ``addReader(_:kind:state:)`` registered.
    func setReader(_ fd: Int32, kind: EventKind, state: UnsafeMutableRawPointer, enabled: Bool) {
        _ = hg_epoll_modify(descriptor, fd, enabled ? hg_readable : 0, token(kind, state))
    }

    /// Waits for events, at most `timeout` milliseconds (-1: without limit); the number of events to read.
    @inline(__always)
    func wait(timeout: Int32) -> Int {
        max(0, Int(hg_epoll_wait(descriptor, events, Int32(Poller.batch), timeout)))
    }

    /// Event `index` of the last wait.
    @inline(__always)
    func event(_ index: Int) -> (kind: EventKind, state: UnsafeMutableRawPointer, readiness: Readiness)? {
        let data = hg_event_data(events + index)
        guard let kind = EventKind(rawValue: data & EventKind.mask),
            let state = UnsafeMutableRawPointer(bitPattern: UInt(data & ~EventKind.mask))
        else { return nil }
        return (kind, state, Readiness(bits: events[index].events))
    }

    @inline(__always)
    private func token(_ kind: EventKind, _ state: UnsafeMutableRawPointer) -> UInt64 {
        UInt64(UInt(bitPattern: state)) | kind.rawValue
    }
}
