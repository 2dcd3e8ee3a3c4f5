extension CloudService {
    static let tagging = CloudService(
        name: "resourcegroupstaggingapi", signingName: "tagging",
        operations: [
            "GetResources": .read { call throws(ServiceFailure) in try call.getResources() }
        ])
}
