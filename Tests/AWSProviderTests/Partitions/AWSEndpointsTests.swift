import Testing

@testable import AWSProvider

@Suite("Endpoints")
struct AWSEndpointsTests {
    struct Recording: Decodable {
        struct Service: Decodable {
            let service: String
            let signingName: String
            let configurationKey: String
        }

        struct Row: Decodable {
            let service: String
            let partition: String
            let region: String
            let urls: [String]
        }

        struct TokenService: Decodable {
            let region: String
            let url: String
            let signingRegion: String
        }

        let services: [Service]
        let endpoints: [Row]
        /// Of STS, where its global endpoint is asked for.
        let legacyTokenService: [TokenService]
    }

    static let recording = Result { try Fixture.decode(Recording.self, from: "botocore-endpoints.json") }

    @Test("are those of botocore in every region, FIPS and dual-stack or not")
    func botocore() throws {
        let rows = try Self.recording.get().endpoints
        #expect(rows.count > 300)
        for row in rows {
            let service = try #require(AWSService(rawValue: row.service))
            let region = try AWSRegion(row.region)
            #expect(region.partition.name == row.partition)
            let variants = [(false, false), (false, true), (true, false), (true, true)]
            let urls = variants.map { fips, dualStack in
                AWSEndpoints(region: region, usesFIPS: fips, usesDualStack: dualStack).url(of: service)
            }
            #expect(urls == row.urls)
        }
    }

    @Test("sign and are configured by the names that botocore knows")
    func names() throws {
        let services = try Self.recording.get().services
        #expect(Set(services.map(\.service)) == Set(AWSService.allCases.map(\.rawValue)))
        for row in services {
            let service = try #require(AWSService(rawValue: row.service))
            #expect(service.signingName == row.signingName)
            #expect(service.configurationKey == row.configurationKey)
        }
    }

    private static let files = [
        "/home/user/.aws/config": """
        [profile dev]
        endpoint_url = http://profile:1
        services = local
        [profile plain]
        endpoint_url = http://profile:1/
        use_fips_endpoint = true
        [profile off]
        endpoint_url = http://profile:1
        ignore_configured_endpoint_urls = true
        [services local]
        elastic_load_balancing_v2 =
          endpoint_url = http://section:2
        """
    ]

    @Test(
        "are taken from the most specific setting",
        arguments: [
            ([:], nil, "https://elasticloadbalancing.eu-central-1.amazonaws.com"),
            (["AWS_PROFILE": "plain"], nil, "http://profile:1"),
            (["AWS_PROFILE": "plain", "AWS_ENDPOINT_URL": "http://global:3"], nil, "http://global:3"),
            (["AWS_PROFILE": "dev", "AWS_ENDPOINT_URL": "http://global:3"], nil, "http://section:2"),
            (
                ["AWS_PROFILE": "dev", "AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2": "http://service:4/base/"], nil,
                "http://service:4/base"
            ),
            (["AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2": "http://service:4"], "http://flag:5", "http://flag:5"),
            (["AWS_PROFILE": "off"], nil, "https://elasticloadbalancing.eu-central-1.amazonaws.com"),
            (
                ["AWS_ENDPOINT_URL": "http://global:3", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"], nil,
                "https://elasticloadbalancing.eu-central-1.amazonaws.com"
            ),
            (["AWS_USE_FIPS_ENDPOINT": "true"], nil, "https://elasticloadbalancing-fips.eu-central-1.amazonaws.com"),
            (["AWS_USE_DUALSTACK_ENDPOINT": "TRUE"], nil, "https://elasticloadbalancing.eu-central-1.api.aws"),
        ] as [([String: String], String?, String)])
    func overrides(variables: [String: String], flag: String?, url: String) throws {
        let configuration = try TestMachine(variables: variables, files: Self.files).configuration()
        let endpoints = try AWSEndpoints(
            region: AWSRegion("eu-central-1"), endpointURL: flag, configuration: configuration)
        #expect(endpoints.url(of: .elasticLoadBalancing) == url)
        #expect(endpoints.isOverridden(.elasticLoadBalancing) == url.hasPrefix("http:"))
    }

    @Test(
        "of STS are the region's, or the global one where the settings say so and AWS's tools would",
        arguments: [
            ([:], "eu-central-1", "https://sts.eu-central-1.amazonaws.com", "eu-central-1"),
            (
                ["AWS_STS_REGIONAL_ENDPOINTS": "regional"], "eu-west-1", "https://sts.eu-west-1.amazonaws.com",
                "eu-west-1"
            ),
            (["AWS_STS_REGIONAL_ENDPOINTS": "legacy"], "eu-west-1", "https://sts.amazonaws.com", "us-east-1"),
            (["AWS_PROFILE": "sts"], "us-west-2", "https://sts.amazonaws.com", "us-east-1"),
            (
                ["AWS_PROFILE": "sts", "AWS_STS_REGIONAL_ENDPOINTS": "regional"], "us-west-2",
                "https://sts.us-west-2.amazonaws.com", "us-west-2"
            ),
            // Regions that came later have no other endpoint than their own.
            (["AWS_PROFILE": "sts"], "eu-south-1", "https://sts.eu-south-1.amazonaws.com", "eu-south-1"),
            (["AWS_PROFILE": "sts"], "cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            (
                ["AWS_PROFILE": "sts", "AWS_USE_FIPS_ENDPOINT": "true"], "us-west-2",
                "https://sts-fips.us-west-2.amazonaws.com", "us-west-2"
            ),
            (
                ["AWS_PROFILE": "sts", "AWS_ENDPOINT_URL_STS": "http://service:4"], "us-west-2", "http://service:4",
                "us-west-2"
            ),
        ] as [([String: String], String, String, String)])
    func tokenService(variables: [String: String], region: String, url: String, signingRegion: String) throws {
        let files = ["/home/user/.aws/config": "[profile sts]\nsts_regional_endpoints = legacy"]
        let configuration = try TestMachine(variables: variables, files: files).configuration()
        let endpoints = try AWSEndpoints(
            region: AWSRegion(region), endpointURL: nil, configuration: configuration)
        #expect(endpoints.url(of: .securityToken) == url)
        #expect(endpoints.signingRegion(of: .securityToken) == signingRegion)
        #expect(endpoints.signingRegion(of: .elasticLoadBalancing) == region)
    }

    @Test("of STS are those of botocore in every region that tells two apart")
    func legacyTokenService() throws {
        for row in try Self.recording.get().legacyTokenService {
            let endpoints = AWSEndpoints(region: try AWSRegion(row.region), usesLegacySTS: true)
            #expect(endpoints.url(of: .securityToken) == row.url)
            #expect(endpoints.signingRegion(of: .securityToken) == row.signingRegion)
        }
    }

    @Test(
        "that can't be used are refused by the name of the setting",
        arguments: [
            (["AWS_ENDPOINT_URL": "host:1"], nil, "AWS_ENDPOINT_URL: the endpoint can't be used"),
            ([:], "http://user:secret@host", "--endpoint-url: the endpoint can't be used: it has a user name"),
            ([:], "http://host/?a=b", "--endpoint-url: the endpoint can't be used: it has a query or a fragment"),
            (
                ["AWS_STS_REGIONAL_ENDPOINTS": "global"], nil,
                #"AWS_STS_REGIONAL_ENDPOINTS: "global" is neither regional nor legacy"#
            ),
            (["AWS_USE_FIPS_ENDPOINT": "yes"], nil, #"AWS_USE_FIPS_ENDPOINT: "yes" is neither true nor false"#),
        ] as [([String: String], String?, String)])
    func refused(variables: [String: String], flag: String?, message: String) throws {
        let configuration = try TestMachine(variables: variables).configuration()
        let region = try AWSRegion("eu-central-1")
        let error = try #require(throws: EndpointError.self) {
            try AWSEndpoints(region: region, endpointURL: flag, configuration: configuration)
        }
        #expect(error.description.hasPrefix(message))
        #expect(!error.description.contains("secret"))
    }
}
