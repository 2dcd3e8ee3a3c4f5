import LoadBalancerModel

/// Answers from static sites and storage buckets.
extension Downstream {
    func answerFromSite(_ route: UnsafeMutablePointer<CompiledRoute>) {
        answer(500, "not served")
    }

    func beginBucketRequest(
        _ route: UnsafeMutablePointer<CompiledRoute>, _ configuration: UnsafeMutablePointer<LoopConfiguration>
    ) {
        answer(500, "not served")
    }
}

struct StaticSiteContent: Sendable {
    init(_ site: StaticSite, files: [String: [UInt8]]) throws {}
}
