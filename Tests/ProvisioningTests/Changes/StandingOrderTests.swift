import ProvisioningTesting
import Testing

@testable import Provisioning

@Suite("The order of a list beside what stands")
struct StandingOrderTests {
    private func member(_ path: String, _ position: Int?) -> StandingOrder.Member {
        StandingOrder.Member(
            reference: ResourceReference(type: "rule", name: path), position: position,
            reach: RequestReach(paths: [TextPattern(prefix: path)]))
    }

    private func order(_ members: [StandingOrder.Member]) -> [String] { StandingOrder(members).members.map(\.name) }

    @Test("Members that meet in no request stay where they stand")
    func independent() {
        let members = [member("/long", 30), member("/mid", 10), member("/s", 20), member("/", 40)]
        #expect(order(members) == ["/mid", "/s", "/long", "/"])
    }

    @Test("Members that meet come in the order of the list")
    func dependent() {
        #expect(order([member("/a/b", 20), member("/a", 10)]) == ["/a/b", "/a"])
    }

    @Test("A new member keeps its place among those that it meets")
    func new() {
        let members = [member("/b/c", 30), member("/new", nil), member("/b", 40), member("/a", 10), member("/", 50)]
        let result = order(members)
        #expect(result.filter { $0 != "/new" } == ["/a", "/b/c", "/b", "/"])
        #expect(result.last == "/")
    }

    @Test("Where no order does justice to both, the list's counts")
    func ring() {
        // The first meets the second, the second the third; the third stands before the first.
        let members = [member("/a/b", 20), member("/", nil), member("/c", 10)]
        #expect(order(members) == ["/a/b", "/", "/c"])
    }

    @Test("No order of members that meet is ever changed, and what needs no move gets none")
    func randomLists() {
        var random = SeededRandom(0x0D3)
        let paths = ["/", "/a", "/a/b", "/a/b/c", "/b", "/b/c", "/c", "/d", "/d/e"]
        for _ in 0..<500 {
            let positions = (1...paths.count).shuffled(using: &random)
            let members = zip(paths.shuffled(using: &random), positions).map { path, position in
                member(path, random.chance(oneIn: 4) ? nil : position)
            }
            let result = order(members)
            let places = Dictionary(uniqueKeysWithValues: zip(result, result.indices))
            #expect(result.count == members.count)
            for (index, first) in members.enumerated() {
                for second in members[(index + 1)...] where first.reach.meets(second.reach) {
                    #expect(places[first.reference.name]! < places[second.reference.name]!, "\(random)")
                }
            }
        }
    }
}
