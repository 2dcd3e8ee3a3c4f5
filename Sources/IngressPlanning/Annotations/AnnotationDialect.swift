/// A family of annotation keys with one owner and one way to read values.
package enum AnnotationDialect: String, Hashable, Sendable, CaseIterable {
    /// Headgate's own, read strictly.
    case native = "headgate.dev"
    /// That of ingress-nginx, read as that controller reads it.
    case ingressNginx = "nginx.ingress.kubernetes.io"
    /// That of the AWS Load Balancer Controller.
    case awsLoadBalancerController = "alb.ingress.kubernetes.io"

    /// The dialect of a key and the rest of the key behind the slash, or nil for keys of other owners.
    static func split(_ key: String) -> (dialect: AnnotationDialect, name: String)? {
        guard let slash = key.firstIndex(of: "/"),
            let dialect = AnnotationDialect(rawValue: String(key[..<slash]))
        else { return nil }
        return (dialect, String(key[key.index(after: slash)...]))
    }

    /// The only provider that knows what ``awsLoadBalancerController`` says of a load balancer as a whole.
    static let awsProvider = "aws"

    /// The key of an annotation with this name.
    package func key(_ name: String) -> String { "\(rawValue)/\(name)" }
}
