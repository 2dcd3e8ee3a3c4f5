import Provisioning
import Testing

@Suite("Which requests resources can meet in")
struct RequestReachTests {
    @Test(
        "Hosts and paths",
        arguments: [
            ("a.test", ["/x", "/x/*"], "a.test", ["/x/y"], true),
            ("a.test", ["/x", "/x/*"], "a.test", ["/xy", "/xy/*"], false),
            ("a.test", ["/x"], "b.test", ["/x"], false),
            ("a.test", [], "*.test", ["/x"], true),
            ("a.other", [], "*.test", [], false),
            ("*.a.test", [], "*.test", [], true),
            ("*.a.test", [], "*.b.test", [], false),
            ("", ["/*"], "a.test", ["/x"], true),
            ("a.test", ["/*.png"], "a.test", ["/x.jpg"], false),
            ("a.test", ["/?x"], "a.test", ["/ax"], true),
        ] as [(String, [String], String, [String], Bool)])
    func meets(_ host: String, _ paths: [String], _ other: String, _ others: [String], _ meet: Bool) {
        let one = RequestReach(
            hosts: host.isEmpty ? [] : [TextPattern(wildcards: host)], paths: paths.map { TextPattern(wildcards: $0) })
        let two = RequestReach(hosts: [TextPattern(wildcards: other)], paths: others.map { TextPattern(wildcards: $0) })
        #expect(one.meets(two) == meet)
        #expect(two.meets(one) == meet)
        #expect(one.meets(.everything))
    }
}
