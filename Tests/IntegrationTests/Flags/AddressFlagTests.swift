import Foundation
import Testing

@Suite("Flags of addresses", .timeLimit(.minutes(5)), .serialized)
struct AddressFlagTests {
    @Test("Every repeated address is served, IPv6 too, and ports that the system chose stand in listeners.json and log")
    func repeated() async throws {
        let site = try await GoodSite()
        let chosen = try FreePort.take()
        let headgate = try await RunningHeadgate(
            site.manifests.url,
            [
                "--http-address", "[::1]:0", "--http-address", "127.0.0.2:0", "--http-address", "127.0.0.1:\(chosen)",
                "--https-address", "[::1]:0",
            ])
        #expect(headgate.listeners.map(\.protocol) == ["http", "http", "http", "http", "https", "https"])
        let hosts = headgate.listeners.map { $0.address.replacing(/:\d+$/, with: "") }
        #expect(hosts == ["127.0.0.1", "[::1]", "127.0.0.2", "127.0.0.1", "127.0.0.1", "[::1]"])
        #expect(headgate.listeners[3].address == "127.0.0.1:\(chosen)")
        let ports = headgate.listeners.map { $0.address.split(separator: ":").last ?? "" }
        #expect(!ports.contains("0"))
        for listener in headgate.listeners {
            let curl = Curl(http: listener.address, https: listener.address)
            let answer = try await curl.get("\(listener.protocol)://\(GoodSite.host)/")
            #expect(answer.echo?.service == "default/backend", "\(listener)")
            let forwarded = answer.echo?.headers["x-forwarded-port"]
            #expect(forwarded == listener.address.split(separator: ":").last.map(String.init))
            #expect(headgate.process.errorText.contains(listener.address), "the log says \(listener.address)")
        }
    }

    @Test("listeners.json is an object whose listeners have a protocol and an address")
    func listenersDocument() async throws {
        let site = try await GoodSite()
        let headgate = try await RunningHeadgate(site.manifests.url)
        let document = try headgate.stateDocument("listeners.json")
        let listeners = try #require(document["listeners"])
        #expect(
            listeners == [
                ["protocol": "http", "address": .string(headgate.curl.http)],
                ["protocol": "https", "address": .string(headgate.curl.https)],
            ])
    }

    @Test("ingresses.json is a List of our Ingresses with the address in their status")
    func ingressesDocument() async throws {
        let site = try await GoodSite()
        try site.manifests.write(
            GoodSite.ingress("foreign.example").replacing("ClassName: headgate", with: "ClassName: foreign"),
            to: "foreign.yaml")
        let headgate = try await RunningHeadgate(site.manifests.url)
        let document = try headgate.stateDocument("ingresses.json")
        #expect(document["apiVersion"] == "v1")
        #expect(document["kind"] == "List")
        #expect(document.keys.isSubset(of: ["apiVersion", "kind", "items", "metadata"]))
        let items = try #require(document["items"]).elements
        #expect(items.map { $0["metadata"]?["name"] } == ["good"], "a foreign class is not ours")
        let ingress = try #require(items.first)
        #expect(ingress["apiVersion"] == "networking.k8s.io/v1")
        #expect(ingress["kind"] == "Ingress")
        #expect(ingress["metadata"]?["namespace"] == "default")
        #expect(ingress["spec"]?["ingressClassName"] == "headgate")
        #expect(ingress["spec"]?["rules"]?[0]?["host"] == .string(GoodSite.host))
        let entries = try #require(ingress["status"]?["loadBalancer"]?["ingress"]).elements
        #expect(entries.map { $0["ip"] } == ["127.0.0.1"])
        let ports = (entries[0]["ports"]?.elements ?? []).compactMap { $0["port"]?.number }.map { Int($0) }
        let expected = headgate.listeners.compactMap { $0.address.split(separator: ":").last.flatMap { Int($0) } }
        #expect(ports == expected.sorted())
        #expect((entries[0]["ports"]?.elements ?? []).allSatisfy { $0["protocol"] == "TCP" })
    }

    @Test(
        "The address of --publish-address stands in every status",
        arguments: [("203.0.113.7", "ip"), ("2001:db8::7", "ip"), ("lb.example.com", "hostname")])
    func publishAddress(address: String, field: String) async throws {
        let site = try await GoodSite()
        let headgate = try await RunningHeadgate(site.manifests.url, ["--publish-address", address])
        let items = try #require(try headgate.stateDocument("ingresses.json")["items"]).elements
        let entries = items.first?["status"]?["loadBalancer"]?["ingress"]?.elements ?? []
        #expect(entries.map { $0[field] } == [.string(address)])
        #expect(entries.first?.keys == [field, "ports"])
        #expect(headgate.process.outputText.contains(address), "the table shows it")
    }

    @Test("The state of an Ingress follows the manifests: it comes, it goes")
    func statusFollows() async throws {
        let site = try await GoodSite()
        let headgate = try await RunningHeadgate(site.manifests.url)
        func names() throws -> [String] {
            try (headgate.stateDocument("ingresses.json")["items"]?.elements ?? [])
                .compactMap { $0["metadata"]?["name"]?.string }
        }
        #expect(try names() == ["good"])
        try site.manifests.write(GoodSite.ingress("victim.example"), to: "victim.yaml")
        try await eventually("the new Ingress has a status") { try names() == ["good", "victim"] }
        try site.manifests.remove("victim.yaml")
        try await eventually("the Ingress is gone") { try names() == ["good"] }
    }

    @Test("As many event loops run as --workers says, each with a listening socket of its own", arguments: [1, 3])
    func workers(count: Int) async throws {
        let site = try await GoodSite()
        let headgate = try await RunningHeadgate(site.manifests.url, ["--workers", String(count)])
        let port = try #require(headgate.curl.http.split(separator: ":").last.flatMap { UInt16($0) })
        let local = "0100007F:" + String(format: "%04X", port)
        // A file of /proc gives its content in pieces, which only a reader up to the end gets all of.
        let table = try FileHandle(forReadingFrom: URL(filePath: "/proc/net/tcp")).readToEnd() ?? Data()
        let sockets = String(decoding: table, as: UTF8.self).split(separator: "\n")
        let listening = sockets.filter { line in
            let fields = line.split(separator: " ")
            return fields.count > 3 && fields[1] == local && fields[3] == "0A"
        }
        #expect(listening.count == count)
        // Requests reach all of them.
        for _ in 1...10 { #expect(try await site.isServed(by: headgate)) }
    }
}
