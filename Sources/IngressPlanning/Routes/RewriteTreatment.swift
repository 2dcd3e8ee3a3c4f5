import LoadBalancerModel
import Routing

/// What an Ingress asks to be done with the path of a route, in the terms of how the route matches.
struct RewriteTreatment: Hashable, Sendable {
    var match: PathMatch
    var rewrite: PathRewrite?
    var redirect: Redirect?

    init(_ treatment: PathTreatment, match: PathMatch) {
        self.match = match
        switch treatment {
        case .unchanged: break
        case .redirect(let redirect): self.redirect = redirect
        case .rewrite(let rewrite) where rewrite.kind == .replacePrefix && match.kind == .regularExpression:
            replacePrefix(by: rewrite.value)
        case .rewrite(let rewrite):
            self.rewrite = rewrite
        }
    }

    /// An expression covers no prefix that could be replaced, so what follows it becomes a group of its own.
    private mutating func replacePrefix(by value: String) {
        let stem = match.value.hasSuffix("/") ? String(match.value.dropLast()) : match.value
        let group = ((try? CompiledExpression(stem))?.groupCount ?? 0) + 1
        let target = value.hasSuffix("/") ? String(value.dropLast()) : value
        match.value = "\(stem)/?(.*)"
        rewrite = PathRewrite(kind: .template, value: "\(target)/$\(group)")
    }
}
