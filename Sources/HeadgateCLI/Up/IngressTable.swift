import Foundation
import KubernetesModel

/// Ingresses as `kubectl get ingress --all-namespaces` shows them.
enum IngressTable {
    /// How many Ingresses are shown; of more, the rest is counted.
    static let limit = 50

    /// The lines, with a heading.
    ///
    /// - Parameters:
    ///   - ingresses: what is shown, with its status.
    ///   - classes: the class of each Ingress; what is absent here shows as it names its class itself.
    ///   - now: the time that ages are told by.
    static func lines(_ ingresses: [Ingress], classes: [NamespacedName: String] = [:], now: Date) -> [String] {
        guard !ingresses.isEmpty else { return ["No Ingress is ours."] }
        var table = TextTable(separator: "   ")
        table.add(["NAMESPACE", "NAME", "CLASS", "HOSTS", "ADDRESS", "PORTS", "AGE"])
        // One more is shown in place of a line that would count it.
        let isCut = ingresses.count > limit + 1
        let sorted = ingresses.sorted { $0.namespacedName < $1.namespacedName }
        for ingress in isCut ? sorted.prefix(limit) : sorted[...] {
            table.add([
                TextTable.Cell(ingress.metadata.namespace),
                TextTable.Cell(ingress.metadata.name),
                TextTable.Cell(classes[ingress.namespacedName] ?? className(ingress)),
                TextTable.Cell(hosts(ingress)),
                TextTable.Cell(addresses(ingress)),
                TextTable.Cell(ports(ingress)),
                TextTable.Cell(age(ingress.metadata.creationTimestamp, now: now)),
            ])
        }
        if isCut { table.addLine("… and \(ingresses.count - limit) more, which ingresses.json lists") }
        return table.lines(style: TextStyle(isEnabled: false))
    }

    private static func className(_ ingress: Ingress) -> String {
        ingress.spec.ingressClassName
            ?? ingress.metadata.annotations["kubernetes.io/ingress.class"]
            ?? "<none>"
    }

    /// Three hosts at most, and how many more there are; `*` for none.
    private static func hosts(_ ingress: Ingress) -> String {
        let hosts = ingress.spec.rules.compactMap(\.host).filter { !$0.isEmpty }
        guard !hosts.isEmpty else { return "*" }
        let shown = hosts.prefix(3).joined(separator: ",")
        return hosts.count > 3 ? "\(shown) + \(hosts.count - 3) more..." : shown
    }

    private static func addresses(_ ingress: Ingress) -> String {
        ingress.status.loadBalancer.compactMap { $0.ip ?? $0.hostname }.joined(separator: ",")
    }

    private static func ports(_ ingress: Ingress) -> String {
        let ports = Set(ingress.status.loadBalancer.flatMap { $0.ports ?? [] }.map(\.port)).sorted()
        return ports.map(String.init).joined(separator: ", ")
    }

    /// The time since a timestamp as kubectl writes durations.
    static func age(_ timestamp: String?, now: Date) -> String {
        guard let timestamp, let date = try? Date(timestamp, strategy: .iso8601) else { return "<unknown>" }
        let seconds = Int(now.timeIntervalSince(date))
        switch seconds {
        case ..<(-1): return "<invalid>"
        case ..<0: return "0s"
        case ..<120: return "\(seconds)s"
        default: return longAge(seconds)
        }
    }

    /// The rule of `k8s.io/apimachinery/pkg/util/duration.HumanDuration` from two minutes on: the smaller unit is shown
    /// only while it matters.
    private static func longAge(_ seconds: Int) -> String {
        func pair(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
            small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit)\(small)\(smallUnit)"
        }
        let minutes = seconds / 60
        let hours = seconds / 3_600
        let days = hours / 24
        switch true {
        case minutes < 10: return pair(minutes, "m", seconds % 60, "s")
        case minutes < 180: return "\(minutes)m"
        case hours < 8: return pair(hours, "h", minutes % 60, "m")
        case hours < 48: return "\(hours)h"
        case hours < 192: return pair(days, "d", hours % 24, "h")
        case hours < 24 * 365 * 2: return "\(days)d"
        case hours < 24 * 365 * 8: return pair(days / 365, "y", days % 365, "d")
        default: return "\(days / 365)y"
        }
    }
}
