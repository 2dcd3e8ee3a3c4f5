import ProvisioningTesting
import Testing

@Suite("Certificates in the AWS test server")
struct CertificateTests {
    private func imported(_ scene: Scene, _ host: String) throws -> String {
        let answer = try scene.caller.acm("ImportCertificate", try TestCertificate(host).parameters)
        #expect(answer.status == 200, "\(answer.text)")
        return try #require(scene.cloud.world.certificates.ids.last)
    }

    private func secureListener(_ scene: Scene, certificate: String) throws -> String {
        let listener = try scene.caller.elb(
            "CreateListener",
            [
                "LoadBalancerArn": .string(scene.loadBalancer()), "Protocol": "HTTPS", "Port": 443,
                "Certificates": [["CertificateArn": .string(certificate)]], "DefaultActions": [Scene.notFound],
            ])
        return try scene.require(listener, "ListenerArn")
    }

    @Test("A certificate imported again keeps its ARN and tags, and takes none")
    func reimport() throws {
        let scene = Scene()
        var parameters = try TestCertificate("shop.example.com").parameters
        parameters["Tags"] = [["Key": "owner", "Value": "x"]]
        #expect(try scene.caller.acm("ImportCertificate", parameters).status == 200)
        let first = try #require(scene.cloud.world.certificates.values.first)
        parameters["CertificateArn"] = .string(first.arn)
        #expect(try scene.caller.acm("ImportCertificate", parameters).code == "ValidationException")
        var rotated = try TestCertificate("shop.example.com", "www.example.com").parameters
        rotated["CertificateArn"] = .string(first.arn)
        #expect(try scene.caller.acm("ImportCertificate", rotated).status == 200)
        let second = try #require(scene.cloud.world.certificates[first.arn])
        #expect(scene.cloud.world.certificates.count == 1)
        #expect(second.tags == ["owner": "x"] && second.serial != first.serial)
        #expect(second.alternativeNames == ["shop.example.com", "www.example.com"])
        #expect(second.keyAlgorithm == "EC_prime256v1")
    }

    @Test("A key of another certificate, an expired certificate and text that is none are refused")
    func refused() throws {
        let scene = Scene()
        var other = try TestCertificate("a.example.com").parameters
        other["PrivateKey"] = try TestCertificate("a.example.com").parameters["PrivateKey"]
        for parameters in [
            other, try TestCertificate("a.example.com", days: -9 ... -1).parameters,
            try TestCertificate("a.example.com", days: 1...9).parameters,
            ["Certificate": .blob(Array("no".utf8)), "PrivateKey": .blob(Array("no".utf8))],
        ] {
            #expect(try scene.caller.acm("ImportCertificate", parameters).code == "ValidationException")
        }
        #expect(scene.cloud.world.certificates.isEmpty)
    }

    @Test("Listing without a key type leaves out what is not RSA")
    func listing() throws {
        let scene = Scene()
        let arn = try imported(scene, "a.example.com")
        #expect(try !scene.caller.acm("ListCertificates").text.contains(arn))
        let all: AWSValue = ["Includes": ["keyTypes": ["RSA_2048", "EC_prime256v1"]]]
        #expect(try scene.caller.acm("ListCertificates", all).text.contains(arn))
    }

    @Test("A listener keeps the certificates of SNI when it is modified, and what it presents is in use")
    func listenerCertificates() throws {
        let scene = Scene()
        let arns = try ["a", "b", "c"].map { try imported(scene, "\($0).example.com") }
        let listener = AWSValue.string(try secureListener(scene, certificate: arns[0]))
        func change(_ operation: String, _ certificate: String) throws -> Caller.Answer {
            try scene.caller.elb(
                operation, ["ListenerArn": listener, "Certificates": [["CertificateArn": .string(certificate)]]])
        }
        #expect(try change("AddListenerCertificates", arns[1]).status == 200)
        #expect(try change("AddListenerCertificates", arns[1]).status == 200)
        #expect(try change("ModifyListener", arns[2]).status == 200)
        #expect(scene.cloud.world.listeners.values.first?.certificates == [arns[1]])
        #expect(scene.cloud.world.listeners.values.first?.defaultCertificate == arns[2])
        #expect(try change("RemoveListenerCertificates", arns[2]).code == "OperationNotPermitted")
        let inUse: AWSValue = ["CertificateArn": .string(arns[1])]
        #expect(try scene.caller.acm("DeleteCertificate", inUse).code == "ResourceInUseException")
        #expect(try change("RemoveListenerCertificates", arns[1]).status == 200)
        #expect(try scene.caller.acm("DeleteCertificate", inUse).status == 200)
        #expect(try change("AddListenerCertificates", arns[1]).code == "CertificateNotFound")
    }

    @Test("A load balancer has 25 certificates beside its default ones")
    func quota() throws {
        let scene = Scene()
        let arns = try (0...26).map { try imported(scene, "h\($0).example.com") }
        let listener = AWSValue.string(try secureListener(scene, certificate: arns[0]))
        let some: AWSValue = .list(arns[1...25].map { ["CertificateArn": .string($0)] })
        #expect(
            try scene.caller.elb("AddListenerCertificates", ["ListenerArn": listener, "Certificates": some]).status
                == 200)
        let more: AWSValue = [["CertificateArn": .string(arns[26])]]
        let answer = try scene.caller.elb("AddListenerCertificates", ["ListenerArn": listener, "Certificates": more])
        #expect(answer.code == "TooManyCertificates")
    }

    @Test("A listener verifies clients by a trust store that is there, and keeps it from being deleted")
    func mutualAuthentication() throws {
        let scene = Scene()
        let authority = try TestCertificate("ca.example.com").certificate
        scene.cloud.change { $0.objects["authorities/ca.pem"] = authority }
        let missing: AWSValue = [
            "Name": "clients", "CaCertificatesBundleS3Bucket": "authorities", "CaCertificatesBundleS3Key": "none.pem",
        ]
        #expect(try scene.caller.elb("CreateTrustStore", missing).code == "CaCertificatesBundleNotFound")
        var there = missing
        there["CaCertificatesBundleS3Key"] = "ca.pem"
        let store = AWSValue.string(try scene.require(scene.caller.elb("CreateTrustStore", there), "TrustStoreArn"))
        #expect(try scene.caller.elb("CreateTrustStore", there).code == "DuplicateTrustStoreName")
        let listener = AWSValue.string(try secureListener(scene, certificate: imported(scene, "a.example.com")))
        func modify(_ settings: AWSValue) throws -> Caller.Answer {
            try scene.caller.elb("ModifyListener", ["ListenerArn": listener, "MutualAuthentication": settings])
        }
        #expect(try modify(["Mode": "passthrough", "TrustStoreArn": store]).code == "ValidationError")
        #expect(try modify(["Mode": "verify"]).code == "ValidationError")
        #expect(try modify(["Mode": "verify", "TrustStoreArn": store]).element("Mode") == "verify")
        #expect(try scene.caller.elb("DeleteTrustStore", ["TrustStoreArn": store]).code == "TrustStoreInUse")
        #expect(try modify(["Mode": "off"]).status == 200)
        #expect(try scene.caller.elb("DeleteTrustStore", ["TrustStoreArn": store]).status == 200)
    }
}
