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

let package = Package(
  name: "vigia",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
  ],
  targets: [
    // Ground: pure values and functions.
    .target(name: "Domain", swiftSettings: safe),
    .target(name: "Statistics", swiftSettings: safe),
    .target(name: "TextUI", swiftSettings: safe),
    .target(name: "InferenceProtocol", swiftSettings: safe),

    // Edges: each the one user of an outside thing.
    .target(
      name: "Inference",
      dependencies: [
        "Domain", "InferenceProtocol", .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: safe),
    .target(name: "COnnxRuntime"),
    .target(
      name: "OnnxRuntime",
      dependencies: ["Domain", "Inference", "InferenceProtocol", "COnnxRuntime"],
      swiftSettings: strict),
    .target(
      name: "Storage",
      dependencies: [
        "Domain", "Statistics", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: safe),
    .target(name: "CNcurses", linkerSettings: [.linkedLibrary("ncursesw")]),
    .target(name: "Curses", dependencies: ["TextUI", "CNcurses"], swiftSettings: strict),
    // Top: the composition root.
    .testTarget(name: "DomainTests", dependencies: ["Domain"], swiftSettings: strict),
    .testTarget(
      name: "StatisticsTests", dependencies: ["Statistics"], exclude: ["Fixtures"],
      swiftSettings: strict),
    .testTarget(name: "TextUITests", dependencies: ["TextUI"], swiftSettings: strict),
    .testTarget(
      name: "InferenceProtocolTests", dependencies: ["InferenceProtocol"], swiftSettings: strict),
    .testTarget(
      name: "InferenceTests", dependencies: ["Domain", "Inference", "InferenceProtocol"],
      swiftSettings: strict),
    .testTarget(
      name: "OnnxRuntimeTests",
      dependencies: ["Domain", "Inference", "InferenceProtocol", "OnnxRuntime"],
      swiftSettings: strict),
    .testTarget(
      name: "StorageTests",
      dependencies: [
        "Domain", "Statistics", "Storage", .product(name: "GRDB", package: "GRDB.swift"),
      ], swiftSettings: strict),
    .testTarget(name: "CursesTests", dependencies: ["Curses", "TextUI"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
