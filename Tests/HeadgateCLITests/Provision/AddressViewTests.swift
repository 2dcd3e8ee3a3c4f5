import Provisioning
import Testing

@testable import HeadgateCLI

@Suite("Addresses for people")
struct AddressViewTests {
    private let view = AddressView(style: TextStyle(isEnabled: false))
    private static let first = ServedAddress(name: "main", address: "one.test", ingresses: ["shop/api", "shop/front"])
    private static let second = ServedAddress(name: "part-2", address: "second.test", ingresses: ["shop/front"])

    @Test("One address stands alone, several name the Ingresses that each serves")
    func ingresses() {
        #expect(view.lines([Self.first]) == ["one.test"])
        #expect(
            view.lines([Self.first, Self.second])
                == ["one.test     for shop/api, shop/front", "second.test  for shop/front"])
        #expect(view.lines([]) == [])
    }

    @Test("Of a plan that was split each load balancer comes with its hosts, also one without an address")
    func hosts() {
        let many = (10...19).map { "host-\($0).example.com" }
        let parts = [
            ServedAddress(name: "main", address: "one.test", hosts: many),
            ServedAddress(name: "part-2", address: nil, hosts: ["last.example.com"]),
        ]
        #expect(
            view.lines(parts) == [
                "main  one.test  10 hosts",
                "    host-10.example.com, host-11.example.com, host-12.example.com, host-13.example.com",
                "    host-14.example.com, host-15.example.com, host-16.example.com, host-17.example.com",
                "    host-18.example.com, host-19.example.com",
                "part-2  (no address yet)  1 host", "    last.example.com",
            ])
    }

    @Test("The label stands before one address, and above several")
    func labels() {
        #expect(view.labelledLines([Self.first]) == ["address one.test"])
        #expect(
            view.labelledLines([Self.first, Self.second])
                == ["addresses", "  one.test     for shop/api, shop/front", "  second.test  for shop/front"])
        #expect(view.labelledLines([]) == [])
    }
}
