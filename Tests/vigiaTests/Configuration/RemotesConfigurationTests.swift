import InferenceProtocol
import Integrations
import Testing
import vigia

@Suite struct RemotesConfigurationTests {
  private static let head = "models:\n  e:\n    champion: \"1\"\n    remotes:\n"

  private func load(_ yaml: String) -> ConfigurationLoader.Result {
    ConfigurationLoader(environment: [:], workingDirectory: "/srv").load(text: Self.head + yaml)
  }

  @Test func `a remote version needs its upstreams and no more`() throws {
    let (configuration, diagnostics) = load("      2: { upstreams: http://10.0.0.5:8000/ }")
    #expect(diagnostics.isEmpty)
    let spec = try #require(configuration?.model("e")?.remotes["2"])
    #expect(spec.upstreams.map(\.description) == ["http://10.0.0.5:8000"])
    #expect(spec.dialect == .auto)
    #expect(spec.binary == .auto)
    #expect(spec.timeout == .seconds(10))
    #expect(spec.maxInFlight == 64)
  }

  @Test func `everything about a remote version can be said`() throws {
    let (configuration, diagnostics) = load(
      """
            "2":
              upstreams: ["http://10.0.0.5:8000", "https://gate/triton"]
              model: other-name
              version: 7
              protocol: triton
              headers: { Authorization: Bearer x, Host: m.example }
              timeout_ms: 250
              health_interval_ms: 1500
              max_in_flight: 8
              binary: false
              inputs: [{ name: X, datatype: FP32, shape: [-1, 6] }]
              outputs: [{ name: y, datatype: INT64, shape: [-1] }]
      """)
    #expect(diagnostics.map(\.description).isEmpty)
    let spec = try #require(configuration?.model("e")?.remotes["2"])
    #expect(
      spec
        == RemoteSpec(
          upstreams: [
            try UpstreamAddress.parse("http://10.0.0.5:8000"),
            try UpstreamAddress.parse("https://gate/triton"),
          ], model: "other-name", version: "7", dialect: .triton,
          headers: [
            .init(name: "Authorization", value: "Bearer x"),
            .init(name: "Host", value: "m.example"),
          ], timeout: .milliseconds(250), healthInterval: .milliseconds(1_500), maxInFlight: 8,
          binary: .never,
          inputs: [TensorMetadata(name: "X", datatype: .fp32, shape: [-1, 6])],
          outputs: [TensorMetadata(name: "y", datatype: .int64, shape: [-1])]))
    #expect(!spec.identity(model: "e").contains("Bearer"))
  }

  @Test(arguments: [
    (
      "      v2: { upstreams: http://a }",
      #"5:7: models.e.remotes: expected a version that is a whole number, such as "2", found "v2""#
    ),
    ("      2: {}", #"5:7: models.e.remotes.2 needs "upstreams", which is missing"#),
    (
      "      2: { upstreams: [] }",
      "5:23: models.e.remotes.2.upstreams: expected from 1 to 64 URLs, found a list of 0"
    ),
    (
      "      2: { upstreams: 10.0.0.5:8000 }",
      #"5:23: models.e.remotes.2.upstreams: expected a URL as http://10.0.0.5:8000, found text "10.0.0.5:8000""#
    ),
    (
      "      2: { upstreams: [http://a, ftp://b] }",
      #"5:34: models.e.remotes.2.upstreams[2]: expected a URL with http:// or https://, found text "ftp://b""#
    ),
    (
      "      2: { upstreams: [http://a, http://a/] }",
      #"5:34: models.e.remotes.2.upstreams[2]: expected each URL once, found text "http://a/""#
    ),
    (
      "      2: { upstreams: http://a, protocol: grpc }",
      #"5:43: models.e.remotes.2.protocol: expected auto, triton, kserve or mlserver, found text "grpc""#
    ),
    (
      "      2: { upstreams: http://a, timeout_ms: 0 }",
      "5:45: models.e.remotes.2.timeout_ms: expected a number from 1 to 3600000, found 0"
    ),
    (
      "      2: { upstreams: http://a, health_interval_ms: 5 }",
      "5:53: models.e.remotes.2.health_interval_ms: expected a number from 100 to 3600000, found 5"
    ),
    (
      "      2: { upstreams: http://a, max_in_flight: 0 }",
      "5:48: models.e.remotes.2.max_in_flight: expected a whole number from 1 to 4096, found 0"
    ),
    (
      "      2: { upstreams: http://a, binary: maybe }",
      #"5:41: models.e.remotes.2.binary: expected auto, true or false, found text "maybe""#
    ),
    (
      "      2: { upstreams: http://a, headers: { Content-Length: \"5\" } }",
      #"5:44: models.e.remotes.2.headers: expected a header that Vigia does not write itself, found "Content-Length""#
    ),
    (
      "      2: { upstreams: http://a, inputs: [{ name: X, datatype: FLOAT, shape: [1] }] }",
      #"5:63: models.e.remotes.2.inputs[1].datatype: expected one of BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, BF16, FP32, FP64, BYTES, found text "FLOAT""#
    ),
    (
      "      2: { upstreams: http://a, inputs: [{ name: X, datatype: FP32, shape: 6 }] }",
      "5:76: models.e.remotes.2.inputs[1].shape: expected a list such as [-1, 8], found number 6"
    ),
    (
      "      2: { upstream: http://a, upstreams: http://a }",
      #"5:12: unknown key "upstream"; did you mean "upstreams"?"#
    ),
  ])
  func `each fault is one line with its place`(_ yaml: String, _ line: String) {
    let result = load(yaml)
    #expect(result.diagnostics.map(\.description) == ["vigia.yaml:" + line])
    #expect(result.configuration == nil)
  }
}
