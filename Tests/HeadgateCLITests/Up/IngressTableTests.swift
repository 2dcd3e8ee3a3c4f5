import Foundation
import Testing

@testable import HeadgateCLI
@testable import KubernetesModel

@Suite("The table of Ingresses")
struct IngressTableTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func ingress(
        _ name: String, class className: String? = nil, hosts: [String?], ports: [Int] = [], created: String? = nil
    ) -> Ingress {
        var metadata = ObjectMeta(name: name, namespace: "shop")
        metadata.creationTimestamp = created
        let entries =
            ports.isEmpty
            ? [] : [IngressLoadBalancerEntry(ip: "127.0.0.1", ports: ports.map { IngressPortStatus(port: $0) })]
        return Ingress(
            metadata: metadata,
            spec: IngressSpec(ingressClassName: className, rules: hosts.map { IngressRule(host: $0) }),
            status: IngressStatus(loadBalancer: entries))
    }

    @Test("Of very many Ingresses the first are shown, and the rest is counted", arguments: [50, 51, 52, 2_000])
    func many(count: Int) {
        let names = (0..<count).map { "web-" + String(10_000 + $0) }
        let lines = IngressTable.lines(names.reversed().map { ingress($0, hosts: [nil]) }, now: Self.now)
        #expect(lines[1].hasPrefix("shop        web-10000 "))
        if count <= 51 {
            #expect(lines.count == count + 1)
        } else {
            #expect(lines.count == 52)
            #expect(lines.last == "… and \(count - 50) more, which ingresses.json lists")
        }
    }

    @Test("It reads as that of kubectl")
    func table() {
        let lines = IngressTable.lines(
            [
                ingress("z", class: "public", hosts: ["a", "b", "c", "d", "e"], ports: [8080, 8443]),
                ingress("a", hosts: [nil], created: "2027-01-15T07:00:00Z"),
            ],
            classes: [NamespacedName(namespace: "shop", name: "a"): "default-class"], now: Self.now)
        #expect(
            lines == [
                "NAMESPACE   NAME   CLASS           HOSTS               ADDRESS     PORTS        AGE",
                "shop        a      default-class   *                                            60m",
                "shop        z      public          a,b,c + 2 more...   127.0.0.1   8080, 8443   <unknown>",
            ])
    }

    @Test("None is said in words")
    func none() {
        #expect(IngressTable.lines([], now: Self.now) == ["No Ingress is ours."])
    }

    @Test(
        "Ages are rounded as kubectl rounds them",
        arguments: [
            (0, "0s"), (119, "119s"), (120, "2m"), (125, "2m5s"), (599, "9m59s"), (600, "10m"), (10_799, "179m"),
            (10_800, "3h"), (11_460, "3h11m"), (28_800, "8h"), (172_799, "47h"), (172_800, "2d"), (180_000, "2d2h"),
            (691_200, "8d"), (63_072_000, "2y"), (66_000_000, "2y33d"), (252_288_000, "8y"), (-5, "<invalid>"),
        ])
    func ages(seconds: Int, expected: String) {
        let created = Self.now.addingTimeInterval(-Double(seconds)).formatted(.iso8601)
        #expect(IngressTable.age(created, now: Self.now) == expected)
    }

    @Test("Without a time of creation the age is unknown", arguments: [nil, "yesterday"])
    func unknown(timestamp: String?) {
        #expect(IngressTable.age(timestamp, now: Self.now) == "<unknown>")
    }
}
