internal import LoadBalancerModel
internal import Provisioning

/// Chooses the subnets of a load balancer: those given, or one per zone by the rules of the AWS Load Balancer Controller.
///
/// https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/subnet_discovery/
struct SubnetChoice {
    let environment: AWSEnvironment
    let scheme: LoadBalancerScheme
    /// Whether the load balancer has IPv6 addresses.
    let needsIPv6: Bool
    /// The subnets that it has: they stay as long as they will do.
    var attached: [String] = []
    /// Where subnets are named, for people; empty where the message names it elsewhere.
    var place = "provider.settings.subnets"

    /// A load balancer needs room to grow in each of its subnets; where it has a node already, it has that room.
    private static let neededAddresses = 8

    private var prefix: String { place.isEmpty ? "" : "\(place): " }

    func choose(given: [String]) throws(LoweringError) -> [String] {
        let chosen = given.isEmpty ? try discover() : try validate(given)
        try checkIPv6(chosen)
        return chosen.map(\.id).sorted()
    }

    private func checkIPv6(_ chosen: [AWSEnvironment.Subnet]) throws(LoweringError) {
        let lacking = needsIPv6 ? chosen.filter { $0.ipv6CIDR == nil }.map(\.id).sorted() : []
        guard !lacking.isEmpty else { return }
        let subnets =
            lacking.count == 1 ? "the subnet \(lacking[0]) has" : "the subnets \(lacking.joined(separator: ", ")) have"
        throw LoweringError(
            reason: "SubnetWithoutIPv6",
            message:
                "\(subnets) no IPv6 range, which the address family asks for; add one, or set addressing.family to ipv4"
        )
    }

    private func validate(_ ids: [String]) throws(LoweringError) -> [AWSEnvironment.Subnet] {
        var chosen: [AWSEnvironment.Subnet] = []
        for id in ids {
            let named = environment.subnets.filter { $0.id == id || $0.tags["Name"] == id }
            guard named.count <= 1 else {
                throw LoweringError(
                    reason: "AmbiguousSubnet",
                    message:
                        "\(prefix)\(named.map(\.id).sorted().joined(separator: ", ")) are all named \(id); name them "
                        + "by their ids")
            }
            guard let subnet = named.first else {
                throw LoweringError(
                    reason: "SubnetNotFound",
                    message: "\(prefix)the VPC \(environment.vpc.id) in \(environment.region) has no "
                        + "subnet \(id); correct the id or the name")
            }
            if let other = chosen.first(where: { $0.zone == subnet.zone }) {
                throw LoweringError(
                    reason: "SubnetsShareZone",
                    message: "\(prefix)\(other.id) and \(subnet.id) are both in the zone "
                        + "\(subnet.zone), and a load balancer has one subnet per zone; remove one of them")
            }
            chosen.append(subnet)
        }
        guard chosen.count >= 2 else {
            throw LoweringError(
                reason: "TooFewSubnets",
                message: "\(prefix)a load balancer needs subnets in at least two zones, and "
                    + "\(ids.joined(separator: ", ")) is one; add one of another zone")
        }
        return chosen
    }

    private var roleTag: String {
        scheme == .internal ? "kubernetes.io/role/internal-elb" : "kubernetes.io/role/elb"
    }

    private func discover() throws(LoweringError) -> [AWSEnvironment.Subnet] {
        let tagged = environment.subnets.filter { ["1", ""].contains($0.tags[roleTag]) }
        // Without role tags, what the routes lead to decides.
        let candidates =
            tagged.isEmpty ? environment.subnets.filter { $0.isPublic == (scheme == .internetFacing) } : tagged
        let eligible = candidates.filter {
            !belongsToOtherCluster($0) && (stays($0) || $0.availableAddresses >= Self.neededAddresses)
        }
        // Where no tags say which are meant, those of other zones aren't for being there.
        let staying = eligible.filter(stays)
        if tagged.isEmpty, staying.count >= 2 { return staying }
        let zones = Dictionary(grouping: eligible, by: \.zone)
        let chosen = zones.values.compactMap { subnets in subnets.min { rank($0) < rank($1) } }
        guard chosen.count >= 2 else { throw tooFew(chosen, candidates: candidates) }
        return chosen
    }

    private func rank(_ subnet: AWSEnvironment.Subnet) -> (Int, Int, String) {
        (stays(subnet) ? 0 : 1, isOfCluster(subnet) ? 0 : 1, subnet.id)
    }

    private func stays(_ subnet: AWSEnvironment.Subnet) -> Bool {
        attached.contains(subnet.id) && (!needsIPv6 || subnet.ipv6CIDR != nil)
    }

    private func isOfCluster(_ subnet: AWSEnvironment.Subnet) -> Bool {
        environment.clusterName.map { subnet.tags["kubernetes.io/cluster/\($0)"] != nil } ?? false
    }

    private func belongsToOtherCluster(_ subnet: AWSEnvironment.Subnet) -> Bool {
        guard environment.clusterName != nil, !isOfCluster(subnet) else { return false }
        return subnet.tags.keys.contains { $0.hasPrefix("kubernetes.io/cluster/") }
    }

    private func tooFew(
        _ chosen: [AWSEnvironment.Subnet], candidates: [AWSEnvironment.Subnet]
    ) -> LoweringError {
        let left = candidates.filter { candidate in !chosen.contains { $0.id == candidate.id } }
        let reasons = left.sorted { $0.id < $1.id }.map { subnet in
            belongsToOtherCluster(subnet)
                ? "\(subnet.id) belongs to another cluster"
                : subnet.availableAddresses < Self.neededAddresses
                    ? "\(subnet.id) has \(subnet.availableAddresses) free addresses of the \(Self.neededAddresses) needed"
                    : "\(subnet.id) is in a zone that has one already"
        }
        let found = chosen.isEmpty ? "none" : "one, \(chosen[0].id) in \(chosen[0].zone)"
        let why = reasons.isEmpty ? "" : " (\(reasons.joined(separator: ", ")))"
        return LoweringError(
            reason: chosen.isEmpty ? "NoSubnets" : "TooFewSubnets",
            message: "an \(scheme.rawValue) load balancer needs subnets in at least two zones of the VPC "
                + "\(environment.vpc.id), and \(found) was found\(why); tag subnets with \(roleTag)=1, or name them in "
                + "provider.settings.subnets")
    }
}
