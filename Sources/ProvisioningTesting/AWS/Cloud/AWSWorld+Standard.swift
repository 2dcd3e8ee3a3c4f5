extension AWSWorld {
    /// An account as Kubernetes clusters are found in: one VPC (10.0.0.0/16, with IPv6) over three zones, in each a
    /// public and a private subnet with their role tags, two instances, a web ACL, a bucket for logs.
    package static func standard(region: String = "us-east-1", cluster: String = "production") -> AWSWorld {
        var world = AWSWorld()
        world.region = region
        world.availabilityZones = ["a", "b", "c"].map { region + $0 }
        world.vpcs["vpc-0a1b2c3d4e5f60718"] = AWSWorld.VPC(
            id: "vpc-0a1b2c3d4e5f60718", cidr: "10.0.0.0/16", ipv6CIDR: "2600:1f18:1000::/56", isDefault: true)
        world.securityGroups["sg-0default000000000"] = AWSWorld.SecurityGroup(
            id: "sg-0default000000000", name: "default", description: "default VPC security group",
            vpcID: "vpc-0a1b2c3d4e5f60718")
        for (index, zone) in world.availabilityZones.enumerated() {
            world.addSubnet(index, zone: zone, isPublic: true, cluster: cluster)
            world.addSubnet(index, zone: zone, isPublic: false, cluster: cluster)
        }
        for (index, id) in ["i-0aaaaaaaaaaaaaaa1", "i-0aaaaaaaaaaaaaaa2"].enumerated() {
            world.instances[id] = AWSWorld.Instance(
                id: id, subnetID: "subnet-0private0000000\(index)", privateAddress: "10.0.\(100 + index).10",
                securityGroups: ["sg-0default000000000"], tags: ["kubernetes.io/cluster/\(cluster)": "owned"])
        }
        let id = "11111111-2222-3333-4444-555555555555"
        let webACL = world.arn("wafv2", "regional/webacl/edge/\(id)")
        world.webACLs[webACL] = AWSWorld.WebACL(arn: webACL, id: id, name: "edge")
        world.buckets = ["access-logs"]
        return world
    }

    private mutating func addSubnet(_ index: Int, zone: String, isPublic: Bool, cluster: String) {
        let id = "subnet-0\(isPublic ? "public0" : "private")0000000\(index)"
        let third = isPublic ? index : 100 + index
        let role = isPublic ? "kubernetes.io/role/elb" : "kubernetes.io/role/internal-elb"
        subnets[id] = AWSWorld.Subnet(
            id: id, vpcID: "vpc-0a1b2c3d4e5f60718", zone: zone, cidr: "10.0.\(third).0/24",
            ipv6CIDR: "2600:1f18:1000:\(third)::/64", isPublic: isPublic,
            tags: [role: "1", "kubernetes.io/cluster/\(cluster)": "shared"])
    }
}
