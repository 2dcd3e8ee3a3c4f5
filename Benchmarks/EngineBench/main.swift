import DataPlane
import Foundation
import LoadBalancerModel
import Logging

// Serves one route: EngineBench HTTP_PORT HTTPS_PORT BACKEND_PORT [PROCESSOR]
let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
guard arguments.count >= 3 else {
    print("usage: EngineBench HTTP_PORT HTTPS_PORT BACKEND_PORT [PROCESSOR]")
    exit(2)
}
var options = EngineOptions(
    workers: 1,
    listeners: [
        ListenerAddress(protocol: .http, address: "127.0.0.1", port: arguments[0]),
        ListenerAddress(protocol: .https, address: "127.0.0.1", port: arguments[1]),
    ])
if arguments.count > 3 { options.firstPinnedProcessor = arguments[3] }
if let log = ProcessInfo.processInfo.environment["ACCESS_LOG"] { options.accessLog = .file(path: log) }
let pool = BackendPool(name: "backend", targets: [Target(address: "127.0.0.1", port: arguments[2])])
let plan = LoadBalancerPlan(
    name: "bench", identity: LoadBalancerIdentity(cluster: "local", ingressClass: "bench"),
    listeners: [
        Listener(name: "http", protocol: .http, port: arguments[0]),
        Listener(name: "https", protocol: .https, port: arguments[1], tls: ListenerTLS()),
    ],
    routes: [
        Route(
            match: RouteMatch(path: PathMatch(kind: .prefix, value: "/")),
            action: .forward([WeightedPool(pool: "backend")]))
    ],
    pools: [pool])
let balancer = SoftwareLoadBalancer(options: options, logger: Logger(label: "bench"))
_ = try balancer.start()
try await balancer.apply(plan: plan, assets: PlanAssets())
try await Task.sleep(for: .seconds(100_000))
