// swift-tools-version: 6.2

import PackageDescription

/// Warnings are errors where lint and CI ask for it.
let warnings: [SwiftSetting] =
    Context.environment["HEADGATE_WARNINGS_AS_ERRORS"] == nil ? [] : [.treatAllWarnings(as: .error)]

/// The language settings of every Swift target.
let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + warnings

// The libraries that are had from others.
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "_CryptoExtras", package: "swift-crypto")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let swiftASN1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let xmlCoder = Target.Dependency.product(name: "XMLCoder", package: "XMLCoder")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// The house, bottom up. What each target may import is held by Tests/ArchitectureTests.
let libraries: [Target] = [
    .target(name: "LoadBalancerModel", swiftSettings: settings),
    .target(name: "KubernetesModel", dependencies: [yams], swiftSettings: settings),
    .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
    .target(name: "Routing", dependencies: ["CRE2", "LoadBalancerModel"], swiftSettings: settings),
    .target(
        name: "IngressPlanning",
        dependencies: [
            "KubernetesModel", "LoadBalancerModel", "Routing", crypto, cryptoExtras, swiftASN1, x509,
        ],
        swiftSettings: settings),
    .target(name: "ManifestSource", dependencies: ["KubernetesModel", "LoadBalancerModel"], swiftSettings: settings),
    .target(name: "Provisioning", dependencies: ["LoadBalancerModel"], swiftSettings: settings),
    .target(
        name: "ProviderHTTP",
        dependencies: ["Provisioning", asyncHTTPClient, nioCore, nioHTTP1, nioPosix, nioSSL],
        swiftSettings: settings),
    .target(
        name: "AWSProvider",
        dependencies: ["LoadBalancerModel", "ProviderHTTP", "Provisioning", crypto, nioCore, nioHTTP1, xmlCoder],
        path: "providers/aws/Sources",
        swiftSettings: settings),
    .target(
        name: "ProvisioningTesting",
        dependencies: [
            "LoadBalancerModel", "ProviderHTTP", "Provisioning", "Routing", crypto, hummingbird, logging, nioCore,
            serviceLifecycle, swiftASN1, x509,
        ],
        swiftSettings: settings),
    .target(name: "CLinux"),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libssl", providers: [.apt(["libssl-dev"])]),
    .target(
        name: "DataPlane",
        dependencies: ["COpenSSL", "CLinux", "LoadBalancerModel", "Routing", logging],
        swiftSettings: settings),
    .target(
        name: "Observability", dependencies: ["DataPlane", "LoadBalancerModel", logging], swiftSettings: settings),
    .target(
        name: "HeadgateCLI",
        dependencies: [
            "AWSProvider", "DataPlane", "IngressPlanning", "KubernetesModel", "LoadBalancerModel", "ManifestSource",
            "Observability",
            "Provisioning", "Routing", argumentParser, hummingbird, logging, nioCore, serviceLifecycle, unixSignals,
            yams,
        ],
        swiftSettings: settings),
]

let executables: [Target] = [
    .executableTarget(name: "headgate", dependencies: ["HeadgateCLI", argumentParser], swiftSettings: settings),
    .executableTarget(
        name: "headgate-echo",
        dependencies: [
            "KubernetesModel", "ManifestSource", argumentParser, hummingbird, logging, serviceLifecycle, unixSignals,
        ],
        swiftSettings: settings),
]

let benchmarks: [Target] = [
    .executableTarget(
        name: "RoutingBenchmark",
        dependencies: ["LoadBalancerModel", "Routing"],
        path: "Benchmarks/RoutingBenchmark",
        swiftSettings: settings),
    .executableTarget(
        name: "ProvisioningBenchmark",
        dependencies: ["AWSProvider", "IngressPlanning", "LoadBalancerModel", "ManifestSource", "Provisioning"],
        path: "Benchmarks/ProvisioningBenchmark",
        swiftSettings: settings),
    .executableTarget(
        name: "EngineBench",
        dependencies: ["DataPlane", "LoadBalancerModel", logging],
        path: "Benchmarks/EngineBench",
        swiftSettings: settings),
    .executableTarget(
        name: "TLSBenchmark",
        dependencies: ["COpenSSL", "DataPlane", "LoadBalancerModel"],
        path: "Benchmarks/TLSBenchmark",
        swiftSettings: settings),
]

let tests: [Target] = [
    .testTarget(name: "ArchitectureTests", swiftSettings: settings),
    .testTarget(name: "LoadBalancerModelTests", dependencies: ["LoadBalancerModel"], swiftSettings: settings),
    .testTarget(
        name: "KubernetesModelTests",
        dependencies: ["KubernetesModel", yams],
        resources: [.copy("Fixtures")],
        swiftSettings: settings),
    .testTarget(
        name: "RoutingTests",
        dependencies: ["LoadBalancerModel", "Routing"],
        resources: [.copy("Fixtures")],
        swiftSettings: settings),
    .testTarget(
        name: "IngressPlanningTests",
        dependencies: [
            "IngressPlanning", "KubernetesModel", "LoadBalancerModel", "Routing", crypto, cryptoExtras, swiftASN1, x509,
        ],
        swiftSettings: settings),
    .testTarget(
        name: "ManifestSourceTests",
        dependencies: ["KubernetesModel", "LoadBalancerModel", "ManifestSource"],
        swiftSettings: settings),
    .testTarget(
        name: "DataPlaneTests",
        dependencies: ["COpenSSL", "CLinux", "DataPlane", "LoadBalancerModel", "Routing", logging],
        swiftSettings: settings),
    .testTarget(
        name: "ProvisioningTests",
        dependencies: ["LoadBalancerModel", "Provisioning", "ProvisioningTesting"],
        swiftSettings: settings),
    .testTarget(
        name: "ProvisioningTestingTests",
        dependencies: ["ProvisioningTesting", crypto, swiftASN1, x509],
        swiftSettings: settings),
    .testTarget(
        name: "ProviderHTTPTests",
        dependencies: ["ProviderHTTP", "Provisioning", nioCore, nioHTTP1, nioPosix, nioSSL],
        swiftSettings: settings),
    .testTarget(
        name: "AWSProviderTests",
        dependencies: [
            "AWSProvider", "IngressPlanning", "KubernetesModel", "LoadBalancerModel", "ManifestSource", "ProviderHTTP",
            "Provisioning", "ProvisioningTesting", "Routing", crypto, hummingbird, nioCore, nioHTTP1, swiftASN1, x509,
        ],
        exclude: ["Fixtures"],
        swiftSettings: settings),
    .testTarget(
        name: "ObservabilityTests",
        dependencies: ["DataPlane", "LoadBalancerModel", "Observability", logging],
        swiftSettings: settings),
    .testTarget(
        name: "HeadgateCLITests",
        dependencies: [
            "AWSProvider", "DataPlane", "HeadgateCLI", "IngressPlanning", "KubernetesModel", "LoadBalancerModel",
            "Observability", "Provisioning", "ProvisioningTesting", argumentParser, logging, serviceLifecycle,
        ],
        exclude: ["Fixtures", "Golden"],
        swiftSettings: settings),
    .testTarget(
        name: "IntegrationTests",
        dependencies: ["LoadBalancerModel", "Provisioning", "ProvisioningTesting", "headgate", "headgate-echo"],
        exclude: ["Fixtures"],
        swiftSettings: settings),
]

let package = Package(
    name: "headgate",
    products: [
        .executable(name: "headgate", targets: ["headgate"]),
        .executable(name: "headgate-echo", targets: ["headgate-echo"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/CoreOffice/XMLCoder", from: "0.18.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: libraries + executables + benchmarks + tests,
    cxxLanguageStandard: .cxx17
)
