import Glibc

/// The system's notifications of changes (inotify(7)), without waiting for any.
final class Inotify: Sendable {
    /// What happened to a watched directory or file, or to an entry of a directory.
    struct Event {
        /// Which watch it came by; -1 where events were lost.
        var watch: Int32
        private let mask: UInt32
        /// The entry of the directory; empty for what was watched itself.
        var name: String

        init(watch: Int32, mask: UInt32, name: String) {
            self.watch = watch
            self.mask = mask
            self.name = name
        }

        func isAny(of kinds: Kinds) -> Bool { mask & kinds.rawValue != 0 }
    }

    /// Kinds of events.
    struct Kinds: OptionSet {
        let rawValue: UInt32

        init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flags: Int...) { rawValue = flags.reduce(0) { $0 | UInt32($1) } }

        static let write = Kinds(Int(IN_MODIFY))
        static let closeAfterWriting = Kinds(Int(IN_CLOSE_WRITE))
        static let attributes = Kinds(Int(IN_ATTRIB))
        static let creation = Kinds(Int(IN_CREATE))
        static let removal = Kinds(Int(IN_DELETE), Int(IN_MOVED_FROM))
        static let arrival = Kinds(Int(IN_MOVED_TO))
        /// What was watched is gone or elsewhere.
        static let departure = Kinds(Int(IN_DELETE_SELF), Int(IN_MOVE_SELF))
        /// Events were lost.
        static let overflow = Kinds(Int(IN_Q_OVERFLOW))
        /// No event: the watch is of a directory or fails.
        static let directoryOnly = Kinds(Int(IN_ONLYDIR))
        /// No event: the kinds are added to those that are watched for already.
        static let added = Kinds(Int(IN_MASK_ADD))
    }

    /// Readable where there are events.
    let descriptor: Int32

    /// - Throws: ``SystemError`` where the system has no room for another instance.
    init() throws(SystemError) {
        descriptor = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard descriptor >= 0 else { throw SystemError(errno) }
    }

    deinit { close(descriptor) }

    /// Watches a path; what is watched already keeps its number.
    func watch(_ path: String, for kinds: Kinds) throws(SystemError) -> Int32 {
        let watch = inotify_add_watch(descriptor, path, kinds.rawValue)
        guard watch >= 0 else { throw SystemError(errno) }
        return watch
    }

    func forget(_ watch: Int32) { inotify_rm_watch(descriptor, watch) }

    /// The events that are there; none of them comes a second time.
    func events() -> [Event] {
        let size = MemoryLayout<inotify_event>.size
        var events: [Event] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return events }
            buffer.withUnsafeBytes { bytes in
                var offset = 0
                while offset + size <= count {
                    let event = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                    let end = offset + size + Int(event.len)
                    let name = bytes[(offset + size)..<end].prefix { $0 != 0 }
                    events.append(Event(watch: event.wd, mask: event.mask, name: String(decoding: name, as: UTF8.self)))
                    offset = end
                }
            }
        }
    }
}
