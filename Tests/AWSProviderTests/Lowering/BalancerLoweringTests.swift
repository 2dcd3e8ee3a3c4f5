import Testing

@testable import AWSProvider

@Suite("The names of load balancers")
struct BalancerLoweringTests {
    @Test(
        "Which of several load balancers a name is for is told from the name that was given",
        arguments: [
            ("shop", 1), ("shop-2", 2), ("shop-12", 12), ("shop-1", nil), ("shop-02", nil), ("shop-x", nil),
            ("other-2", nil), ("shops", nil),
        ] as [(String, Int?)])
    func numbers(name: String, number: Int?) {
        #expect(BalancerLowering.number(of: name, givenName: "shop") == number)
    }

    @Test("A name of full length makes room for the number")
    func longNames() {
        let given = "a-name-that-has-32-letters-in-it"
        #expect(BalancerLowering.number(of: "a-name-that-has-32-letters-i-3", givenName: given) == 3)
    }
}
