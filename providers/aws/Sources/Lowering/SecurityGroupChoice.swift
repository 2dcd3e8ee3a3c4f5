internal import Provisioning

/// Finds the security groups that settings name.
struct SecurityGroupChoice {
    let environment: AWSEnvironment
    /// Where they are named, for people; empty where the message names it elsewhere.
    let place: String

    /// The ids of the groups, sorted.
    ///
    /// - Parameter names: ids, or values of the tag `Name`.
    func choose(_ names: [String]) throws(LoweringError) -> [String] {
        let allowed = environment.quotas.securityGroupsPerLoadBalancer
        guard names.count <= allowed else {
            throw refusal(
                "TooManySecurityGroups",
                "\(names.count) are named, and AWS allows \(allowed) for a load balancer; name fewer")
        }
        var ids: Set<String> = []
        for name in names { ids.insert(try group(name)) }
        return ids.sorted()
    }

    private func group(_ name: String) throws(LoweringError) -> String {
        let named = environment.securityGroups.filter {
            $0.id == name || ($0.name == name && $0.vpc == environment.vpc.id)
        }
        guard named.count <= 1 else {
            throw refusal(
                "AmbiguousSecurityGroup",
                "\(named.map(\.id).sorted().joined(separator: ", ")) are all named \(name); name them by their ids")
        }
        guard let group = named.first else {
            throw refusal(
                "SecurityGroupNotFound",
                "there is no security group \(name) in \(environment.region); correct the id or the name")
        }
        guard group.vpc == environment.vpc.id else {
            throw refusal(
                "SecurityGroupOfOtherVPC",
                "\(name) is of the VPC \(group.vpc), and the load balancer is in \(environment.vpc.id); name one of that "
                    + "VPC")
        }
        return group.id
    }

    private func refusal(_ reason: String, _ message: String) -> LoweringError {
        LoweringError(reason: reason, message: place.isEmpty ? message : "\(place): \(message)")
    }
}
