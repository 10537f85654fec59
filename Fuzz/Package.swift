// swift-tools-version: 6.2

import PackageDescription

// The parts of Vigia that read bytes of strangers, each behind a libFuzzer entry. `scripts/fuzz` builds and runs them.
//
// The sources are links to the main package's own. A package of its own, for the flags below make all of it slow and are
// no business of the build that is shipped and tested. Its dependencies are the main package's checkouts.

/// Counts which branches an input takes.
let observed: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer", "-enable-testing"])]
let runtime: [LinkerSetting] = [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]

let package = Package(
  name: "fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(path: "../.build/checkouts/swift-nio"),
    .package(path: "../.build/checkouts/swift-http-types"),
  ],
  targets: [
    .target(name: "InferenceProtocol", swiftSettings: observed),
    .target(
      name: "HTTPAPI", dependencies: [.product(name: "HTTPTypes", package: "swift-http-types")],
      swiftSettings: observed),
    .target(name: "OnnxRuntime", swiftSettings: observed),

    .target(name: "CFuzzer"),
    .target(name: "Fuzzing", dependencies: ["CFuzzer"]),
    .executableTarget(
      name: "fuzz-infer-json", dependencies: ["Fuzzing", "InferenceProtocol"],
      linkerSettings: runtime),
    .executableTarget(
      name: "fuzz-infer-binary", dependencies: ["Fuzzing", "InferenceProtocol"],
      linkerSettings: runtime),
    .executableTarget(
      name: "fuzz-head",
      dependencies: [
        "Fuzzing", "HTTPAPI",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ], linkerSettings: runtime),
    .executableTarget(
      name: "fuzz-model", dependencies: ["Fuzzing", "OnnxRuntime"],
      linkerSettings: runtime),
  ],
  swiftLanguageModes: [.v6]
)
