extension CloudService {
    /// The Security Token Service.
    static let sts = CloudService(
        name: "sts", signingName: "sts",
        operations: [
            "GetCallerIdentity": .read { call throws(ServiceFailure) in
                [
                    "Account": .string(call.world.account), "UserId": "AIDATESTSERVER0000001",
                    "Arn": .string("arn:aws:iam::\(call.world.account):user/test"),
                ]
            }
        ])
}
