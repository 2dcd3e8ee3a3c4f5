import LoadBalancerModel
import Testing

@testable import HeadgateCLI

@Suite("An address that can't be bound")
struct BindFailureTests {
    private static let parameters = ObjectReference(kind: "ClusterIngressParameters", name: "edge")
    private let address = NetworkAddress(host: "127.0.0.1", port: 90)

    @Test(
        "It is told with what gave it",
        arguments: [
            (AddressOrigin.flag(.http), "--http-address 127.0.0.1:90: permission denied", "with --http-address"),
            (.defaultOf(.https), "127.0.0.1:90, the default of --https-address: permission denied", "--https-address"),
            (
                .parameters(parameters), "127.0.0.1:90, a listener of ClusterIngressParameters edge: permission denied",
                "in the listeners of ClusterIngressParameters edge"
            ),
        ])
    func origin(origin: AddressOrigin, message: String, remedy: String) {
        let failure = BindFailure(origin: origin, address: address, cause: .noPermission)
        #expect(failure.message == message)
        #expect(failure.remedy?.contains(remedy) == true)
    }

    @Test(
        "It is told with what the system said, and the remedy",
        arguments: [
            (98, "address already in use", "Stop the process"), (13, "permission denied", "CAP_NET_BIND_SERVICE"),
            (99, "no interface", "0.0.0.0"), (22, "Invalid argument", nil),
        ] as [(Int32, String, String?)])
    func cause(errno: Int32, text: String, remedy: String?) {
        let failure = BindFailure(
            origin: .flag(.management), address: address, cause: BindFailure.Cause(errno: errno)
        ).failure
        #expect(failure.message.hasPrefix("--management-address 127.0.0.1:90: \(text)"))
        #expect((failure.remedy == nil) == (remedy == nil))
        if let remedy { #expect(failure.remedy?.contains(remedy) == true) }
    }
}
