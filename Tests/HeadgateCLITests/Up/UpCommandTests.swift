import ArgumentParser
import DataPlane
import Foundation
import IngressPlanning
import KubernetesModel
import LoadBalancerModel
import Testing

@testable import HeadgateCLI

@Suite("headgate up: arguments")
struct UpCommandTests {
    private func options(_ arguments: [String]) throws -> UpOptions {
        try UpCommand.parse(["-f", "manifests"] + arguments).options(environment: ["HOME": "/home/me"])
    }

    @Test("Without arguments everything listens on loopback")
    func defaults() throws {
        let options = try options([])
        #expect(
            options.listeners == [
                ListenerAddress(protocol: .http, address: "127.0.0.1", port: 8080),
                ListenerAddress(protocol: .https, address: "127.0.0.1", port: 8443),
            ])
        #expect(options.managementAddress == NetworkAddress(host: "127.0.0.1", port: 9090))
        #expect(options.stateDirectory == "/home/me/.local/state/headgate")
        #expect(options.accessLog == .off)
        #expect(options.publishAddress == nil)
        #expect(options.gracePeriod == .seconds(30))
        #expect(options.workers >= 1)
        #expect(options.planning.fromFiles)
    }

    @Test("Addresses that are given replace the default, and may be repeated")
    func addresses() throws {
        let options = try options([
            "--http-address", "127.0.0.1:0", "--http-address", "[::1]:8081", "--https-address", "off",
        ])
        #expect(
            options.listeners == [
                ListenerAddress(protocol: .http, address: "127.0.0.1", port: 0),
                ListenerAddress(protocol: .http, address: "::1", port: 8081),
            ])
    }

    @Test("Flags that are given are told from their defaults")
    func defaultedFlags() throws {
        #expect(try options([]).defaultedFlags == Set(AddressFlag.allCases))
        let given = try options(["--http-address", "127.0.0.1:8080", "--management-address", "127.0.0.1:9090"])
        #expect(given.defaultedFlags == [.https])
        #expect(given.origin(.http) == .flag(.http))
        #expect(given.origin(.https) == .defaultOf(.https))
    }

    @Test("All addresses of IPv6 and one of IPv4 share a port")
    func families() throws {
        let options = try options([
            "--http-address", "[::]:8080", "--http-address", "127.0.0.1:8080", "--https-address", "0.0.0.0:8443",
            "--https-address", "[::]:8443",
        ])
        #expect(options.listeners.count == 4)
    }

    @Test("Every flag stands in docs/operations.md, and every flag of its table is one")
    func documentedFlags() throws {
        let page = try String(
            contentsOf: GoldenFile.root.appendingPathComponent("docs/operations.md"), encoding: .utf8)
        let section = try #require(page.components(separatedBy: "\n## ").first { $0.hasPrefix("`headgate up`") })
        let documented = section.split(separator: "\n").filter { $0.hasPrefix("| `-") }
            .flatMap { row in row.split(separator: "|")[0].matches(of: /--[a-z-]+/).map { String($0.output) } }
        let help = UpCommand.helpMessage(columns: 200).split(separator: "\n")
        let flags = help.filter { $0.hasPrefix("  -") }
            .flatMap { line in line.prefix(40).matches(of: /--[a-z-]+/).map { String($0.output) } }
        #expect(flags.count > 15)
        #expect(Set(documented) == Set(flags).subtracting(["--help", "--version"]))
    }

    @Test("Every flag arrives")
    func flags() throws {
        let options = try options([
            "--publish-address", "lb.example.com", "--state-dir", "/state", "--ingress-class", "mine",
            "--watch-ingress-without-class", "--default-backend", "kube-system/not-found:http", "--workers", "3",
            "--access-log", "-", "--trusted-proxies", "10.0.0.0/8", "--grace-period", "1m30s", "--cluster-name", "c",
        ])
        #expect(options.publishAddress == "lb.example.com")
        #expect(options.stateDirectory == "/state")
        #expect(options.planning.ingressClass == "mine")
        #expect(options.planning.watchIngressWithoutClass)
        #expect(options.planning.defaultBackend?.service.description == "kube-system/not-found")
        #expect(options.planning.clusterName == "c")
        #expect(options.workers == 3)
        #expect(options.accessLog == .standardOutput)
        #expect(options.trustedProxies == ["10.0.0.0/8"])
        #expect(options.gracePeriod == .seconds(90))
    }

    @Test(
        "Wrong arguments are refused with status 64, and the message names the value",
        arguments: [
            (["-f", "-"], "Standard input"), ([], "-f DIR"),
            (["-f", "x", "--http-address", "8080"], "8080"), (["-f", "x", "--https-address", "a:b"], "a:b"),
            (["-f", "x", "--management-address", "nowhere"], "nowhere"),
            (["-f", "x", "--http-address", "off", "--https-address", "off"], "nothing would be served"),
            (["-f", "x", "--http-address", "127.0.0.1:8443"], "127.0.0.1:8443 is given twice"),
            (["-f", "x", "--management-address", "127.0.0.1:8080"], "127.0.0.1:8080 is given twice"),
            (
                ["-f", "x", "--http-address", "127.0.0.1:8443"],
                "(--http-address 127.0.0.1:8443; 127.0.0.1:8443, the default of --https-address)"
            ),
            (
                ["-f", "x", "--http-address", "0.0.0.0:8080", "--http-address", "127.0.0.1:8080"],
                "127.0.0.1:8080 and 0.0.0.0:8080 can't both be bound"
            ),
            (
                ["-f", "x", "--http-address", "127.0.0.1:8080", "--https-address", ":8080"],
                "0.0.0.0:8080 and 127.0.0.1:8080 can't both be bound"
            ),
            (
                ["-f", "x", "--http-address", "[::]:9090"], "127.0.0.1:9090 and [::]:9090 can't both be bound"
            ),
            (["-f", "x", "--http-address", "[::1]:80", "--https-address", "[0::1]:80"], "can't both be bound"),
            (["-f", "x", "--workers", "0"], "--workers 0"), (["-f", "x", "--workers", "many"], "many"),
            (["-f", "x", "--publish-address", "127.0.0.1:80"], "127.0.0.1:80"),
            (["-f", "x", "--publish-address", "Not A Name"], "Not A Name"),
            (["-f", "x", "--publish-address", "1.2.3"], "1.2.3"),
            (["-f", "x", "--default-backend", "a/b"], "a/b"), (["-f", "x", "--grace-period", "soon"], "soon"),
            (["-f", "x", "--log-format", "xml"], "xml"), (["-f", "x", "--access-log", ""], "--access-log"),
            (["-f", "x", "--state-dir", ""], "--state-dir"),
        ])
    func usage(arguments: [String], part: String) {
        let error = #expect(throws: (any Error).self) { try UpCommand.parse(arguments) }
        #expect(error.map { UpCommand.exitCode(for: $0) } == ExitCode.validationFailure)
        #expect(error.map { UpCommand.fullMessage(for: $0) }?.contains(part) == true)
    }

    @Test(
        "A length of time is a number with a unit, or several",
        arguments: [
            ("500ms", Duration.milliseconds(500)), ("30s", .seconds(30)), ("2m", .seconds(120)),
            ("1h30m", .seconds(5_400)), ("0", .zero), ("0s", .zero),
        ])
    func durations(text: String, expected: Duration) throws {
        #expect(try DurationArgument(text).value == expected)
    }

    @Test(
        "What is no length of time is refused", arguments: ["", "s", "10", "-1s", "1.5s", "1d", "1 s", "99999999999s"])
    func badDurations(text: String) {
        #expect(throws: ValidationError.self) { try DurationArgument(text) }
    }
}
