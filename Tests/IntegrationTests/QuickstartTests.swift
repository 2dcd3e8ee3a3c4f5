import Foundation
import Testing

/// `examples/quickstart/run`, which `make run` starts, as a user meets it.
@Suite("The quickstart", .timeLimit(.minutes(5)), .serialized)
struct QuickstartTests {
    /// What a printed `curl` line must show, by the address that it asks.
    struct Expectation {
        var service: String?
        /// The path that the backend sees.
        var path: String?
        /// What the answer contains where no echo backend gives it.
        var text: String?
    }

    static let expectations: [String: Expectation] = [
        "shop.example.com/products/1": Expectation(service: "default/products", path: "/products/1"),
        "shop.example.com/cart": Expectation(service: "default/cart", path: "/cart"),
        "blog.example.com/": Expectation(service: "default/blog", path: "/"),
        "a.apps.example.com/": Expectation(service: "default/apps", path: "/"),
        "api.example.com/v1/users": Expectation(service: "default/api", path: "/v1/users"),
        "docs.example.com/": Expectation(text: "<h1>It works</h1>"),
        "https://accounts.example.com/login": Expectation(service: "team-a/accounts", path: "/login"),
        "accounts.example.com/login": Expectation(text: "location: https://accounts.example.com"),
        "/": Expectation(service: "default/welcome", path: "/"),
    ]

    /// A copy of the example whose backends have addresses that nothing else has.
    private static func copy() throws -> ScratchDirectory {
        let copy = try ScratchDirectory()
        let source = Checkout.examples.appending(path: "quickstart")
        for name in try FileManager.default.contentsOfDirectory(atPath: source.path) {
            let text = try String(contentsOf: source.appending(path: name), encoding: .utf8)
            try copy.write(text.replacing("127.0.1.", with: "127.0.71."), to: "examples/quickstart/\(name)")
        }
        return copy
    }

    /// The quickstart on addresses that nothing else has.
    private final class Running: Sendable {
        let copy: ScratchDirectory
        let process: ChildProcess

        init() async throws {
            copy = try QuickstartTests.copy()
            let script = copy.url.appending(path: "examples/quickstart/run").path
            let bash = try #require(Executables.program("bash"))
            let process = try ChildProcess(
                bash,
                [
                    script, Executables.directory.path, "--http-address", "127.0.0.1:0", "--https-address",
                    "127.0.0.1:0", "--management-address", "127.0.0.1:\(try FreePort.take())",
                ], environment: ["XDG_STATE_HOME": copy.url.appending(path: "state").path], leadsGroup: true)
            self.process = process
            try await eventually("it says what to try", within: 60) {
                guard process.isRunning else {
                    throw NeverTrue(description: "it has ended: \(process.outputText)\(process.errorText)")
                }
                return process.outputText.contains("Ctrl-C stops it")
            }
        }

        deinit {
            // What a failed test leaves running has nobody else to end it.
            for member in (try? members) ?? [] {
                if let identifier = pid_t(member) { kill(identifier, SIGKILL) }
            }
        }

        /// The `curl` lines that it printed, without the remarks behind them.
        var commands: [String] {
            process.outputText.split(separator: "\n")
                .map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { $0.hasPrefix("curl ") }
                .map { $0.replacing(/\s{2,}.*$/, with: "") }
        }

        /// The processes that run in its directory: the script, and what it started.
        var members: [String] {
            get throws {
                let directory = copy.url.resolvingSymlinksInPath().path
                return try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { pid in
                    Int(pid) != nil
                        && (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")) == directory
                }
            }
        }
    }

    @Test("Every curl line that it prints answers at once, from the Service that it should")
    func printedLines() async throws {
        let quickstart = try await Running()
        let commands = quickstart.commands
        #expect(commands.count >= Self.expectations.count)
        let shell = try #require(Executables.program("sh"))
        for command in commands {
            let place = try #require(Self.place(command), "\(command)")
            let expectation = try #require(Self.expectations[place], "\(place) of \(command)")
            let result = try await Finished.running(
                shell, ["-c", command.replacing("curl", with: "curl -sS", maxReplacements: 1)])
            #expect(result.status == 0, "\(command): \(result.errors)")
            let echo = try? JSONDecoder().decode(Curl.Echo.self, from: Data(result.output.utf8))
            #expect(echo?.service == expectation.service, "\(command): \(result.output)")
            if let path = expectation.path { #expect(echo?.path == path, "\(command)") }
            if let text = expectation.text {
                #expect(result.output.lowercased().contains(text.lowercased()), "\(command): \(result.output)")
            }
        }
        #expect(Set(commands.compactMap(Self.place)) == Set(Self.expectations.keys), "all kinds are tried")
        #expect(quickstart.process.isRunning)
    }

    /// The host and path that a command asks for, with the scheme where it is HTTPS.
    private static func place(_ command: String) -> String? {
        guard let url = command.firstMatch(of: /(https?):\/\/([^\/ ]+)(\/\S*)/) else { return nil }
        let named = command.firstMatch(of: /Host: ([^']+)'/).map { String($0.1) }
        if url.1 == "https" {
            return "https://" + String(url.2).replacing(/:\d+$/, with: "") + String(url.3)
        }
        return (named ?? "") + String(url.3)
    }

    @Test("Ctrl-C stops all of its processes, gracefully and without a word of alarm")
    func interrupt() async throws {
        let quickstart = try await Running()
        #expect(try quickstart.members.count == 3, "the script, the backends and headgate")
        quickstart.process.signalGroup(SIGINT)
        #expect(try await quickstart.process.exitStatus(within: 20) == 0)
        try await eventually("no process is left") { try quickstart.members.isEmpty }
        let text = quickstart.process.outputText + quickstart.process.errorText
        #expect(!text.contains("second signal"), "\(text)")
        #expect(!text.contains("Error:"), "\(text)")
        #expect(text.contains("stopped"))
    }

    @Test("SIGTERM to the script alone stops all of its processes as well")
    func terminate() async throws {
        let quickstart = try await Running()
        quickstart.process.signal(SIGTERM)
        #expect(try await quickstart.process.exitStatus(within: 20) == 128 + SIGTERM)
        try await eventually("no process is left") { try quickstart.members.isEmpty }
    }

    @Test("It ends with a message where an address is taken, and leaves no process behind")
    func addressTaken() async throws {
        let site = try await GoodSite()
        let holder = try await RunningHeadgate(site.manifests.url)
        let copy = try Self.copy()
        let bash = try #require(Executables.program("bash"))
        let process = try ChildProcess(
            bash,
            [
                copy.url.appending(path: "examples/quickstart/run").path, Executables.directory.path,
                "--http-address", holder.curl.http, "--https-address", "off", "--management-address",
                "127.0.0.1:0",
            ], environment: ["XDG_STATE_HOME": copy.url.appending(path: "state").path], leadsGroup: true)
        #expect(try await process.exitStatus(within: 30) == 1)
        #expect(process.errorText.contains("already in use"), "\(process.errorText)")
        #expect(!process.outputText.contains("In another terminal, try"), "nothing serves, so nothing is to be tried")
        #expect(holder.process.isRunning)
    }
}
