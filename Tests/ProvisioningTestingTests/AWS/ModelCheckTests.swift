import ProvisioningTesting
import Testing

@Suite("The service models, held against calls")
struct ModelCheckTests {
    @Test(
        "A parameter that ELBv2's model doesn't allow is refused, and kept for the test to see",
        arguments: [
            ("CreateTargetGroup", ["Name": "a", "Colour": "red"], "The parameter Colour is not recognized"),
            ("CreateTargetGroup", [:], "Value null at 'name' failed to satisfy constraint: Member must not be null"),
            ("CreateTargetGroup", ["Name": "a", "Port": "http"], "Value 'http' at 'Port' is not of type integer"),
            (
                "CreateTargetGroup", ["Name": "a", "Port": 65_536],
                "Value '65536' at 'port' failed to satisfy constraint: Member must have value less than or equal to 65535"
            ),
            (
                "CreateTargetGroup", ["Name": "a", "TargetType": "pod"],
                "Value 'pod' at 'targetType' failed to satisfy constraint: "
                    + "Member must satisfy enum value set: [instance, ip, lambda, alb]"
            ),
            (
                "CreateTrustStore",
                ["Name": "-a", "CaCertificatesBundleS3Bucket": "b", "CaCertificatesBundleS3Key": "k"],
                "Value '-a' at 'name' failed to satisfy constraint: "
                    + "Member must satisfy regular expression pattern: ^([a-zA-Z0-9]+-)*[a-zA-Z0-9]+$"
            ),
            (
                "CreateTargetGroup", ["Name": "a", "Tags": []],
                "Value '[0 members]' at 'tags' failed to satisfy constraint: "
                    + "Member must have length greater than or equal to 1"
            ),
            (
                "CreateTargetGroup", ["Name": "a", "Tags": [["Key": "k", "Value": "v", "Scope": "s"]]],
                "The parameter Tags.member.1.Scope is not recognized"
            ),
        ] as [(String, AWSValue, String)])
    func elb(operation: String, parameters: AWSValue, expected: String) throws {
        let scene = Scene()
        let answer = try scene.caller.elb(operation, parameters)
        #expect(answer.status == 400 && answer.code == "ValidationError", "\(answer.text)")
        #expect(scene.cloud.violations.map(\.description) == [expected])
        #expect(scene.cloud.world == SimulatedAWS().world)
    }

    @Test(
        "EC2 and ACM refuse them with codes of their own",
        arguments: [
            ("ec2", "DescribeVpcs", ["VpcId": ["vpc-1"], "Colour": "red"], "UnknownParameter"),
            ("ec2", "CreateSecurityGroup", ["GroupName": "a"], "MissingParameter"),
            ("ec2", "DescribeSubnets", ["MaxResults": 4], "InvalidParameterValue"),
            ("acm", "DeleteCertificate", [:], "ValidationException"),
            ("acm", "DeleteCertificate", ["CertificateArn": "short"], "ValidationException"),
            ("acm", "ListCertificates", ["MaxItems": "many"], "SerializationException"),
            ("acm", "ListCertificates", ["Colour": "red"], "ValidationException"),
        ] as [(String, String, AWSValue, String)])
    func others(service: String, operation: String, parameters: AWSValue, code: String) throws {
        let scene = Scene()
        let answer =
            service == "ec2"
            ? try scene.caller.ec2(operation, parameters) : try scene.caller.acm(operation, parameters)
        #expect(answer.status == 400 && answer.code == code, "\(answer.text)")
        #expect(!scene.cloud.violations.isEmpty)
    }

    @Test("A list whose numbers have a gap is refused")
    func gap() throws {
        let scene = Scene()
        let answer = try scene.caller.elb("DescribeTags", ["ResourceArns": ["member": ["1": "a", "3": "b"]]])
        #expect(answer.code == "ValidationError", "\(answer.text)")
    }

    @Test("A private key is in no record of a call")
    func sensitive() throws {
        let scene = Scene()
        let parameters: AWSValue = ["Certificate": .blob([65]), "PrivateKey": .blob([66])]
        #expect(try scene.caller.acm("ImportCertificate", parameters).status == 400)
        let recorded = try #require(scene.cloud.calls.first)
        #expect(recorded.parameters == ["Certificate": .blob([65])])
    }

    @Test("An operation that the server doesn't have is said so")
    func unknownOperation() throws {
        let answer = try Scene().caller.elb("DescribeCapacityReservation")
        #expect(answer.status == 501)
        #expect(answer.text == "UnknownOperation: The test server has no operation DescribeCapacityReservation\n")
    }
}
