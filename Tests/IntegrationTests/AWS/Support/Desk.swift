import Foundation
import ProvisioningTesting
import Testing

/// A site's manifests and headgate, at work on an account.
final class Desk: Sendable {
    let account: StandInAccount
    let proxy: CallProxy

    private init(account: StandInAccount, proxy: CallProxy) {
        self.account = account
        self.proxy = proxy
    }

    static func running(_ standIn: StandIn, _ body: @Sendable @escaping (Desk) async throws -> Void) async throws {
        try await StandInAccount.running(standIn) { account in
            try await account.proxied { proxy in try await body(Desk(account: account, proxy: proxy)) }
        }
    }

    var manifests: String { account.directory.url.appending(path: "site.yaml").path }

    /// A file of the test's own.
    func file(_ name: String) -> String { account.directory.url.appending(path: name).path }

    func write(_ site: SampleSite) throws { try account.directory.write(site.yaml, to: "site.yaml") }

    func headgate(_ arguments: String...) async throws -> Finished {
        try await account.headgate(arguments, endpoint: proxy.endpoint)
    }

    /// Carries a site out, and expects that all is done.
    ///
    /// - Returns: the operations of the calls that wrote.
    @discardableResult
    func apply(_ site: SampleSite, _ arguments: String...) async throws -> [String] {
        try write(site)
        proxy.forgetCalls()
        let done = try await account.headgate(
            ["apply", "-f", manifests, "--yes"] + arguments, endpoint: proxy.endpoint)
        #expect(done.status == 0, "\(done.output.suffix(3000))\(done.errors)")
        return proxy.writes
    }

    /// Carries a site out, and expects these calls that write.
    func expect(
        _ writes: [String], applying site: SampleSite, _ arguments: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try write(site)
        proxy.forgetCalls()
        let done = try await account.headgate(
            ["apply", "-f", manifests, "--yes"] + arguments, endpoint: proxy.endpoint)
        #expect(done.status == 0, "\(done.output.suffix(3000))\(done.errors)", sourceLocation: sourceLocation)
        #expect(proxy.writes == writes, "\(done.output.suffix(3000))", sourceLocation: sourceLocation)
    }

    /// What a plan of the manifests would change, and its exit status.
    func plan(_ arguments: String...) async throws -> (status: Int32, changes: [String: String]) {
        let done = try await account.headgate(
            ["plan", "-f", manifests, "--provider", "aws", "--output", "json", "--detailed-exitcode"] + arguments,
            endpoint: proxy.endpoint)
        let balancers = try JSONDocument(parsing: done.output)["loadBalancers"]?.elements ?? []
        let changes = balancers.flatMap { $0["changes"]?.elements ?? [] }.compactMap { change -> (String, String)? in
            guard let action = change["action"]?.string, action != "noop" else { return nil }
            return ("\(change["type"]?.string ?? "")/\(change["name"]?.string ?? "")", action)
        }
        return (done.status, Dictionary(changes) { first, _ in first })
    }

    /// The name of the site's load balancer, as headgate tells it.
    func loadBalancerName() async throws -> String {
        let done = try await headgate("plan", "-f", manifests, "--provider", "aws", "--output", "json")
        return try #require(try JSONDocument(parsing: done.output)["loadBalancers"]?[0]?["name"]?.string)
    }

    /// The load balancer's ARN, as AWS tells it.
    func loadBalancerARN() async throws -> String {
        let told = try await account.call("elbv2", "describe_load_balancers")["LoadBalancers"]?.elements ?? []
        return try #require(
            told.first { $0["LoadBalancerName"]?.string != "theirs" }?["LoadBalancerArn"]?.string)
    }

    /// The rules of the listener on a port, without its default rule, as AWS tells them.
    func rules(port: Double = 80) async throws -> [JSONDocument] {
        let listeners = try await account.call(
            "elbv2", "describe_listeners", #"{"LoadBalancerArn": "\#(try await loadBalancerARN())"}"#)
        let listener = listeners["Listeners"]?.elements.first { $0["Port"]?.number == port }
        let arn = try #require(listener?["ListenerArn"]?.string)
        let rules = try await account.call("elbv2", "describe_rules", #"{"ListenerArn": "\#(arn)"}"#)
        return (rules["Rules"]?.elements ?? []).filter { $0["Priority"]?.string != "default" }
    }

    /// The ARN of a rule for a path pattern.
    func rule(path: String) async throws -> String {
        let rule = try await rules().first { rule in
            rule["Conditions"]?.elements.contains { condition in
                condition["PathPatternConfig"]?["Values"]?.elements.contains { $0.string == path } == true
            } == true
        }
        return try #require(rule?["RuleArn"]?.string)
    }

    /// Has a rule answer something else, as a person does in a hurry.
    func tamper() async throws {
        let rule = try await rule(path: "/cart")
        try await account.call(
            "elbv2", "modify_rule",
            """
            {"RuleArn": "\(rule)", \
            "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}]}
            """)
    }
}
