internal import COpenSSL
internal import Synchronization

/// The keys that session tickets are sealed with (RFC 5077, RFC 8446, section 4.6.1), shared by all loops and by
/// successive contexts, so that a client may resume on any loop and after any change of the configuration.
///
/// Tickets are sealed with the current key and opened with it or one of its predecessors. Keys are random, live in
/// memory only, and are wiped when they are dropped. Rotation needs no timer: the first handshake after the interval
/// makes the next key.
///
/// The lock is taken once per handshake that offers or gets a ticket, for the time of a comparison; handshakes are the
/// only work of a loop that shares anything at all, and cost some hundred microseconds each.
package final class SessionTicketKeys: Sendable {
    /// How long a ticket is honoured at most.
    package let ticketLifetime: Duration

    private struct RingEntry {
        let key: SessionTicketKey
        /// The time from which the key seals no more tickets.
        let retiresAt: Duration
    }

    private let rotationInterval: Duration
    /// Time since the object was made.
    private let elapsed: @Sendable () -> Duration
    /// The current key first, then its predecessors, youngest first. Never empty.
    private let ring: Mutex<[RingEntry]>

    /// - Parameters:
    ///   - rotationInterval: how long a key seals tickets.
    ///   - ticketLifetime: how long a ticket is honoured, and so a key is kept after it has retired.
    ///   - clock: what the time is taken from.
    /// - Throws: ``TLSConfigurationError/libraryFailure(detail:)`` without randomness.
    package init(
        rotationInterval: Duration = .seconds(6 * 3600),
        ticketLifetime: Duration = .seconds(12 * 3600),
        clock: some Clock<Duration> = ContinuousClock()
    ) throws(TLSConfigurationError) {
        let start = clock.now
        elapsed = { start.duration(to: clock.now) }
        self.rotationInterval = rotationInterval
        self.ticketLifetime = ticketLifetime
        ring = Mutex([RingEntry(key: try SessionTicketKey(), retiresAt: rotationInterval)])
    }

    /// The key that seals a new ticket. Where no successor can be made, the present key stays for now.
    func sealingKey() -> SessionTicketKey {
        ring.withLock { ring in
            rotateIfDue(&ring)
            return ring[0].key
        }
    }

    /// The key of this name, and whether it is the current one; nil where it was never ours or is dropped.
    func openingKey(named name: UnsafeRawBufferPointer) -> (key: SessionTicketKey, isCurrent: Bool)? {
        ring.withLock { ring in
            rotateIfDue(&ring)
            guard let index = ring.firstIndex(where: { $0.key.hasName(name) }) else { return nil }
            return (ring[index].key, index == 0)
        }
    }

    /// Drops the keys of tickets that have all expired, and makes the next key when the current one retires.
    private func rotateIfDue(_ ring: inout [RingEntry]) {
        let now = elapsed()
        guard now >= ring[0].retiresAt, let next = try? SessionTicketKey() else { return }
        let kept = ring.filter { now < $0.retiresAt + ticketLifetime }
        ring = [RingEntry(key: next, retiresAt: now + rotationInterval)] + kept
    }
}

/// One key of session tickets: a name to find it by, an AES-256 key and an HMAC-SHA-256 key.
///
/// Sendable: `bytes` points to `length` bytes that are written in `init`, only read until `deinit`, and owned.
final class SessionTicketKey: @unchecked Sendable {
    static let nameLength = 16
    private static let cipherKeyLength = 32
    private static let macKeyLength = 32
    private static let length = nameLength + cipherKeyLength + macKeyLength

    private let bytes: UnsafeMutablePointer<UInt8>

    init() throws(TLSConfigurationError) {
        bytes = .allocate(capacity: Self.length)
        bytes.initialize(repeating: 0, count: Self.length)
        guard RAND_priv_bytes(bytes, Int32(Self.length)) == 1 else {
            throw .libraryFailure(detail: OpenSSLErrors.drain())
        }
    }

    deinit {
        OPENSSL_cleanse(bytes, Self.length)
        bytes.deallocate()
    }

    func hasName(_ name: UnsafeRawBufferPointer) -> Bool {
        name.count == Self.nameLength && name.elementsEqual(UnsafeRawBufferPointer(start: bytes, count: name.count))
    }

    /// Writes the name into a new ticket; `name` has room for ``nameLength`` bytes.
    func copyName(to name: UnsafeMutablePointer<UInt8>) {
        name.update(from: bytes, count: Self.nameLength)
    }

    /// Keys a cipher and a MAC for a ticket with this initialization vector.
    func prepare(
        cipher: OpaquePointer, mac: OpaquePointer, initializationVector: UnsafeMutablePointer<UInt8>, sealing: Bool
    ) -> Bool {
        let cipherKey = bytes + Self.nameLength
        let macKey = cipherKey + Self.cipherKeyLength
        return EVP_CipherInit_ex(cipher, TicketCipher.aes256CBC, nil, cipherKey, initializationVector, sealing ? 1 : 0)
            == 1 && headgate_ticket_mac_init(mac, macKey, Self.macKeyLength) == 1
    }
}

/// The cipher of tickets, fetched once: OpenSSL 3 searches its providers at each use of the unfetched one.
///
/// Sendable: a fetched cipher is a constant description, counted atomically.
private enum TicketCipher {
    nonisolated(unsafe) static let aes256CBC = EVP_CIPHER_fetch(nil, "AES-256-CBC", nil)
}
