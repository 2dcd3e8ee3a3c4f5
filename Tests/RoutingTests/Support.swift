import LoadBalancerModel
import Routing

extension Route {
    /// A route of which only the match matters.
    init(_ match: RouteMatch) {
        self.init(match: match, action: .fixedResponse(FixedResponse(statusCode: 200)))
    }

    init(host: String? = nil, _ kind: PathMatch.Kind, _ path: String = "") {
        self.init(RouteMatch(host: host, path: PathMatch(kind: kind, value: path)))
    }
}

extension RouteTable {
    /// Normalises the path as the load balancer does and matches; nil also for a path that has no normal form.
    func match(
        _ host: String,
        _ path: String,
        _ request: borrowing some MatchableRequest & ~Copyable = PlainRequest()
    ) -> Int? {
        match(host: Array(host.utf8), path: Array(path.utf8), request)
    }

    func match(
        host: [UInt8],
        path: [UInt8],
        _ request: borrowing some MatchableRequest & ~Copyable = PlainRequest()
    ) -> Int? {
        let target = path.span
        let path = target.extracting(0..<PathNormalizer.pathEnd(of: target))
        var buffer: [UInt8] = []
        switch PathNormalizer.normalize(path, into: &buffer) {
        case .normal: return match(host: host.span, path: path, request: request)
        case .rewritten: return match(host: host.span, path: buffer.span, request: request)
        case .invalid: return nil
        }
    }
}
