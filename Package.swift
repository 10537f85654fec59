// swift-tools-version: 6.2

import PackageDescription

/// What every target of ours is compiled with. The floors of ARCHITECTURE.md are kept by the list of
/// dependencies of each target, together with `--explicit-target-dependency-import-check error`.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// For every target that has no business with raw memory.
let safe: [SwiftSetting] = strict + [.strictMemorySafety()]

/// The release binary carries Swift's runtime and Foundation: it needs no toolchain where it runs, and a request takes some
/// 7 % less CPU than through the tables of shared libraries. The libraries that Foundation's archives ask for are named, since the
/// modules are compiled for shared ones; only lld takes archives in any order.
let wholeBinary =
  ["-static-stdlib", "-use-ld=lld"]
  + [
    "FoundationInternationalization", "_FoundationICU", "_FoundationCShims",
    "_FoundationCollections", "CoreFoundation", "BlocksRuntime", "stdc++",
  ].map { "-l\($0)" }
let releaseOnLinux = BuildSettingCondition.when(platforms: [.linux], configuration: .release)

let package = Package(
  name: "vigia",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "vigia", targets: ["vigia"])],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1",
      traits: ["FullFoundation"]),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
  ],
  targets: [
    // Ground: pure values and functions.
    .target(name: "Domain", swiftSettings: safe),
    .target(name: "Statistics", swiftSettings: safe),
    .target(name: "TextUI", swiftSettings: safe),
    .target(name: "Waiting", swiftSettings: safe),
    .target(name: "InferenceProtocol", swiftSettings: safe),
    .target(name: "PromQL", swiftSettings: safe),
    .target(name: "Alerting", dependencies: ["Domain", "PromQL"], swiftSettings: safe),

    // Edges: each the one user of an outside thing.
    .target(
      name: "Inference",
      dependencies: [
        "Domain", "InferenceProtocol", "Waiting",
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: safe),
    .target(name: "COnnxRuntime"),
    .target(
      name: "OnnxRuntime",
      dependencies: ["Domain", "Inference", "InferenceProtocol", "Waiting", "COnnxRuntime"],
      swiftSettings: strict),
    .target(
      name: "Storage",
      dependencies: [
        "Domain", "Statistics", "InferenceProtocol", "Waiting",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: safe),
    .target(
      name: "RuleFiles",
      dependencies: ["Alerting", "PromQL", .product(name: "Yams", package: "Yams")],
      swiftSettings: safe),
    .systemLibrary(
      name: "CMarkdown", pkgConfig: "libcmark-gfm",
      providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]),
    .target(
      name: "Runbooks",
      dependencies: ["Domain", "CMarkdown", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict),
    .target(name: "CNcurses", linkerSettings: [.linkedLibrary("ncursesw")]),
    .target(name: "Curses", dependencies: ["TextUI", "CNcurses"], swiftSettings: strict),
    .target(
      name: "Integrations",
      dependencies: [
        "Domain", "Inference", "InferenceProtocol", "Statistics",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOFoundationCompat", package: "swift-nio"),
      ], swiftSettings: safe),

    // Verbs: every change of state, and the loops.
    .target(
      name: "Control",
      dependencies: [
        "Alerting", "Domain", "PromQL", "Statistics", "Inference", "InferenceProtocol", "Runbooks",
        "Storage", "Waiting",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: safe),

    // Faces: the wire and the screen.
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "HTTPAPI",
      dependencies: [
        "Domain", "Inference", "InferenceProtocol", "CZlib",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ], swiftSettings: safe),
    .target(name: "Console", dependencies: ["Domain", "PromQL", "TextUI"], swiftSettings: safe),

    // Top: the composition root.
    .executableTarget(
      name: "vigia",
      dependencies: [
        "Domain", "Statistics", "TextUI", "InferenceProtocol", "Inference", "OnnxRuntime",
        "Storage", "Curses", "Integrations", "Control", "HTTPAPI", "Console", "CZlib", "Alerting",
        "RuleFiles", "Runbooks", "Waiting",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Yams", package: "Yams"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: strict, linkerSettings: [.unsafeFlags(wholeBinary, releaseOnLinux)]),

    // What the judges promise, counted on made-up traffic: scripts/bench --simulate.
    .executableTarget(
      name: "Simulations", dependencies: ["Statistics"], path: "Benchmarks/Simulations",
      swiftSettings: safe),
    // Measures the store by itself, for scripts/bench: no product, and nothing depends on it.
    .executableTarget(
      name: "StoreBench",
      dependencies: [
        "Domain", "InferenceProtocol", "Statistics", "Storage",
        .product(name: "GRDB", package: "GRDB.swift"),
      ], path: "Benchmarks/StoreBench", swiftSettings: strict),

    .testTarget(name: "DomainTests", dependencies: ["Domain"], swiftSettings: strict),
    .testTarget(
      name: "StatisticsTests", dependencies: ["Statistics"], exclude: ["Fixtures"],
      swiftSettings: strict),
    .testTarget(name: "TextUITests", dependencies: ["TextUI"], swiftSettings: strict),
    .testTarget(name: "WaitingTests", dependencies: ["Waiting"], swiftSettings: strict),
    .testTarget(
      name: "InferenceProtocolTests", dependencies: ["InferenceProtocol"], swiftSettings: strict),
    .testTarget(
      name: "PromQLTests", dependencies: ["PromQL"], exclude: ["Fixtures", "Oracle"],
      swiftSettings: strict),
    .testTarget(
      name: "InferenceTests",
      dependencies: ["Domain", "Inference", "InferenceProtocol", "Waiting"],
      swiftSettings: strict),
    .testTarget(
      name: "AlertingTests", dependencies: ["Alerting", "Domain", "PromQL"],
      swiftSettings: strict),
    .testTarget(
      name: "RuleFilesTests", dependencies: ["Alerting", "Domain", "PromQL", "RuleFiles"],
      exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "OnnxRuntimeTests",
      dependencies: ["Domain", "Inference", "InferenceProtocol", "OnnxRuntime"],
      swiftSettings: strict),
    .testTarget(
      name: "StorageTests",
      dependencies: [
        "Domain", "Statistics", "Storage", "InferenceProtocol",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ], swiftSettings: strict),
    .testTarget(
      name: "RunbooksTests", dependencies: ["Domain", "Runbooks"], swiftSettings: strict),
    .testTarget(name: "CursesTests", dependencies: ["Curses", "TextUI"], swiftSettings: strict),
    .testTarget(
      name: "ControlTests",
      dependencies: [
        "Alerting", "Control", "Domain", "Inference", "InferenceProtocol", "PromQL", "Statistics",
        "Storage",
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: strict),
    .testTarget(
      name: "ConsoleTests", dependencies: ["Console", "Domain", "TextUI"],
      exclude: ["Snapshots"], swiftSettings: strict),
    .testTarget(
      name: "IntegrationsTests",
      dependencies: [
        "Domain", "Inference", "InferenceProtocol", "Integrations", "Statistics",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ], swiftSettings: strict),
    .testTarget(
      name: "HTTPAPITests",
      dependencies: [
        "Domain", "Inference", "InferenceProtocol", "HTTPAPI", "Integrations",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ], swiftSettings: strict),
    .testTarget(
      name: "vigiaTests",
      dependencies: [
        "vigia", "Alerting", "Console", "Control", "Domain", "HTTPAPI", "Inference",
        "InferenceProtocol",
        "Integrations",
        "OnnxRuntime", "Statistics", "Storage", "TextUI",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
