import Testing

@testable import AWSProvider

@Suite("XML answers")
struct XMLAnswersTests {
    private func rules(_ inner: String) throws -> [LoadBalancing.Rule] {
        let body = """
            <?xml version="1.0"?>
            <DescribeRulesResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">
              <DescribeRulesResult>
            \(inner)
              </DescribeRulesResult>
              <ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>
            </DescribeRulesResponse>
            """
        let answer: LoadBalancing.Rules = try XMLAnswers.result(of: Array(body.utf8))
        return answer.rules.all()
    }

    @Test(
        "A list without elements is empty, however it is written",
        arguments: ["", "<Rules/>", "<Rules></Rules>", "<Rules>\n    </Rules>"])
    func emptyLists(_ inner: String) throws {
        #expect(try rules(inner).isEmpty)
    }

    @Test("One element and several, with white space between or without, are a list")
    func lists() throws {
        func rule(_ priority: Int) -> String {
            "<member><RuleArn>r\(priority)</RuleArn><Priority>\(priority)</Priority></member>"
        }
        #expect(try rules("<Rules>\(rule(1))</Rules>").map(\.ruleArn) == ["r1"])
        #expect(try rules("<Rules>\(rule(1))\n   \(rule(2))</Rules>").map(\.ruleArn) == ["r1", "r2"])
        #expect(try rules("<Rules>\n  \(rule(1))\n  </Rules>").map(\.priority) == ["1"])
    }

    @Test("A resource of others that lacks what ours have is read with the rest")
    func resourcesOfOthers() throws {
        let body = """
            <DescribeLoadBalancersResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">
              <DescribeLoadBalancersResult><LoadBalancers>
                <member>
                  <LoadBalancerArn>arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/gwy/x/1</LoadBalancerArn>
                  <LoadBalancerName>x</LoadBalancerName><Type>gateway</Type>
                </member>
                <member><LoadBalancerArn>ours</LoadBalancerArn><LoadBalancerName>y</LoadBalancerName></member>
              </LoadBalancers></DescribeLoadBalancersResult>
            </DescribeLoadBalancersResponse>
            """
        let answer: LoadBalancing.LoadBalancers = try XMLAnswers.result(of: Array(body.utf8))
        #expect(answer.loadBalancers.all().map(\.scheme) == [nil, nil])

        let rule = "<member><RuleArn>r</RuleArn><Priority>7</Priority>"
        let parts =
            "<Conditions><member/></Conditions><Actions><member><Type>authenticate-jwt</Type></member></Actions>"
        let found = try rules("<Rules>\(rule)\(parts)</member></Rules>")
        let spec = try #require(found.first.flatMap { RuleSpec($0, listener: "l", tags: [:]) })
        #expect(spec.others == ["condition of an unknown kind", "authenticate-jwt"])
    }

    @Test("White space in a value stays")
    func whitespace() throws {
        let found = try rules(
            """
            <Rules><member><RuleArn>r</RuleArn><Priority>default</Priority><Actions><member>
              <Type>fixed-response</Type>
              <FixedResponseConfig><MessageBody>Not found.
            </MessageBody><StatusCode>404</StatusCode></FixedResponseConfig>
            </member></Actions></member></Rules>
            """)
        let action = try #require(found.first?.actions.all().first)
        #expect(action.type == "fixed-response")
        #expect(action.fixedResponseConfig?.messageBody == "Not found.\n")
    }

    @Test("An answer of something else is told apart")
    func others() {
        #expect(throws: (any Error).self) { let _: LoadBalancing.Rules = try XMLAnswers.result(of: Array("no".utf8)) }
        #expect(throws: (any Error).self) {
            let _: LoadBalancing.Rules = try XMLAnswers.result(of: Array("<Other><A/></Other>".utf8))
        }
    }
}
