/// A field line of a message: where its name and value stand.
struct FieldRecord: Sendable {
    /// What the name was recognised as.
    var known: KnownField
    /// Whether the field ends at this hop: by its kind, because `Connection` names it, or because its name is a known one
    /// with underscores for hyphens, which some backends take for the known one.
    var isHopByHop: Bool
    fileprivate var nameCount: UInt16
    fileprivate var nameStart: UInt32
    var value: ByteRange

    var name: ByteRange { ByteRange(start: nameStart, count: UInt32(nameCount)) }

    /// The longest name that a record can hold, in bytes.
    static var maximumNameLength: Int { Int(UInt16.max) }

    @inline(__always)
    init(known: KnownField, name: ByteRange, value: ByteRange, isHopByHop: Bool) {
        self.known = known
        self.isHopByHop = isHopByHop
        nameStart = name.start
        nameCount = UInt16(truncatingIfNeeded: name.count)
        self.value = value
    }
}

/// The field lines of a message in their order, in storage that is used again for the next message.
///
/// Invariant: the first `count` of `capacity` records are initialised (records are trivial, so the others need no care).
struct FieldTable: ~Copyable {
    private var records: UnsafeMutablePointer<FieldRecord>?
    private var capacity = 0
    private(set) var count = 0
    /// The known fields that occur.
    private(set) var present = FieldSet()

    init() {}

    deinit { records?.deallocate() }

    @inline(__always)
    subscript(index: Int) -> FieldRecord {
        guard index >= 0, index < count, let records else { preconditionFailure("field index out of range") }
        return records[index]
    }

    @inline(__always)
    mutating func append(_ record: FieldRecord) {
        if count == capacity { grow() }
        guard let records else { return }
        records[count] = record
        count &+= 1
        present.insert(record.known)
    }

    mutating func markHopByHop(_ index: Int) {
        guard index >= 0, index < count, let records else { preconditionFailure("field index out of range") }
        records[index].isHopByHop = true
    }

    /// Forgets the fields and keeps the storage.
    @inline(__always)
    mutating func removeAll() {
        count = 0
        present = FieldSet()
    }

    /// Forgets the fields and gives the storage back, for a connection that goes idle.
    mutating func releaseStorage() {
        removeAll()
        records?.deallocate()
        records = nil
        capacity = 0
    }

    @inline(__always)
    func contains(_ field: KnownField) -> Bool { present.contains(field) }

    /// The first field of the kind.
    func firstIndex(of field: KnownField) -> Int? {
        guard present.contains(field) else { return nil }
        for index in 0..<count where self[index].known == field { return index }
        return nil
    }

    /// The value of the first field of the kind.
    func value(of field: KnownField) -> ByteRange? {
        firstIndex(of: field).map { self[$0].value }
    }

    /// The first field whose name is `name`, which is compared without regard to case; for names outside of
    /// ``KnownField``. `bytes` are those of the message.
    func firstIndex(named name: Span<UInt8>, from first: Int = 0, in bytes: Span<UInt8>) -> Int? {
        for index in first..<max(first, count) {
            let candidate = self[index].name
            guard candidate.length == name.count else { continue }
            var offset = 0
            while offset < name.count,
                ByteScanner.lowercase(bytes[candidate.lowerBound + offset]) == ByteScanner.lowercase(name[offset])
            {
                offset += 1
            }
            if offset == name.count { return index }
        }
        return nil
    }

    private mutating func grow() {
        let larger = max(24, capacity * 2)
        let moved = UnsafeMutablePointer<FieldRecord>.allocate(capacity: larger)
        if let records {
            moved.update(from: records, count: count)
            records.deallocate()
        }
        records = moved
        capacity = larger
    }
}
