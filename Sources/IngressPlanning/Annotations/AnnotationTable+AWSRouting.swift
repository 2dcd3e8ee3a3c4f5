import LoadBalancerModel

extension AnnotationTable {
    /// The annotations of the AWS Load Balancer Controller for the paths whose backend has a name.
    static let awsRouting: [AnnotationDefinition] = [
        family(
            "actions", AWSGrammar.action,
            example:
                #"{"type": "fixed-response", "fixedResponseConfig": {"contentType": "text/plain", "statusCode": "503"}}"#,
            absence: "the path is answered 500", planField: "routes[].action",
            """
            What is done with the requests of the paths whose backend has `NAME` as its Service and `use-annotation` as its \
            port: forwarded to Services by weight, redirected, or answered. Of a redirect, `/#{path}` may end the path and \
            `#{query}` the query, and `#{host}` may stand in the host; a redirect to the same place over HTTPS leaves requests over HTTPS to the other paths. \
            Target groups that aren't Headgate's can't be named.
            """
        ) { $0.routing.actions[$1] = $2 }.guarding(nil),
        family(
            "conditions", AWSGrammar.conditions,
            example:
                #"[{"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-Stage", "values": ["canary"]}}]"#,
            absence: "host and path decide", planField: "routes[].match",
            """
            What requests of the paths whose backend is the Service `NAME`, or the action, must look like as well. Hosts and \
            paths are further ones beside those of the rule. Several values are several routes. Wildcards stand in values of \
            paths, hosts, headers and queries; `*.` before a host is one label. Paths, hosts and headers may have \
            `regexValues`; a query value without a `key` is that of any parameter.
            """
        ) { $0.routing.conditions[$1] = $2 }.guarding(nil),
        family(
            "transforms", AWSGrammar.transforms,
            example:
                #"[{"type": "url-rewrite", "urlRewriteConfig": {"rewrites": [{"regex": "^/api/(.*)$", "replace": "/$1"}]}}]"#,
            absence: "the path goes to the backend as it came", planField: "routes[].filters.rewrite",
            """
            How the path of requests to the Service `NAME` is rewritten: what the expression finds becomes the replacement, in \
            which `$1` to `$9` stand for groups. A path in which it finds nothing stays. `host-header-rewrite` isn't \
            supported.
            """
        ) { $0.routing.transforms[$1] = $2 }.guarding(nil),
    ]

    private static func family<Value>(
        _ name: String, _ grammar: ValueGrammar<Value>, example: String, absence: String, planField: String,
        _ summary: String, set: @escaping @Sendable (inout AnnotationValues, String, Value) -> Void
    ) -> AnnotationDefinition {
        AnnotationDefinition(
            .awsLoadBalancerController, "\(name).NAME", family: "\(name).", grammar: grammar.description,
            example: example, absence: absence, summary: summary, planField: planField
        ) { text, name, values throws(AnnotationValueError) in
            set(&values, name, try grammar.parse(text))
        }
    }
}
