import DataPlane
import Foundation
import LoadBalancerModel
import Logging
import Testing

@testable import HeadgateCLI
@testable import KubernetesModel

@Suite("The state directory")
struct StateDirectoryTests {
    @Test(
        "Where none is given it is that of the XDG specification",
        arguments: [
            (["XDG_STATE_HOME": "/state", "HOME": "/home/me"], "/state/headgate"),
            (["XDG_STATE_HOME": "relative", "HOME": "/home/me"], "/home/me/.local/state/headgate"),
            (["HOME": "/home/me"], "/home/me/.local/state/headgate"), ([:], ".headgate"),
        ])
    func defaultPath(environment: [String: String], expected: String) {
        #expect(StateDirectory.defaultPath(environment: environment) == expected)
    }

    @Test("A file is replaced as a whole, and nothing else is left behind")
    func replaces() throws {
        let parent = try TemporaryDirectory()
        let state = try StateDirectory(path: "\(parent.path)/a/b")
        try state.write(Data("one".utf8), to: "x.json")
        let before = try FileManager.default.attributesOfItem(atPath: "\(state.path)/x.json")[.systemFileNumber] as? Int
        try state.write(Data("two".utf8), to: "x.json")
        let after = try FileManager.default.attributesOfItem(atPath: "\(state.path)/x.json")[.systemFileNumber] as? Int
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(state.path)/x.json")) == Data("two".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: state.path) == ["x.json"])
        #expect(before != after)
    }

    @Test("Among manifests it is marked once, so that they are read without it")
    func marked() throws {
        let manifests = try TemporaryDirectory()
        for _ in 1...2 {
            let state = try StateDirectory(path: "\(manifests.path)/state", isAmongManifests: true)
            try state.write(Data(#"{"kind": "List", "apiVersion": "v1", "items": [{}]}"#.utf8), to: "ingresses.json")
        }
        let input = try ManifestInput.load([manifests.path], console: RecordedConsole().console())
        #expect(input.objects.isEmpty && input.diagnostics.isEmpty)
    }

    @Test("A directory that can't be made is a failure that names it and the flag")
    func failure() throws {
        let parent = try TemporaryDirectory()
        let file = try parent.write("", to: "file")
        let error = #expect(throws: CommandFailure.self) { try StateDirectory(path: "\(file)/state") }
        #expect(error?.message.contains("\(file)/state") == true)
        #expect(error?.remedy?.contains("--state-dir") == true)
    }

    @Test("A file that can't be written leaves no trace")
    func writeFailure() throws {
        let parent = try TemporaryDirectory()
        let state = try StateDirectory(path: parent.path)
        try FileManager.default.createDirectory(atPath: "\(parent.path)/x.json", withIntermediateDirectories: true)
        #expect(throws: CommandFailure.self) { try state.write(Data("one".utf8), to: "x.json") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: state.path) == ["x.json"])
    }
}

@Suite("State documents")
struct StateDocumentTests {
    @Test("Listeners have protocol and address, an IPv6 address in brackets")
    func listeners() throws {
        let document = ListenersDocument(
            listeners: [
                BoundListener(protocol: .http, address: "127.0.0.1", port: 8080),
                BoundListener(protocol: .https, address: "::1", port: 8443),
            ], management: "127.0.0.1:9090")
        let object = try jsonObject(String(decoding: try PlanEncoding.encode(document), as: UTF8.self))
        let listeners = try #require(object["listeners"] as? [[String: String]])
        #expect(
            listeners == [
                ["protocol": "http", "address": "127.0.0.1:8080"], ["protocol": "https", "address": "[::1]:8443"],
            ])
    }

    @Test("Diagnostics have object, field, severity, reason and message")
    func diagnostics() throws {
        let document = DiagnosticsDocument(diagnostics: [
            Diagnostic(
                object: ObjectReference(kind: "Ingress", namespace: "shop", name: "web"), field: "spec",
                severity: .warning, reason: "Reason", message: "Message.")
        ])
        let object = try jsonObject(String(decoding: try PlanEncoding.encode(document), as: UTF8.self))
        let diagnostic = try #require((object["diagnostics"] as? [[String: Any]])?.first)
        #expect(diagnostic["object"] as? [String: String] == ["kind": "Ingress", "namespace": "shop", "name": "web"])
        #expect(diagnostic["severity"] as? String == "warning")
        #expect(diagnostic["field"] as? String == "spec")
        #expect(diagnostic["reason"] as? String == "Reason")
        #expect(diagnostic["message"] as? String == "Message.")
    }
}

@Suite("The published address")
struct PublishedAddressTests {
    private let machine = MachineAddresses(ipv4: ["192.0.2.1"], ipv6: ["2001:db8::1"], hostname: "here")

    private func listener(_ address: String, _ port: Int) -> BoundListener {
        BoundListener(protocol: .http, address: address, port: port)
    }

    @Test("It is that of the listeners, with the ports that are bound there")
    func addresses() {
        let entries = PublishedAddress.entries(
            listeners: [listener("127.0.0.1", 8443), listener("127.0.0.1", 8080), listener("::1", 8080)],
            override: nil, machine: machine)
        #expect(
            entries == [
                IngressLoadBalancerEntry(
                    ip: "127.0.0.1", ports: [IngressPortStatus(port: 8080), IngressPortStatus(port: 8443)]),
                IngressLoadBalancerEntry(ip: "::1", ports: [IngressPortStatus(port: 8080)]),
            ])
    }

    @Test(
        "What is given replaces it",
        arguments: [("203.0.113.7", "203.0.113.7", nil), ("lb.example.com", nil, "lb.example.com")]
            as [(String, String?, String?)])
    func override(given: String, ip: String?, hostname: String?) {
        let entries = PublishedAddress.entries(
            listeners: [listener("127.0.0.1", 8080), listener("::1", 8080)], override: given, machine: machine)
        #expect(
            entries == [IngressLoadBalancerEntry(ip: ip, hostname: hostname, ports: [IngressPortStatus(port: 8080)])])
    }

    @Test("Where all addresses are listened on, it is one of the machine's, else its name")
    func unspecified() {
        #expect(machine.reachable(for: "0.0.0.0") == "192.0.2.1")
        #expect(machine.reachable(for: "::") == "2001:db8::1")
        #expect(machine.reachable(for: "127.0.0.1") == "127.0.0.1")
        let alone = MachineAddresses(ipv4: [], ipv6: [], hostname: "here")
        let entries = PublishedAddress.entries(listeners: [listener("0.0.0.0", 80)], override: nil, machine: alone)
        #expect(entries == [IngressLoadBalancerEntry(hostname: "here", ports: [IngressPortStatus(port: 80)])])
    }
}

@Suite("The files of the state")
struct StateFilesTests {
    private func ingress(_ name: String, port: Int) -> Ingress {
        Ingress(
            metadata: ObjectMeta(name: name, namespace: "shop"),
            spec: IngressSpec(ingressClassName: "a\nb", rules: [IngressRule(host: "\(name).example.com")]),
            status: IngressStatus(
                loadBalancer: [IngressLoadBalancerEntry(ip: "127.0.0.1", ports: [IngressPortStatus(port: port)])]))
    }

    @Test("The list of Ingresses has the bytes of its encoding as a whole, also after some of it changed")
    func list() throws {
        var encoder = IngressListEncoder()
        for ingresses in [
            [], [ingress("a", port: 1)], [ingress("a", port: 1), ingress("b", port: 2)],
            [ingress("a", port: 3), ingress("b", port: 2)], [ingress("b", port: 2)], [],
        ] {
            let whole = try PlanEncoding.encode(KubernetesList(ingresses))
            #expect(
                try String(decoding: encoder.encode(ingresses), as: UTF8.self) == String(decoding: whole, as: UTF8.self)
            )
        }
    }

    @Test("A file is written when its content changes or the file is gone, and else left alone")
    func unchanged() throws {
        let directory = try TemporaryDirectory()
        var files = StateFiles(
            directory: try StateDirectory(path: directory.path),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        func inodes() throws -> [String: Int] {
            var result: [String: Int] = [:]
            for name in try FileManager.default.contentsOfDirectory(atPath: directory.path) {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(directory.path)/\(name)")
                result[name] = attributes[.systemFileNumber] as? Int
            }
            return result
        }
        func update(port: Int) {
            files.update(
                ingresses: [ingress("a", port: port)], diagnostics: DiagnosticsDocument(diagnostics: []),
                listeners: ListenersDocument(listeners: [], management: "127.0.0.1:9090"))
        }
        update(port: 1)
        let first = try inodes()
        #expect(Set(first.keys) == ["ingresses.json", "diagnostics.json", "listeners.json"])
        update(port: 1)
        #expect(try inodes() == first)
        update(port: 2)
        let changed = try inodes()
        #expect(changed["ingresses.json"] != first["ingresses.json"])
        #expect(changed["diagnostics.json"] == first["diagnostics.json"])
        try FileManager.default.removeItem(atPath: "\(directory.path)/diagnostics.json")
        update(port: 2)
        #expect(Set(try inodes().keys) == Set(first.keys))
    }
}
