import ArgumentParser
import DataPlane
import LoadBalancerModel

/// Where and how `headgate up` serves.
struct ServingArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where plain HTTP is served, or off. (default: 127.0.0.1:8080)",
            discussion: "May be repeated. Port 0 picks a free one, which the log and listeners.json tell.",
            valueName: "address:port"),
        transform: ListenerArgument.init)
    var httpAddress: [ListenerArgument] = []

    @Option(
        help: ArgumentHelp(
            "Where HTTPS is served, or off. (default: 127.0.0.1:8443)",
            discussion: "May be repeated.",
            valueName: "address:port"),
        transform: ListenerArgument.init)
    var httpsAddress: [ListenerArgument] = []

    @Option(
        help: ArgumentHelp(
            "Where /readyz, /livez and /metrics are answered. (default: 127.0.0.1:9090)",
            valueName: "address:port"),
        transform: { try NetworkAddress(argument: $0) })
    var managementAddress: NetworkAddress?

    @Option(
        help: ArgumentHelp(
            "The IP address or host name that the status of Ingresses shows.",
            discussion:
                "Without it, the address of the listeners; where they listen on all, the first of this machine.",
            valueName: "address"),
        transform: PublishAddressArgument.init)
    var publishAddress: PublishAddressArgument?

    @Option(
        help: ArgumentHelp(
            "The directory for ingresses.json, diagnostics.json and listeners.json.",
            discussion: "Without it, $XDG_STATE_HOME/headgate, or ~/.local/state/headgate.",
            valueName: "dir"),
        completion: .directory)
    var stateDir: String?

    @Option(help: ArgumentHelp("Event loops, each a thread; one per processor without it.", valueName: "n"))
    var workers: Int?

    @Option(
        help: ArgumentHelp(
            "A network whose X-Forwarded-* and Forwarded fields are believed.",
            discussion: "May be repeated. Without it, what clients send of these is replaced.",
            valueName: "cidr"))
    var trustedProxies: [String] = []

    @Option(
        help: ArgumentHelp(
            "How long requests under way may take when the process is stopped. (default: 30s)",
            valueName: "duration"),
        transform: DurationArgument.init)
    var gracePeriod = DurationArgument(.seconds(30))

    /// The flags of addresses that were not given.
    var defaultedFlags: Set<AddressFlag> { Set(AddressFlag.allCases.filter { given($0) == nil }) }

    /// All listeners, HTTP first.
    var listeners: [ListenerAddress] {
        ListenerProtocol.allCases.flatMap { listenerProtocol in
            addresses(AddressFlag(listenerProtocol)).map {
                ListenerAddress(protocol: listenerProtocol, address: $0.host, port: $0.port)
            }
        }
    }

    /// The addresses that a flag gives, its default where it is absent.
    func addresses(_ flag: AddressFlag) -> [NetworkAddress] { given(flag) ?? [flag.defaultAddress] }

    /// The addresses that a flag was given, none of them for `off`; nil where it is absent.
    private func given(_ flag: AddressFlag) -> [NetworkAddress]? {
        func given(_ arguments: [ListenerArgument]) -> [NetworkAddress]? {
            arguments.isEmpty ? nil : arguments.compactMap(\.networkAddress)
        }
        return switch flag {
        case .http: given(httpAddress)
        case .https: given(httpsAddress)
        case .management: managementAddress.map { [$0] }
        }
    }

    func validate() throws {
        guard !listeners.isEmpty else {
            throw ValidationError("--http-address and --https-address are both off: nothing would be served.")
        }
        try requireOwnAddresses()
        if let workers, !(1...1_024).contains(workers) {
            throw ValidationError("--workers \(workers) is out of range: give a number from 1 to 1024.")
        }
        if stateDir?.isEmpty == true { throw ValidationError("The path given with --state-dir is empty.") }
    }
}

extension ServingArguments {
    /// - Throws: `ValidationError` where two sockets would want one address, by itself or as one of all addresses.
    private func requireOwnAddresses() throws {
        typealias Holder = (flag: AddressFlag, address: NetworkAddress)
        func name(_ holder: Holder) -> String {
            let origin: AddressOrigin = given(holder.flag) == nil ? .defaultOf(holder.flag) : .flag(holder.flag)
            return origin.naming(holder.address)
        }
        let listeners = listeners
        var claims = ListenerClaims<Holder>()
        for flag in AddressFlag.allCases {
            for address in addresses(flag) {
                // What the engine binds for IPv4 as well contends with the management address alone.
                let isShared = flag != .management && listeners.takesIPv4(on: address)
                let holder: Holder = (flag, address)
                let claim = claims.claim(isShared ? nil : address.host, port: address.port, for: holder)
                guard let other = claim?.holder else { continue }
                let problem =
                    other.address == address
                    ? "\(address) is given twice" : "\(address) and \(other.address) can't both be bound"
                throw ValidationError(
                    "\(problem) (\(name(other)); \(name(holder))): every listener needs an address or a port of its own."
                )
            }
        }
    }
}

extension [ListenerAddress] {
    /// Whether an address is `::` and takes the connections of IPv4 too, as it does where IPv4 has no listener of its
    /// own on the port.
    func takesIPv4(on address: NetworkAddress) -> Bool {
        IPAddress.family(of: address.host) == .ipv6 && IPAddress.isUnspecified(address.host)
            && !contains { $0.port == address.port && IPAddress.family(of: $0.address) == .ipv4 }
    }
}

/// A listener, or none.
enum ListenerArgument: Sendable, Hashable {
    case off
    case address(NetworkAddress)

    init(_ text: String) throws {
        self = text == "off" ? .off : .address(try NetworkAddress(argument: text))
    }

    var networkAddress: NetworkAddress? {
        switch self {
        case .off: nil
        case .address(let address): address
        }
    }
}

extension ListenerArgument: CustomStringConvertible {
    var description: String { networkAddress?.description ?? "off" }
}

extension NetworkAddress {
    /// Reads a flag's value.
    init(argument text: String) throws {
        do {
            try self.init(parsing: text)
        } catch {
            throw ValidationError(error.description)
        }
    }
}

/// `--publish-address`.
struct PublishAddressArgument: Sendable, Hashable {
    let text: String

    /// - Throws: `ValidationError` for what is neither an IP address nor a DNS name.
    init(_ text: String) throws {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        let isName =
            text.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy { octet in
                        (0x61...0x7A).contains(octet) || (0x30...0x39).contains(octet) || octet == 0x2D
                    }
            }
        let isNumeric = labels.last?.allSatisfy(\.isNumber) ?? true
        guard IPAddress.family(of: text) != nil || (isName && !isNumeric) else {
            throw ValidationError(
                "\"\(text)\" can't be published: give an IP address or a host name in lower case, without a port.")
        }
        self.text = text
    }
}

/// A length of time such as `500ms`, `30s`, `2m` or `1h30m`.
struct DurationArgument: Sendable, Hashable, CustomStringConvertible {
    let value: Duration

    init(_ value: Duration) {
        self.value = value
    }

    init(_ text: String) throws {
        guard let value = Self.parse(text) else {
            throw ValidationError("\"\(text)\" is no length of time: write it as 500ms, 30s, 2m or 1h30m.")
        }
        self.value = value
    }

    private static func parse(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        var rest = text[...]
        var total = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(unit.count)
            let factors = ["ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000]
            guard digits.count <= 9, let count = Int(digits), let factor = factors[String(unit)] else { return nil }
            total += count * factor
        }
        return total > 0 || text.contains("0") ? .milliseconds(total) : nil
    }

    var description: String {
        let (seconds, attoseconds) = value.components
        let milliseconds = Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
        return milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000)s" : "\(milliseconds)ms"
    }
}
