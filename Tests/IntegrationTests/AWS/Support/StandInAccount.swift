import Foundation
import ProvisioningTesting
import Testing

/// A server that stands in for AWS.
enum StandIn: String, CaseIterable, CustomTestStringConvertible {
    /// An AWS that we did not write.
    case moto
    /// One that checks every call as AWS documents it.
    case strict

    var testDescription: String { rawValue }
}

/// An account of a test's own on a stand-in for AWS, which headgate reaches through a proxy and boto3 directly.
final class StandInAccount: Sendable {
    /// The credentials that both stand-ins take, and no others of the machine's.
    static let environment = [
        "AWS_ACCESS_KEY_ID": CloudCredential.standardKey, "AWS_SECRET_ACCESS_KEY": CloudCredential.standardSecret,
        "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_PROFILE": "",
        "AWS_SESSION_TOKEN": "", "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "127.0.0.1", "NO_COLOR": "1",
    ]

    /// The strict AWS; nil where it is moto.
    let cloud: SimulatedAWS?
    /// The server's URL.
    let upstream: String
    /// The account of moto.
    let number: String?
    let directory: ScratchDirectory
    private let boto: BotoSession

    private init(cloud: SimulatedAWS?, upstream: String, number: String?) throws {
        self.cloud = cloud
        self.upstream = upstream
        self.number = number
        directory = try ScratchDirectory()
        boto = try BotoSession.require()
    }

    /// Runs a body with an account in which there are resources of others, and nothing else but what AWS gives every
    /// account.
    static func running(
        _ standIn: StandIn, _ body: @Sendable @escaping (StandInAccount) async throws -> Void
    ) async throws {
        switch standIn {
        case .moto:
            let server = try MotoServer.require()
            let account = try StandInAccount(cloud: nil, upstream: server.endpoint, number: server.makeAccount())
            try await account.tagSubnets()
            try await account.addForeignResources()
            try await body(account)
        case .strict:
            let cloud = SimulatedAWS(settings: .prompt)
            try await AWSTestServer.running(cloud) { server in
                let account = try StandInAccount(cloud: cloud, upstream: server.endpoint, number: nil)
                try await account.addForeignResources()
                cloud.forgetCalls()
                try await body(account)
            }
            #expect(cloud.violations.isEmpty, "calls must be as the service models say")
        }
    }

    // MARK: boto3

    /// Calls AWS by hand.
    ///
    /// - Parameter parameters: an object of JSON.
    @discardableResult
    func call(_ service: String, _ operation: String, _ parameters: String = "{}") async throws -> JSONDocument {
        try await boto.ask(
            """
            {\(place), "service": "\(service)", "operation": "\(operation)", \
            "parameters": \(parameters.replacing("\n", with: " "))}
            """)
    }

    /// Everything in the account, a line each.
    func inventory() async throws -> [String] {
        try await boto.ask(#"{\#(place), "inventory": true}"#).elements.compactMap(\.string)
    }

    private var place: String {
        #""endpoint": "\#(upstream)", "account": \#(number.map { "\"\($0)\"" } ?? "null")"#
    }

    /// Lets moto's subnets take internal load balancers as well: without tags they are public ones alone.
    private func tagSubnets() async throws {
        let subnets = try await subnets()
        try await call(
            "ec2", "create_tags",
            #"{"Resources": [\#(subnets)], "Tags": [{"Key": "kubernetes.io/role/internal-elb", "Value": "1"}]}"#)
    }

    private func subnets(_ count: Int = .max) async throws -> String {
        let told = try await call("ec2", "describe_subnets")["Subnets"]?.elements ?? []
        return told.prefix(count).compactMap { $0["SubnetId"]?.string }.map { "\"\($0)\"" }.joined(separator: ", ")
    }

    /// What Headgate must never touch.
    private func addForeignResources() async throws {
        try await addLoadBalancer(named: "theirs")
        let vpc = try await call("ec2", "describe_vpcs")["Vpcs"]?[0]?["VpcId"]?.string ?? ""
        try await call(
            "elbv2", "create_target_group",
            #"{"Name": "theirs", "Protocol": "HTTP", "Port": 80, "VpcId": "\#(vpc)", "TargetType": "ip"}"#)
    }

    /// Makes a load balancer without tags of Headgate's.
    ///
    /// - Returns: its ARN.
    @discardableResult
    func addLoadBalancer(named name: String, scheme: String = "internal") async throws -> String {
        let zones = cloud == nil ? try await subnets(2) : #""subnet-0private00000000", "subnet-0private00000001""#
        let answer = try await call(
            "elbv2", "create_load_balancer",
            """
            {"Name": "\(name)", "Scheme": "\(scheme)", "Subnets": [\(zones)], \
            "Tags": [{"Key": "team", "Value": "other"}]}
            """)
        return try #require(answer["LoadBalancers"]?[0]?["LoadBalancerArn"]?.string)
    }

    // MARK: headgate

    /// Runs a body with a proxy before the account.
    func proxied<Result: Sendable>(
        _ body: @Sendable @escaping (CallProxy) async throws -> Result
    ) async throws -> Result {
        try await CallProxy.running(
            to: upstream, adding: number.map { [("x-moto-account-id", $0)] } ?? [], body)
    }

    /// Runs headgate to its end.
    func headgate(_ arguments: [String], endpoint: String) async throws -> Finished {
        try await Finished.running(
            Executables.headgate, Self.arguments(arguments, endpoint: endpoint), environment: Self.environment,
            within: 120)
    }

    /// Starts headgate.
    static func start(_ arguments: [String], endpoint: String) throws -> ChildProcess {
        try ChildProcess(
            Executables.headgate, Self.arguments(arguments, endpoint: endpoint), environment: environment)
    }

    private static func arguments(_ arguments: [String], endpoint: String) -> [String] {
        arguments + ["--endpoint-url", endpoint, "--region", "us-east-1"]
    }
}

extension CloudSettings {
    /// A cloud in which nothing is waited for.
    static var prompt: CloudSettings {
        var settings = CloudSettings()
        settings.describesWhileProvisioning = 0
        settings.healthReadsWhileInitial = 0
        settings.healthReadsWhileDraining = 0
        settings.deletionsWhileInterfacesLinger = 0
        return settings
    }
}
