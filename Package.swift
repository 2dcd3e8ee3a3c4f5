// swift-tools-version: 6.2

import PackageDescription

/// The language settings of every Swift target.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "headgate",
    targets: [
        .target(name: "LoadBalancerModel", swiftSettings: settings),
        .target(name: "KubernetesModel", swiftSettings: settings),
        .testTarget(name: "LoadBalancerModelTests", dependencies: ["LoadBalancerModel"], swiftSettings: settings),
    ]
)
