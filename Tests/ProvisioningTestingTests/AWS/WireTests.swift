import Foundation
import ProvisioningTesting
import Testing

/// What AWS's own client makes of the answers.
@Suite("The AWS test server on the wire", .timeLimit(.minutes(2)))
struct WireTests {
    @Test("boto3 builds a load balancer with all its parts, and reads it back")
    func lifecycle() async throws {
        let cloud = SimulatedAWS()
        let output = try await AWSTestServer.running(cloud) { server in
            try await Boto.run(
                #"""
                elb = client("elbv2")
                lb = elb.create_load_balancer(Name="shop", Subnets=SUBNETS, Tags=[{"Key": "team", "Value": "a b+c"}])
                lb = lb["LoadBalancers"][0]
                arn = lb["LoadBalancerArn"]
                print(lb["State"]["Code"], lb["Scheme"], sorted(z["ZoneName"] for z in lb["AvailabilityZones"]))
                elb.describe_load_balancers(LoadBalancerArns=[arn])
                print(elb.describe_load_balancers(Names=["shop"])["LoadBalancers"][0]["State"]["Code"])
                group = elb.create_target_group(Name="web", Protocol="HTTP", Port=8080, VpcId=VPC, TargetType="ip")
                group = group["TargetGroups"][0]["TargetGroupArn"]
                listener = elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[
                    {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "MessageBody": "<no> & \"yes\""}}])
                listener = listener["Listeners"][0]
                print(listener["DefaultActions"][0]["FixedResponseConfig"]["MessageBody"])
                listener = listener["ListenerArn"]
                rule = elb.create_rule(
                    ListenerArn=listener, Priority=10,
                    Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example.com"]}},
                                {"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["^/v[0-9]+/"]}}],
                    Actions=[{"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": group}]}}],
                    Transforms=[{"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [
                        {"Regex": "^/v1/(.*)$", "Replace": "/$1"}]}}])["Rules"][0]
                print(rule["Priority"], [c["Field"] for c in rule["Conditions"]], rule["Actions"][0]["TargetGroupArn"] == group,
                      rule["Transforms"][0]["UrlRewriteConfig"]["Rewrites"][0]["Replace"])
                print([r["Priority"] for r in elb.describe_rules(ListenerArn=listener)["Rules"]])
                elb.register_targets(TargetGroupArn=group, Targets=[
                    {"Id": "10.0.0.5", "Port": 8080}, {"Id": "10.0.0.5", "Port": 8081}])
                for _ in range(2):
                    print([(h["Target"]["Port"], h["TargetHealth"]["State"])
                           for h in elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]])
                print(elb.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"])
                print(code(lambda: elb.delete_target_group(TargetGroupArn=group)))
                elb.delete_load_balancer(LoadBalancerArn=arn)
                elb.delete_target_group(TargetGroupArn=group)
                print(code(lambda: elb.describe_load_balancers(LoadBalancerArns=[arn])))
                """#, endpoint: server.endpoint)
        }
        #expect(
            output == """
                provisioning internet-facing ['us-east-1a', 'us-east-1b']
                active
                <no> & "yes"
                10 ['host-header', 'path-pattern'] True /$1
                ['10', 'default']
                [(8080, 'initial'), (8081, 'initial')]
                [(8080, 'healthy'), (8081, 'healthy')]
                [{'Key': 'team', 'Value': 'a b+c'}]
                400 ResourceInUse
                400 LoadBalancerNotFound

                """)
        #expect(cloud.violations.isEmpty)
        #expect(cloud.world.rules.isEmpty && cloud.world.targetGroups.isEmpty)
    }

    @Test("boto3 reads EC2, the tagging API, WAF and STS")
    func otherServices() async throws {
        let cloud = SimulatedAWS()
        let output = try await AWSTestServer.running(cloud) { server in
            try await Boto.run(
                #"""
                ec2 = client("ec2")
                found = ec2.describe_subnets(Filters=[
                    {"Name": "vpc-id", "Values": [VPC]}, {"Name": "tag:kubernetes.io/role/elb", "Values": ["1", ""]}])
                print([s["SubnetId"] for s in found["Subnets"]])
                group = ec2.create_security_group(
                    GroupName="shop", Description="of shop", VpcId=VPC, TagSpecifications=[
                        {"ResourceType": "security-group", "Tags": [{"Key": "owner", "Value": "x"}]}])["GroupId"]
                permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
                              "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
                print(len(ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])["SecurityGroupRules"]))
                print(code(lambda: ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])))
                found = ec2.describe_security_groups(Filters=[{"Name": "tag:owner", "Values": ["x"]}])["SecurityGroups"][0]
                print(found["GroupName"], found["IpPermissions"][0]["FromPort"], len(found["IpPermissions"][0]["Ipv6Ranges"]))
                found = client("resourcegroupstaggingapi").get_resources(TagFilters=[{"Key": "owner", "Values": ["x"]}])
                print(found["ResourceTagMappingList"][0]["Tags"], repr(found["PaginationToken"]))
                arn = client("elbv2").create_load_balancer(Name="shop", Subnets=SUBNETS, SecurityGroups=[group])
                arn = arn["LoadBalancers"][0]["LoadBalancerArn"]
                print(code(lambda: ec2.delete_security_group(GroupId=group)))
                waf = client("wafv2")
                acl = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/edge/11111111-2222-3333-4444-555555555555"
                print(code(lambda: waf.associate_web_acl(WebACLArn=acl, ResourceArn=arn)))
                client("elbv2").describe_load_balancers()
                waf.associate_web_acl(WebACLArn=acl, ResourceArn=arn)
                print(waf.get_web_acl_for_resource(ResourceArn=arn)["WebACL"]["Name"])
                name = {"Name": "edge", "Scope": "REGIONAL", "Id": acl.split("/")[-1]}
                print(waf.get_web_acl(**name)["WebACL"]["ARN"] == acl, waf.get_web_acl(ARN=acl)["WebACL"]["Name"])
                print(code(lambda: waf.get_web_acl(**(name | {"Name": "edges"}))), code(lambda: waf.get_web_acl(Name="edge")))
                elb = client("elbv2")
                print(len(elb.describe_ssl_policies(Names=["ELBSecurityPolicy-2016-08"])["SslPolicies"]))
                print(code(lambda: elb.describe_ssl_policies(Names=["ELBSecurityPolicy-2016-09"])))
                print(client("sts").get_caller_identity()["Account"])
                client("elbv2").delete_load_balancer(LoadBalancerArn=arn)
                print(code(lambda: ec2.delete_security_group(GroupId=group)))
                print(code(lambda: ec2.delete_security_group(GroupId=group)))
                print(code(lambda: ec2.describe_subnets(SubnetIds=["subnet-1"])), code(lambda: ec2.delete_tags(Resources=["x"])))
                """#, endpoint: server.endpoint)
        }
        #expect(
            output == """
                ['subnet-0public000000000', 'subnet-0public000000001', 'subnet-0public000000002']
                2
                400 InvalidPermission.Duplicate
                shop 80 1
                [{'Key': 'owner', 'Value': 'x'}] ''
                400 DependencyViolation
                400 WAFUnavailableEntityException
                edge
                True edge
                400 WAFNonexistentItemException 400 WAFInvalidParameterException
                1
                400 SSLPolicyNotFound
                123456789012
                400 DependencyViolation
                none
                400 InvalidSubnetID.NotFound 400 InvalidID

                """)
        #expect(cloud.violations.isEmpty)
    }

    @Test("Faults reach the client as what they are")
    func faults() async throws {
        let cloud = SimulatedAWS()
        let output = try await AWSTestServer.running(cloud) { server in
            for effect in [
                AWSFault.Effect.throttling, .internalError, .unavailable, .expiredCredentials, .htmlPage(status: 502),
                .closeConnection, .resetConnection, .noAnswer,
            ] {
                cloud.inject(AWSFault(effect, operation: "DescribeRules"))
            }
            cloud.inject(AWSFault(.throttling, service: "ec2"))
            cloud.inject(AWSFault(.throttling, service: "acm"))
            return try await Boto.run(
                #"""
                elb = client("elbv2", read_timeout=0.5)
                for _ in range(8):
                    print(code(lambda: elb.describe_rules(RuleArns=[])))
                print(code(lambda: client("ec2").describe_vpcs()), code(lambda: client("acm").list_certificates()))
                """#, endpoint: server.endpoint)
        }
        #expect(
            output
                == """
                400 Throttling
                500 InternalFailure
                503 ServiceUnavailable
                403 ExpiredToken
                ResponseParserError
                ConnectionClosedError
                ConnectionClosedError
                ReadTimeoutError
                503 RequestLimitExceeded
                400 ThrottlingException

                """.replacing("503 RequestLimitExceeded\n", with: "503 RequestLimitExceeded "))
    }

    @Test("A client that dies at a write leaves it done or undone, and hears no more")
    func crash() async throws {
        let cloud = SimulatedAWS()
        let output = try await AWSTestServer.running(cloud) { server in
            cloud.inject(.crash(atWrite: 2, .after))
            let first = try await Boto.run(
                #"""
                elb = client("elbv2")
                for name in ["a", "b", "c"]:
                    print(code(lambda: elb.create_target_group(Name=name, Protocol="HTTP", Port=1, VpcId=VPC)))
                print(code(lambda: elb.describe_target_groups()))
                """#, endpoint: server.endpoint)
            cloud.resume()
            return first
        }
        #expect(output == "none\nConnectionClosedError\nConnectionClosedError\nConnectionClosedError\n")
        #expect(cloud.world.targetGroups.map(\.name) == ["a", "b"])
        #expect(cloud.writes.map(\.status) == [200, nil])
        #expect(cloud.writes.map(\.changedSomething) == [true, true])
    }

    @Test(
        "A signature that is not right is refused in the words of each protocol",
        arguments: [
            (
                "wrong", "us-east-1",
                "403 SignatureDoesNotMatch 403 SignatureDoesNotMatch 400 InvalidSignatureException\n"
            ),
            (
                CloudCredential.standardSecret, "eu-west-1",
                "403 SignatureDoesNotMatch 403 SignatureDoesNotMatch 400 InvalidSignatureException\n"
            ),
        ])
    func signatures(secret: String, region: String, expected: String) async throws {
        let output = try await AWSTestServer.running { server in
            try await Boto.run(
                #"""
                print(code(lambda: client("elbv2").describe_target_groups()), code(lambda: client("ec2").describe_vpcs()),
                      code(lambda: client("acm").list_certificates()))
                """#, endpoint: server.endpoint, secret: secret, region: region)
        }
        #expect(output == expected)
    }
}
