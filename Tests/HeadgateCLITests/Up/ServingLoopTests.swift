import DataPlane
import Foundation
import FoundationNetworking
import IngressPlanning
import KubernetesModel
import LoadBalancerModel
import Logging
import Observability
import ServiceLifecycle
import Synchronization
import Testing

@testable import HeadgateCLI

/// Hands out log lines one by one, so that a test can wait for what it expects rather than for time.
private final class LogLines: LogOutput {
    private struct State {
        var lines: [String] = []
        var waiting: CheckedContinuation<String, Never>?
    }

    private let state = Mutex(State())

    func write(_ line: String) {
        let waiting = state.withLock { state -> CheckedContinuation<String, Never>? in
            guard let waiting = state.waiting else {
                state.lines.append(line)
                return nil
            }
            state.waiting = nil
            return waiting
        }
        waiting?.resume(returning: line)
    }

    /// The next line, which is waited for.
    func next() async -> String {
        await withCheckedContinuation { continuation in
            let line = state.withLock { state -> String? in
                if state.lines.isEmpty {
                    state.waiting = continuation
                    return nil
                }
                return state.lines.removeFirst()
            }
            if let line { continuation.resume(returning: line) }
        }
    }

    /// Waits for a line with all of the given parts.
    func wait(for parts: String...) async {
        while true {
            let line = await next()
            if parts.allSatisfy(line.contains) { return }
        }
    }
}

/// A serving loop on free ports, with a directory of manifests of its own.
private final class RunningLoop: Sendable {
    let manifests: TemporaryDirectory
    let state: TemporaryDirectory
    let readiness = Readiness()
    let metrics = ControllerMetrics()
    let console = RecordedConsole()
    private let log = LogLines()
    private let fleet: ListenerFleet
    private let options: UpOptions

    /// - Parameter taken: a port of 127.0.0.1 that another process has, for a second listener.
    init(taken: Int? = nil) throws {
        manifests = try TemporaryDirectory()
        state = try TemporaryDirectory()
        options = UpOptions(
            manifests: [manifests.path],
            listeners: ([0] + [taken].compactMap(\.self)).map {
                ListenerAddress(protocol: .http, address: "127.0.0.1", port: $0)
            },
            managementAddress: NetworkAddress(host: "127.0.0.1", port: 9090),
            stateDirectory: state.path,
            planning: PlannerOptions(ingressClass: "mine", fromFiles: true, now: RecordedConsole.now),
            workers: 1, accessLog: .off, trustedProxies: [], gracePeriod: .seconds(5))
        fleet = ListenerFleet(
            options: EngineOptions(listeners: options.listeners),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Runs the loop around `body`, which gets the log, and stops it gracefully.
    func run(_ body: @Sendable (LogLines) async throws -> Void) async throws {
        _ = try await fleet.start()
        let log = log
        let logger = Logger(label: "test") { _ in TextLogHandler(output: log) }
        let (listening, announce) = AsyncStream.makeStream(of: NetworkAddress.self)
        announce.yield(NetworkAddress(host: "127.0.0.1", port: 9090))
        let loop = ServingLoop(
            options: options, console: console.console(), logger: logger, fleet: fleet,
            state: try StateDirectory(path: state.path), readiness: readiness, metrics: metrics,
            managementListening: listening,
            backoff: BindBackoff(first: .milliseconds(20), longest: .milliseconds(40)))
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: loop, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await body(log)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// A document of the state directory.
    func document(_ name: String) throws -> [String: Any] {
        try jsonObject(try String(contentsOfFile: "\(state.path)/\(name)", encoding: .utf8))
    }

    var address: String {
        get throws {
            let listeners = try #require(try document("listeners.json")["listeners"] as? [[String: String]])
            return try #require(listeners.first?["address"])
        }
    }

    /// The entries of an Ingress's status.
    private func entries(of name: String) throws -> [[String: Any]] {
        let items = try #require(try document("ingresses.json")["items"] as? [[String: Any]])
        let ingress = try #require(items.first { ($0["metadata"] as? [String: Any])?["name"] as? String == name })
        let status = try #require(ingress["status"] as? [String: Any])
        let balancer = try #require(status["loadBalancer"] as? [String: Any])
        return balancer["ingress"] as? [[String: Any]] ?? []
    }

    func addresses(of name: String) throws -> [String] { try entries(of: name).compactMap { $0["ip"] as? String } }

    func ports(of name: String) throws -> [Int] {
        try entries(of: name).flatMap { $0["ports"] as? [[String: Any]] ?? [] }.compactMap { $0["port"] as? Int }
    }

    /// What the load balancer answers.
    func get(_ path: String) async throws -> (status: Int, body: String) {
        let url = try #require(URL(string: "http://\(try address)\(path)"))
        let (data, response) = try await URLSession(configuration: .ephemeral).data(from: url)
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
    }
}

@Suite("headgate up: the serving loop", .timeLimit(.minutes(2)))
struct ServingLoopTests {
    private static func site(_ text: String) -> String {
        """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: web, namespace: shop}
        spec:
          ingressClassName: mine
          rules:
            - http:
                paths:
                  - path: /
                    pathType: Prefix
                    backend: {resource: {apiGroup: headgate.dev, kind: StaticSite, name: site}}
        ---
        apiVersion: headgate.dev/v1alpha1
        kind: StaticSite
        metadata: {name: site, namespace: shop}
        spec: {configMaps: [{name: files}]}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: files, namespace: shop}
        data: {index.html: "\(text)"}

        """
    }

    @Test("What the manifests ask for is served, changes follow, and what is broken keeps its last good state")
    func lifecycle() async throws {
        let loop = try RunningLoop()
        try loop.manifests.write(Self.site("one"), to: "site.yaml")
        try await loop.run { log in
            #expect(loop.readiness.state == .starting)
            await log.wait(for: "serving", "ingresses=1")
            #expect(try await loop.get("/").body == "one")
            #expect(loop.readiness.state == .serving)

            try loop.manifests.write(Self.site("two"), to: "site.yaml")
            await log.wait(for: "serving", "ingresses=1")
            #expect(try await loop.get("/").body == "two")

            try loop.manifests.write("key: [", to: "site.yaml")
            await log.wait(for: "error", "site.yaml", "NotYAML")
            #expect(try await loop.get("/").body == "two")
            let diagnostics = try #require(try loop.document("diagnostics.json")["diagnostics"] as? [[String: Any]])
            #expect(diagnostics.contains { $0["reason"] as? String == "NotYAML" })

            try FileManager.default.removeItem(atPath: "\(loop.manifests.path)/site.yaml")
            await log.wait(for: "serving", "ingresses=0")
            #expect(try await loop.get("/").status == 404)
        }
        #expect(loop.readiness.state == .stopping)
    }

    @Test("The status of every Ingress that is ours shows address and ports; others are left out")
    func status() async throws {
        let loop = try RunningLoop()
        try loop.manifests.write(Self.site("one"), to: "site.yaml")
        try loop.manifests.write(
            Self.site("other").replacingOccurrences(of: "namespace: shop", with: "namespace: other")
                .replacingOccurrences(of: "ingressClassName: mine", with: "ingressClassName: foreign"),
            to: "other.yaml")
        try await loop.run { log in
            await log.wait(for: "serving", "ingresses=1")
            let list = try loop.document("ingresses.json")
            #expect(list["kind"] as? String == "List")
            let items = try #require(list["items"] as? [[String: Any]])
            #expect(items.count == 1)
            let status = try #require(items.first?["status"] as? [String: Any])
            let balancer = try #require(status["loadBalancer"] as? [String: Any])
            let entries = try #require(balancer["ingress"] as? [[String: Any]])
            #expect(entries.map { $0["ip"] as? String } == ["127.0.0.1"])
            let ports = try #require(entries.first?["ports"] as? [[String: Any]])
            let bound = try #require(try loop.address.split(separator: ":").last.flatMap { Int($0) })
            #expect(ports.map { $0["port"] as? Int } == [bound])
            #expect(ports.map { $0["protocol"] as? String } == ["TCP"])
        }
        let table = loop.console.output
        #expect(table.contains("NAMESPACE   NAME   CLASS   HOSTS   ADDRESS     PORTS"))
        #expect(table.contains("shop        web    mine    *       127.0.0.1"))
        #expect(!table.contains("other"))
    }

    @Test("A diagnostic is logged when it appears, not with every change")
    func diagnosticsOnce() async throws {
        let loop = try RunningLoop()
        let broken = Self.site("one").replacingOccurrences(of: "name: site}}", with: "name: missing}}")
        try loop.manifests.write(broken, to: "site.yaml")
        try await loop.run { log in
            await log.wait(for: "missing", "object=\"Ingress shop/web\"")
            await log.wait(for: "serving")
            try loop.manifests.write(
                broken.replacingOccurrences(of: "path: /", with: "path: /other"), to: "site.yaml")
            var line = await log.next()
            while !line.contains("serving") {
                #expect(!line.contains("shop/web"), "told again: \(line)")
                line = await log.next()
            }
            #expect(try await loop.get("/other").status == 500)
            try loop.manifests.write(Self.site("good"), to: "site.yaml")
            await log.wait(for: "resolved", "object=\"Ingress shop/web\"")
        }
    }

    @Test("A class whose listeners are taken is told so, and everything else is ready")
    func ownListenersTaken() async throws {
        let holder = SoftwareLoadBalancer(
            options: EngineOptions(listeners: [ListenerAddress(protocol: .http, address: "127.0.0.1", port: 0)]),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let taken = try #require(try holder.start().first?.port)
        let loop = try RunningLoop()
        try loop.manifests.write(Self.site("one"), to: "site.yaml")
        try loop.manifests.write(Self.ownListener(port: taken), to: "own.yaml")
        try await loop.run { log in
            await log.wait(for: "error", "ListenerNotBound", "127.0.0.1:\(taken)", "field=data.listeners")
            await log.wait(for: "error", "NotServed")
            await log.wait(for: "serving", "ingresses=2")
            #expect(try await loop.get("/").body == "one")
            #expect(try loop.addresses(of: "own") == [])
            await holder.stop(grace: .zero)
            // Tried again without a change.
            await log.wait(for: "resolved", "NotServed")
            #expect(try await loop.get("/").body == "one")
            #expect(try loop.addresses(of: "own") == ["127.0.0.1"])
            let listeners = try #require(try loop.document("listeners.json")["listeners"] as? [[String: String]])
            #expect(listeners.last?["address"] == "127.0.0.1:\(taken)")
        }
    }

    @Test("A listener of the command line that is taken is told of, and bound once it can be; the others serve")
    func listenerTaken() async throws {
        let holder = SoftwareLoadBalancer(
            options: EngineOptions(listeners: [ListenerAddress(protocol: .http, address: "127.0.0.1", port: 0)]),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let taken = try #require(try holder.start().first?.port)
        let loop = try RunningLoop(taken: taken)
        try loop.manifests.write(Self.site("one"), to: "site.yaml")
        try await loop.run { log in
            await log.wait(for: "error", "ListenerNotBound", "127.0.0.1:\(taken)", "field=--http-address")
            await log.wait(for: "serving", "ingresses=1")
            #expect(try await loop.get("/").body == "one")
            #expect(try loop.ports(of: "web").contains(taken) == false)
            await holder.stop(grace: .zero)
            await log.wait(for: "resolved", "ListenerNotBound")
            #expect(loop.readiness.state == .serving)
            #expect(try loop.ports(of: "web").contains(taken))
            let listeners = try #require(try loop.document("listeners.json")["listeners"] as? [[String: String]])
            #expect(listeners.last?["address"] == "127.0.0.1:\(taken)")
        }
    }

    @Test("An Ingress of ours is listed without an address while its class has no parameters")
    func unresolvedParameters() async throws {
        let loop = try RunningLoop()
        try loop.manifests.write(Self.site("one"), to: "site.yaml")
        let own = Self.ownListener(port: 1)
        try loop.manifests.write(
            own.replacingOccurrences(of: "metadata: {name: parameters", with: "metadata: {name: elsewhere"),
            to: "own.yaml")
        try await loop.run { log in
            await log.wait(for: "serving", "ingresses=2")
            let addresses = try ["own", "web"].map { try loop.addresses(of: $0) }
            #expect(addresses == [[], ["127.0.0.1"]])
        }
    }

    private static func ownListener(port: Int) -> String {
        ParameterManifests.ingressClass(
            "own", data: "{listeners: \"[{name: own, protocol: HTTP, port: \(port)}]\"}")
                + """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: own, namespace: shop}
                spec:
                  ingressClassName: own
                  defaultBackend: {resource: {apiGroup: headgate.dev, kind: StaticSite, name: site}}

                """
    }
}
