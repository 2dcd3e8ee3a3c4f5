extension ChangeSet {
    /// The change set with an obstacle for each resource that is to be made with a name that something of others has.
    func refusingTakenNames() -> ChangeSet {
        guard !observed.taken.isEmpty else { return self }
        var result = self
        for change in changes where change.action == .create || change.action == .replace {
            guard let name = desired[change.reference]?.resource.uniqueName,
                let taken = observed.taken.first(where: { $0.type == change.reference.type && $0.name == name })
            else { continue }
            result.obstacles.append(
                ChangeObstacle(
                    reference: change.reference, identifier: taken.identifier,
                    message:
                        "the name \(name) is taken by \(taken.identifier), which isn't part of Headgate's load balancer "
                        + "\(owner.loadBalancer); \(taken.remedy)"))
        }
        return result
    }

    /// The change set with an obstacle for each resource that is to be made with a name that another load balancer of the
    /// round asked for before.
    func refusingSharedNames(in round: ProposalRound) -> ChangeSet {
        var result = self
        for change in changes where change.action == .create || change.action == .replace {
            guard let name = desired[change.reference]?.resource.uniqueName else { continue }
            let holder = round.claim(name, ofType: change.reference.type, by: owner)
            guard holder != owner else { continue }
            result.obstacles.append(
                ChangeObstacle(
                    reference: change.reference, identifier: name,
                    message:
                        "the name \(name) is to be that of the load balancer \(holder.loadBalancer) as well, and only one "
                        + "can have it; give each a name of its own"))
        }
        return result
    }
}
