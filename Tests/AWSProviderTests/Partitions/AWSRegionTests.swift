import ProviderHTTP
import Testing

@testable import AWSProvider

@Suite("Regions")
struct AWSRegionTests {
    private static let files = [
        "/home/user/.aws/config": "[default]\nregion = eu-west-1\n[profile us]\nregion=us-west-2"
    ]

    @Test(
        "are the flag's, the variables', the profile's, in this order",
        arguments: [
            ("ap-south-1", ["AWS_REGION": "eu-north-1"], "ap-south-1"),
            (nil, ["AWS_REGION": "eu-north-1", "AWS_DEFAULT_REGION": "sa-east-1"], "eu-north-1"),
            (nil, ["AWS_REGION": "", "AWS_DEFAULT_REGION": "sa-east-1"], "sa-east-1"),
            (nil, [:], "eu-west-1"),
            (nil, ["AWS_PROFILE": "us"], "us-west-2"),
        ] as [(String?, [String: String], String)])
    func order(flag: String?, variables: [String: String], region: String) async throws {
        let configuration = try TestMachine(variables: variables, files: Self.files).configuration()
        #expect(try await AWSRegion.resolve(flag: flag, configuration: configuration).name == region)
    }

    @Test("are asked of the instance at last")
    func instance() async throws {
        let network = ScriptedNetwork { call in
            let body = call.method == "PUT" ? "token" : "us-gov-west-1"
            return APIResponse(status: 200, body: Array(body.utf8))
        }
        let region = try await AWSRegion.resolve(
            flag: nil, configuration: TestMachine(localConnections: network).configuration())
        #expect(region.name == "us-gov-west-1")
        #expect(region.partition.name == "aws-us-gov")
        #expect(
            network.calls.map(\.url) == [
                "http://169.254.169.254/latest/api/token",
                "http://169.254.169.254/latest/meta-data/placement/region",
            ])
    }

    @Test("that nothing names are missed with what was looked at")
    func missing() async throws {
        let configuration = try TestMachine(variables: ["AWS_EC2_METADATA_DISABLED": "true"]).configuration()
        let error = await #expect(throws: RegionError.self) {
            try await AWSRegion.resolve(flag: nil, configuration: configuration)
        }
        #expect(
            error
                == .missing(
                    tried: ["AWS_REGION", "AWS_DEFAULT_REGION", #"profile "default""#, "EC2 instance metadata"]))
        #expect(error?.description.hasPrefix("no AWS region is configured (looked at: AWS_REGION; ") == true)
    }

    @Test(
        "that can't be part of a host name are refused",
        arguments: ["eu.evil.example", "EU-CENTRAL-1", "a/b", "", "-a", "a-", String(repeating: "a", count: 64)])
    func malformed(name: String) {
        #expect(throws: RegionError.malformed(value: name, origin: "AWS_REGION")) {
            try AWSRegion(name, from: "AWS_REGION")
        }
    }
}
