import LoadBalancerModel

/// A client's connection and the request that it carries at present.
struct DownstreamState {
    enum Phase: UInt8 {
        case handshake
        /// Between requests: nothing of the next one has come.
        case waiting
        /// Part of a request head has come.
        case head
        /// A request is under way.
        case exchange
        /// Everything is said; what the client still sends is read and dropped, so that it gets to read the answer.
        case lingering
        case closed
    }

    /// The first member: a pointer to the state is one to its timer.
    var timer: TimerNode
    let loop: EventLoop
    var transport: Transport
    let listener: Int
    let isSecure: Bool
    /// The policy that the handshake followed; means nothing on a connection in the clear.
    var policy = TLSPolicy()
    let client: ClientConnection
    var phase = Phase.waiting
    var isEnqueued = false
    /// Requests answered on this connection.
    var served = 0
    /// Bytes dropped while lingering.
    var dropped = 0
    /// The head of the present request, and what came behind it in the same reads.
    var input = ReceiveBuffer()
    /// The request body, or the client's side of a tunnel, as far as it did not come with the head.
    var body = ReceiveBuffer()
    var output = SendQueue()
    /// The memory behind the head part of ``output``.
    var outputHead: Buffer?
    /// A write has found the socket full.
    var isBlocked = false
    var exchange = Exchange()
    /// In the loop's list of connections that have work without an event.
    var nextReady: UnsafeMutablePointer<DownstreamState>?
    var next: UnsafeMutablePointer<DownstreamState>?
    var previous: UnsafeMutablePointer<DownstreamState>?

    init(
        loop: EventLoop, descriptor: Int32, listener: UnsafeMutablePointer<ListenerState>, client: ClientConnection,
        memory: UnsafeMutableRawPointer
    ) {
        timer = TimerNode(kind: .downstream, owner: memory)
        self.loop = loop
        transport = Transport(descriptor: descriptor)
        self.listener = listener.pointee.index
        isSecure = listener.pointee.isSecure
        self.client = client
    }
}

/// A request and its response.
struct Exchange {
    var configuration: UnsafeMutablePointer<LoopConfiguration>?
    var route: UnsafeMutablePointer<CompiledRoute>?
    /// The heads that were read. Held while a head is read or a request is under way.
    var heads: UnsafeMutablePointer<ExchangeHeads>?
    /// The bytes of the request head, in the connection's input buffer.
    var headBytes = UnsafeRawBufferPointer(start: nil, count: 0)
    /// The request head as it goes to the target; kept until the response begins, because it may have to go again.
    var requestHead: Buffer?
    var requestHeadCount = 0
    /// The request body as it went to the target, kept while ``Flags/keepsBody`` because it may have to go again.
    var keptBody: Buffer?
    var keptBodyCount = 0
    /// The trailers of the request body as they go to the target.
    var trailerBuffer: Buffer?
    var requestBody = BodyReader()
    var responseBody = BodyReader()
    var upstream: UnsafeMutablePointer<UpstreamState>?
    /// The pool in the configuration, -1 for none.
    var pool = -1
    /// The members of the pool that were tried, see ``PoolState/bit(_:)``.
    var tried: UInt64 = 0
    var attempts = 0
    /// The token of the affinity cookie that the client sent.
    var clientIdentity: TargetIdentity?
    var interimResponses = 0
    /// Pieces of an answer of our own that are still to be queued, the last one first.
    var content: [BodyPiece] = []
    /// The piece in the client's send queue.
    var sending: BodyPiece?
    /// The path in normal form differs from the one that came, and stands in the loop's scratch until the request has
    /// been written.
    var hasRewrittenPath = false
    /// The token for the client's affinity cookie, where one is to be set.
    var affinityIdentity: TargetIdentity?
    var status = 0
    /// Microseconds of the monotonic clock at the first byte of the request.
    var started: Int64 = 0
    var bytesReceived = 0
    var bytesSent = 0
    var requestID = RequestID(high: 0, low: 0)
    /// Why the load balancer answers itself, or there is no whole answer; nil where all went well.
    var reason: String?
    var flags: Flags = []

    struct Flags: OptionSet {
        let rawValue: UInt32

        /// The request head has gone into the target's send queue.
        static let requestSent = Flags(rawValue: 1 << 0)
        /// Nothing more of the request body goes to the target: it takes none, or the client sends none.
        static let uploadEnded = Flags(rawValue: 1 << 1)
        /// The final response's head has been read, or the load balancer answers itself.
        static let responseStarted = Flags(rawValue: 1 << 2)
        /// All of the response is in the client's send queue.
        static let responseEnded = Flags(rawValue: 1 << 3)
        /// The connection stays open after the response.
        static let keepAlive = Flags(rawValue: 1 << 4)
        /// The body goes to the client in chunks.
        static let chunkedResponse = Flags(rawValue: 1 << 5)
        /// Both directions carry bytes that are none of our business (RFC 9110, section 7.8).
        static let tunnel = Flags(rawValue: 1 << 6)
        /// The request body is read and dropped.
        static let discardsBody = Flags(rawValue: 1 << 7)
        /// The connection to the target may serve another request.
        static let upstreamPersists = Flags(rawValue: 1 << 8)
        /// The client waits for 100 (Continue).
        static let awaitsContinue = Flags(rawValue: 1 << 9)
        /// The target has sent 100 (Continue).
        static let continued = Flags(rawValue: 1 << 18)
        /// The client of a tunnel has ended its direction, and the target has been told.
        static let clientHalfClosed = Flags(rawValue: 1 << 10)
        /// The target of a tunnel has ended its direction, and the client has been told.
        static let targetHalfClosed = Flags(rawValue: 1 << 11)
        /// The client closed its sending side.
        static let clientEnded = Flags(rawValue: 1 << 12)
        /// The client went away before it had the response.
        static let clientLeft = Flags(rawValue: 1 << 13)
        /// The target took no more of the request.
        static let uploadBroken = Flags(rawValue: 1 << 15)
        /// The target gets no body, whatever the client sends.
        static let withholdsBody = Flags(rawValue: 1 << 17)
        /// All that has gone out of the request body is kept, so that it can go out again.
        static let keepsBody = Flags(rawValue: 1 << 19)
        /// The access log and the counters have it.
        static let recorded = Flags(rawValue: 1 << 16)
        /// What the client got is not the whole response.
        static let truncated = Flags(rawValue: 1 << 14)
    }
}

/// The heads of a request and its response, with storage that is used again.
struct ExchangeHeads: ~Copyable {
    var request = RequestHead()
    var response = ResponseHead()
    var trailers = FieldTable()

    init() {}
}

/// The heads of a loop that are not in use.
struct HeadPool {
    private static let kept = 256
    private var free: [UnsafeMutablePointer<ExchangeHeads>] = []

    @inline(__always)
    mutating func take() -> UnsafeMutablePointer<ExchangeHeads> {
        if let heads = free.popLast() { return heads }
        let heads = UnsafeMutablePointer<ExchangeHeads>.allocate(capacity: 1)
        heads.initialize(to: ExchangeHeads())
        return heads
    }

    @inline(__always)
    mutating func give(_ heads: UnsafeMutablePointer<ExchangeHeads>) {
        if free.count < HeadPool.kept {
            heads.pointee.request.reset()
            heads.pointee.response.reset()
            heads.pointee.trailers.removeAll()
            free.append(heads)
        } else {
            heads.deinitialize(count: 1)
            heads.deallocate()
        }
    }

    mutating func deallocate() {
        for heads in free {
            heads.deinitialize(count: 1)
            heads.deallocate()
        }
        free = []
    }
}
