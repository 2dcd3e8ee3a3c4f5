import Provisioning
import Testing

@testable import HeadgateCLI

@Suite("Addresses for people")
struct AddressViewTests {
    @Test("One address stands alone, several name the Ingresses that each serves")
    func lines() {
        let view = AddressView(style: TextStyle(isEnabled: false))
        let first = ServedAddress(address: "one.test", ingresses: ["shop/api", "shop/front"])
        #expect(view.lines([first]) == ["one.test"])
        #expect(
            view.lines([first, ServedAddress(address: "second.test", ingresses: ["shop/front"])])
                == ["one.test     for shop/api, shop/front", "second.test  for shop/front"])
        #expect(view.lines([]) == [])
    }
}
