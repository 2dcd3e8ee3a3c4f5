import ProviderHTTP
import Provisioning

/// What the tagging API, WAF and STS tell.
enum Account {
    struct Identity: Decodable, Sendable {
        /// The account's number.
        var account: String
        var arn: String?
    }

    struct TagFilter: Encodable, Sendable {
        var key: String
        var values: [String]

        enum CodingKeys: String, CodingKey {
            case key = "Key"
            case values = "Values"
        }
    }

    struct ResourcesInput: Encodable {
        var filters: [TagFilter]
        var types: [String]
        var token: String?

        enum CodingKeys: String, CodingKey {
            case filters = "TagFilters"
            case types = "ResourceTypeFilters"
            case token = "PaginationToken"
        }
    }

    struct TaggedResource: Decodable, Sendable {
        var arn: String
        var tags: [Certificates.Tag]?

        enum CodingKeys: String, CodingKey {
            case arn = "ResourceARN"
            case tags = "Tags"
        }

        var tagsByKey: [String: String] {
            Dictionary((tags ?? []).map { ($0.key, $0.value ?? "") }) { first, _ in first }
        }
    }

    struct Resources: Decodable, Sendable {
        var mappings: [TaggedResource]?
        /// Empty on the last page.
        var token: String?

        enum CodingKeys: String, CodingKey {
            case mappings = "ResourceTagMappingList"
            case token = "PaginationToken"
        }
    }

    struct WebACLInput: Encodable {
        var resource: String
        var webACL: String?

        enum CodingKeys: String, CodingKey {
            case resource = "ResourceArn"
            case webACL = "WebACLArn"
        }
    }

    struct WebACLNameInput: Encodable {
        var name: String
        var id: String
        var scope = "REGIONAL"

        enum CodingKeys: String, CodingKey {
            case name = "Name"
            case id = "Id"
            case scope = "Scope"
        }
    }

    struct WebACLResourcesInput: Encodable {
        var webACL: String
        var type = "APPLICATION_LOAD_BALANCER"

        enum CodingKeys: String, CodingKey {
            case webACL = "WebACLArn"
            case type = "ResourceType"
        }
    }

    struct WebACLResources: Decodable, Sendable {
        var resources: [String]?

        enum CodingKeys: String, CodingKey { case resources = "ResourceArns" }
    }

    struct WebACLAnswer: Decodable, Sendable {
        struct WebACL: Decodable, Sendable {
            var arn: String?

            enum CodingKeys: String, CodingKey { case arn = "ARN" }
        }

        var webACL: WebACL?

        enum CodingKeys: String, CodingKey { case webACL = "WebACL" }
    }
}

extension AWSClient {
    func callerIdentity() async throws -> Account.Identity {
        try await read(.getCallerIdentity)
    }

    /// The resources that carry all of some tags.
    ///
    /// The tagging API is eventually consistent: it may tell of what is gone already, and not yet of what is new.
    ///
    /// - Parameter types: services, or types as `service:type`.
    func resources(tagged filters: [String: [String]], types: [String]) async throws -> [Account.TaggedResource] {
        let name = "\(AWSService.tagging.rawValue):\(AWSOperation.getResources.rawValue)"
        let filters = filters.sorted { $0.key < $1.key }.map { Account.TagFilter(key: $0.key, values: $0.value) }
        let pages = Pages<Account.Resources, String>(of: name) { token in
            try await readJSON(
                .getResources, Account.ResourcesInput(filters: filters, types: types, token: token))
        } next: { page in
            page.token.flatMap { $0.isEmpty ? nil : $0 }
        }
        return try await pages.items { $0.mappings ?? [] }
    }

    /// The web ACL that a load balancer is associated with, as far as a comparison needs it.
    ///
    /// WAF answers `GetWebACLForResource` and `ListResourcesForWebACL` once a second each. So nothing is asked where others
    /// associate web ACLs, and in a round one list of a web ACL's load balancers tells of all that have it as they should.
    func webACL(
        of loadBalancer: String, comparedWith desired: LoadBalancerSpec.WebACL,
        in round: ProposalRound
    ) async throws -> LoadBalancerSpec.WebACL {
        switch desired {
        case .unmanaged: return .unmanaged
        case .associated(let arn):
            if try await sharing(round).loadBalancers(ofWebACL: arn).contains(loadBalancer) { return desired }
        case .absent: break
        }
        return try await webACL(of: loadBalancer)
    }

    /// The load balancers that a web ACL is associated with; none where there is no such web ACL, or no such list, as with
    /// moto: then each load balancer is asked for.
    private func loadBalancers(ofWebACL arn: String) async throws -> [String] {
        do {
            let answer: Account.WebACLResources = try await readJSON(
                .listResourcesForWebACL, Account.WebACLResourcesInput(webACL: arn))
            return answer.resources ?? []
        } catch let error as ProviderError where error.kind == .notFound || error.kind == .unexpectedAnswer {
            return []
        }
    }

    /// Whether there is a web ACL of an ARN, for load balancers of the client's region.
    ///
    /// Of the operations that tell so this one takes no permission that an association doesn't take as well.
    ///
    /// - Throws: ``ProviderError`` where AWS doesn't say.
    func hasWebACL(_ arn: String, named name: WebACLName) async throws -> Bool {
        guard name.isGiven else { return false }
        do {
            let answer: Account.WebACLAnswer = try await readJSON(
                .getWebACL, Account.WebACLNameInput(name: name.name, id: name.id))
            return answer.webACL?.arn.map { $0 == arn } ?? true
        } catch let error as ProviderError where error.code == "WAFNonexistentItemException" {
            return false
        }
    }

    /// The web ACL that a load balancer is associated with.
    func webACL(of loadBalancer: String) async throws -> LoadBalancerSpec.WebACL {
        let arns = try await orNone {
            let answer: Account.WebACLAnswer = try await readJSON(
                .getWebACLForResource, Account.WebACLInput(resource: loadBalancer))
            return [answer.webACL?.arn].compactMap(\.self)
        }
        return arns.first.map(LoadBalancerSpec.WebACL.associated) ?? .absent
    }

    /// Associates a load balancer with a web ACL; with none, takes the association away.
    func setWebACL(_ webACL: String?, of loadBalancer: String, permit: borrowing WritePermit) async throws {
        let input = Account.WebACLInput(resource: loadBalancer, webACL: webACL)
        try await writeJSON(webACL == nil ? .disassociateWebACL : .associateWebACL, input, permit: permit)
    }
}
