import DataPlane
import Foundation
import IngressPlanning
import LoadBalancerModel
import Logging
import Testing

@testable import HeadgateCLI

@Suite("headgate up: what keeps it from starting", .timeLimit(.minutes(1)))
struct UpProcessTests {
    private func options(
        manifests: String, state: String, http: NetworkAddress = NetworkAddress(host: "127.0.0.1", port: 0),
        management: NetworkAddress = NetworkAddress(host: "127.0.0.1", port: 0),
        defaultedFlags: Set<AddressFlag> = []
    ) -> UpOptions {
        UpOptions(
            manifests: [manifests],
            listeners: [ListenerAddress(protocol: .http, address: http.host, port: http.port)],
            managementAddress: management, defaultedFlags: defaultedFlags, stateDirectory: state,
            planning: PlannerOptions(fromFiles: true, now: RecordedConsole.now),
            workers: 1, accessLog: .off, trustedProxies: [], gracePeriod: .zero)
    }

    private func failure(_ options: UpOptions) async -> CommandFailure? {
        await #expect(throws: CommandFailure.self) {
            try await UpProcess(
                options: options, console: RecordedConsole().console(),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            ).run()
        }
    }

    /// An engine that holds a port.
    private func holder() throws -> (engine: SoftwareLoadBalancer, address: NetworkAddress) {
        let engine = SoftwareLoadBalancer(
            options: EngineOptions(listeners: [ListenerAddress(protocol: .http, address: "127.0.0.1", port: 0)]),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let port = try #require(try engine.start().first?.port)
        return (engine, NetworkAddress(host: "127.0.0.1", port: port))
    }

    @Test("A listener's port that is in use, with the flag or the default that gave it", arguments: [true, false])
    func listenerInUse(isDefault: Bool) async throws {
        let directory = try TemporaryDirectory()
        let (engine, address) = try holder()
        let failure = await failure(
            options(
                manifests: directory.path, state: "\(directory.path)/.state", http: address,
                defaultedFlags: isDefault ? [.http] : []))
        let subject = isDefault ? "\(address), the default of --http-address" : "--http-address \(address)"
        #expect(failure?.message == "\(subject): address already in use")
        #expect(failure?.remedy?.contains("--http-address (port 0 picks a free one)") == true)
        await engine.stop(grace: .zero)
    }

    @Test("The management port that is in use")
    func managementInUse() async throws {
        let directory = try TemporaryDirectory()
        let (engine, address) = try holder()
        let failure = await failure(
            options(manifests: directory.path, state: "\(directory.path)/.state", management: address))
        #expect(failure?.message == "--management-address \(address): address already in use")
        #expect(failure?.remedy?.contains("--management-address") == true)
        await engine.stop(grace: .zero)
    }

    @Test("An address that is not the machine's")
    func foreignAddress() async throws {
        let directory = try TemporaryDirectory()
        let address = NetworkAddress(host: "192.0.2.1", port: 18_080)
        let failure = await failure(
            options(manifests: directory.path, state: "\(directory.path)/.state", http: address))
        #expect(failure?.message == "--http-address 192.0.2.1:18080: no interface of this machine has the address")
    }

    @Test("A network and a log that are no good, with their flags")
    func otherFlags() async throws {
        let directory = try TemporaryDirectory()
        var network = options(manifests: directory.path, state: "\(directory.path)/.state")
        network.trustedProxies = ["nowhere"]
        #expect(await failure(network)?.message.hasPrefix("--trusted-proxies: \"nowhere\" is not a network") == true)
        var log = options(manifests: directory.path, state: "\(directory.path)/.state")
        log.accessLog = .file(path: "\(directory.path)/none/access.log")
        #expect(await failure(log)?.message.hasPrefix("--access-log: ") == true)
    }

    @Test("Manifests that aren't there")
    func missingManifests() async throws {
        let directory = try TemporaryDirectory()
        let failure = await failure(options(manifests: "\(directory.path)/none", state: "\(directory.path)/.state"))
        #expect(failure?.message == "\(directory.path)/none can't be read: No such file or directory")
    }

    @Test("A state directory that can't be made")
    func stateDirectory() async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("", to: "file")
        let failure = await failure(options(manifests: directory.path, state: "\(file)/state"))
        #expect(failure?.remedy?.contains("--state-dir") == true)
    }

    @Test("A state directory that is the manifests' own", arguments: ["", "/.", "/sub/.."])
    func stateDirectoryOfManifests(path: String) async throws {
        let directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: "\(directory.path)/sub", withIntermediateDirectories: true)
        let failure = await failure(options(manifests: directory.path, state: directory.path + path))
        #expect(failure?.message == "the state directory \(directory.path)\(path) is that of the manifests")
        #expect(failure?.remedy?.contains("--state-dir") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["sub"])
    }

    @Test("A state directory below the manifests that holds some", arguments: ["/sub", "/link", "/above"])
    func stateDirectoryWithManifests(path: String) async throws {
        let directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: "\(directory.path)/sub", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: "\(directory.path)/link", withDestinationPath: "\(directory.path)/sub")
        try FileManager.default.createDirectory(atPath: "\(directory.path)/above/x", withIntermediateDirectories: true)
        try directory.write("", to: "sub/web.yaml")
        try directory.write("", to: "above/x/web.yaml")
        let failure = await failure(options(manifests: directory.path, state: directory.path + path))
        #expect(failure?.message.contains("web.yaml, which would no longer be read") == true)
        #expect(failure?.remedy?.contains("--state-dir") == true)
    }

    @Test("A state directory beside the manifests, or among them and with nothing but state, is none of them")
    func otherStateDirectory() throws {
        let directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: "\(directory.path)/state", withIntermediateDirectories: true)
        try directory.write("{}", to: "state/ingresses.json")
        for path in ["/state", "/.state", "/new"] {
            #expect(try StateDirectory.isBelow(directory.path, directory.path + path), "\(path)")
        }
        for path in ["-state", "/../state"] {
            #expect(try !StateDirectory.isBelow(directory.path, directory.path + path), "\(path)")
        }
        #expect(try !StateDirectory.isBelow("\(directory.path)/state/ingresses.json", directory.path))
    }

    @Test("Listeners of which none can be bound, each with its flag")
    func noListener() async throws {
        let directory = try TemporaryDirectory()
        let (engine, address) = try holder()
        var options = self.options(manifests: directory.path, state: "\(directory.path)/.state", http: address)
        options.listeners.append(ListenerAddress(protocol: .https, address: "192.0.2.1", port: 18_443))
        let failure = await failure(options)
        #expect(
            failure?.message == "--http-address \(address): address already in use; "
                + "--https-address 192.0.2.1:18443: no interface of this machine has the address")
        #expect(failure?.remedy?.contains("--http-address (port 0 picks a free one)") == true)
        #expect(failure?.remedy?.contains("Name one of its addresses with --https-address") == true)
        await engine.stop(grace: .zero)
    }
}
