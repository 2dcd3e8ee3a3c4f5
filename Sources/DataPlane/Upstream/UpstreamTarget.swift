import CLinux

/// What a loop knows of one target: its address, its unused connections, its health and its load.
///
/// A target is shared by all configurations of a loop in which it occurs, so that a change of the plan costs it neither
/// connections nor health. It goes away when no configuration and no connection refers to it any more.
struct TargetState {
    let key: TargetKey
    let address: SocketAddress
    /// Names the target in an affinity cookie.
    let identity: TargetIdentity
    /// Configurations and connections that refer to the target.
    var references = 0
    /// Configurations among ``references``: without any, connections are closed after use.
    var configurations = 0
    /// Unused connections, the one used last first.
    var idle: UnsafeMutablePointer<UpstreamState>?
    var idleCount = 0
    /// Requests under way on this loop.
    var active = 0
    /// Active checks found the target unfit.
    var isUnhealthy = false
    /// Connection attempts that failed in a row.
    var failures = 0
    /// Until then the target is passed over, in milliseconds of the monotonic clock.
    var ejectedUntil: Int64 = 0
    /// The target answered in HTTP/1.0.
    var speaksHTTP10 = false
    /// What the next TLS handshake with the target may resume.
    let session = TLSSessionSlot()

    init(key: TargetKey, address: SocketAddress) {
        self.key = key
        self.address = address
        identity = TargetIdentity(address: key.address, port: key.port, salt: key.pool)
    }
}

/// What makes two targets of two configurations the same: where they are and how they are spoken to.
struct TargetKey: Hashable, Sendable {
    /// The settings of the pool that its connections depend on, see ``CompiledPool/connectionKey``.
    var pool: String
    var address: String
    var port: Int
}

typealias Target = UnsafeMutablePointer<TargetState>

extension UnsafeMutablePointer where Pointee == TargetState {
    /// How long a target is passed over after its failures.
    private static var ejection: Int64 { 10_000 }

    /// A connection attempt failed.
    func noteFailure(now: Int64) {
        pointee.failures += 1
        pointee.ejectedUntil = now + Self.ejection
    }

    /// A response came.
    @inline(__always)
    func noteSuccess() {
        if pointee.failures != 0 {
            pointee.failures = 0
            pointee.ejectedUntil = 0
        }
    }

    @inline(__always)
    func isFit(now: Int64) -> Bool {
        !pointee.isUnhealthy && pointee.ejectedUntil <= now
    }
}
