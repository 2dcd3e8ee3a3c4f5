import AWSProvider
import Foundation
import ProviderHTTP
import Provisioning
import Testing

@Suite("The least-privilege policy")
struct PolicyTests {
    private struct Policy: Decodable {
        struct Statement: Decodable {
            var sid: String
            var effect: String
            var actions: [String]
            var conditions: [String: [String: Condition]]

            enum CodingKeys: String, CodingKey {
                case sid = "Sid"
                case effect = "Effect"
                case actions = "Action"
                case conditions = "Condition"
            }

            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: CodingKeys.self)
                sid = try container.decode(String.self, forKey: .sid)
                effect = try container.decode(String.self, forKey: .effect)
                if let one = try? container.decode(String.self, forKey: .actions) {
                    actions = [one]
                } else {
                    actions = try container.decode([String].self, forKey: .actions)
                }
                conditions =
                    try container.decodeIfPresent([String: [String: Condition]].self, forKey: .conditions) ?? [:]
            }
        }

        enum Condition: Decodable {
            case values([String])

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let one = try? container.decode(String.self) {
                    self = .values([one])
                } else {
                    self = .values(try container.decode([String].self))
                }
            }
        }

        var statements: [Statement]

        enum CodingKeys: String, CodingKey { case statements = "Statement" }
    }

    private let policy: Policy

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appending(path: "providers/aws/iam-policy.json")
        policy = try JSONDecoder().decode(Policy.self, from: Data(contentsOf: file))
    }

    @Test("It allows what the code calls, and nothing else")
    func coversOperations() {
        let needed = Set(AWSOperation.allCases.flatMap(\.permissions))
        let allowed = Set(policy.statements.flatMap(\.actions))
        #expect(needed.subtracting(allowed).sorted() == [], "the code calls these, and the policy doesn't allow them")
        #expect(allowed.subtracting(needed).sorted() == [], "the policy allows these, and the code doesn't call them")
        #expect(policy.statements.allSatisfy { $0.effect == "Allow" })
    }

    @Test("Nothing is allowed by a wildcard")
    func hasNoWildcards() {
        #expect(policy.statements.flatMap(\.actions).allSatisfy { !$0.contains("*") })
    }

    @Test("Reads stand apart from writes")
    func separatesReads() {
        let reads = Set(AWSOperation.allCases.filter { $0.kind == .read }.flatMap(\.permissions))
        for statement in policy.statements {
            let isReading = statement.actions.allSatisfy(reads.contains)
            let isWriting = statement.actions.allSatisfy { !reads.contains($0) }
            #expect(isReading || isWriting, "\(statement.sid) mixes reads and writes")
        }
    }

    @Test("What changes or deletes something is allowed for what carries the ownership tag")
    func confinesChanges() {
        // EC2 knows no tag of a group that is about to be made, WAF none of a load balancer.
        let unconfined: Set = ["MakeSecurityGroups", "AssociateWebACLs", "LookUp"]
        let tag = OwnershipTags.Key.cluster
        for statement in policy.statements where !unconfined.contains(statement.sid) {
            let keys = statement.conditions.values.flatMap(\.keys)
            let isConfined = keys.contains {
                $0.hasSuffix("Tag/\(tag)") || $0.hasSuffix(":CreateAction") || $0 == "iam:AWSServiceName"
            }
            #expect(isConfined, "\(statement.sid) has no condition")
        }
    }
}
