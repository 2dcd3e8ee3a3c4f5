import Testing

@testable import AWSProvider

@Suite("Parameters of the Query protocol")
struct QueryParametersTests {
    @Test(
        "They are flattened and encoded",
        arguments: [
            ([QueryParameter("Name", "a b&c=d/é")], "Name=a%20b%26c%3Dd%2F%C3%A9"),
            ([QueryParameter("Names", .texts(["x", "y"]))], "Names.member.1=x&Names.member.2=y"),
            ([QueryParameter("Values", .texts([]))], "Values="),
            (
                [QueryParameter("Tags", .pairs(["b": "2", "a": "1"]))],
                "Tags.member.1.Key=a&Tags.member.1.Value=1&Tags.member.2.Key=b&Tags.member.2.Value=2"
            ),
            (
                [
                    QueryParameter(
                        "Conditions",
                        .list([RuleCondition.hostHeader(["a.example.com"]).query]))
                ],
                "Conditions.member.1.Field=host-header"
                    + "&Conditions.member.1.HostHeaderConfig.Values.member.1=a.example.com"
            ),
            ([QueryParameter("Port", .integer(80)), QueryParameter("On", .boolean(true))], "Port=80&On=true"),
        ])
    func flattened(_ parameters: [QueryParameter], form: String) {
        #expect(parameters.form(lists: .members) == form)
    }

    @Test("EC2 numbers the elements of a list without a word between")
    func flatLists() {
        let parameters = [QueryParameter("Filter", .list([AWSClient.filter("vpc-id", ["vpc-1", "vpc-2"])]))]
        #expect(
            parameters.form(lists: .flat)
                == "Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-1&Filter.1.Value.2=vpc-2")
    }
}
