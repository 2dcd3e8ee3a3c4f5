import DataPlane
import IngressPlanning
import Observability

/// What `headgate up` was asked for, after its arguments were checked.
struct UpOptions: Sendable {
    /// The manifest files and directories.
    var manifests: [String]
    /// Where every load balancer of the plan is served, unless parameters give it listeners of its own.
    var listeners: [ListenerAddress]
    var managementAddress: NetworkAddress
    /// The flags of addresses that were not given, so that their defaults hold.
    var defaultedFlags: Set<AddressFlag> = []
    /// The address that the status of Ingresses shows; absent for that of the listeners.
    var publishAddress: String?
    var stateDirectory: String
    /// How is planned; the time in it is replaced at every planning.
    var planning: PlannerOptions
    var workers: Int
    var accessLog: AccessLogDestination
    /// The form of the log, which no other text may break.
    var logFormat: LogFormat = .text
    var trustedProxies: [String]
    /// How long requests under way may take once the process is told to stop.
    var gracePeriod: Duration
}

extension UpOptions {
    /// What gave the addresses of a flag.
    func origin(_ flag: AddressFlag) -> AddressOrigin {
        defaultedFlags.contains(flag) ? .defaultOf(flag) : .flag(flag)
    }
}
