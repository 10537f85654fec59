import Domain
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Inference
import NIOCore
import Testing

@Suite struct TritonRouteTests {
  @Test(arguments: ["/v2/models/m/config", "/v2/models/m/versions/1/config"])
  func `a model's configuration has Triton's form`(path: String) async throws {
    try await TestServices.make().withClient { client in
      let answer = try await client.get(path)
      #expect(answer.status == .ok)
      #expect(
        answer.text
          == #"{"name":"m","platform":"onnxruntime_onnx","backend":"onnxruntime","version_policy":{"specific":{"versions":[1]}},"max_batch_size":0,"input":[{"name":"x","data_type":"TYPE_FP32","dims":[-1,2]}],"output":[{"name":"y","data_type":"TYPE_FP32","dims":[-1]}],"instance_group":[{"name":"m","kind":"KIND_CPU","count":1}],"default_model_filename":"model.onnx"}"#
      )
    }
  }

  @Test(arguments: [
    ("/v2/models/stats", 200), ("/v2/models/m/stats", 200), ("/v2/models/m/versions/1/stats", 200),
    ("/v2/models/m/versions/2/stats", 503), ("/v2/models/m/versions/9/stats", 404),
    ("/v2/models/none/stats", 404), ("/v2/models/none/config", 404),
    ("/v2/models/m/versions/2/config", 503), ("/v2/models/m/trace/setting", 404),
    ("/v2/logging", 404),
  ])
  func `statistics and configuration answer by status`(path: String, expected: Int) async throws {
    try await TestServices.make().withClient { client in
      let answer = try await client.get(path)
      #expect(answer.status.code == expected)
      #expect((expected == 200) == (answer.error == nil))
      if expected == 200 {
        #expect(answer.text.hasPrefix(#"{"model_stats":[{"name":"m","version":"1","#))
      }
    }
  }

  @Test func `the last inference is told in milliseconds`() async throws {
    let services = try await TestServices.make()
    try await services.withClient { client in
      let before = try await client.get("/v2/models/m/stats")
      #expect(before.text.contains(#""last_inference":0,"#))
      _ = try await client.post("/v2/models/m/infer", V2RouteTests.body, [:])
      let record = try #require(services.plane.records.list.first)
      let after = try await client.get("/v2/models/m/stats")
      #expect(
        after.text.contains(#""last_inference":\#(record.arrivedAt.microseconds / 1_000),"#))
    }
  }

  @Test func `a load after which a version is out of memory again is told as no success`()
    async throws
  {
    let services = try await TestServices.make()
    try await services.withClient { client in
      let answer = try await client.post("/v2/repository/models/m/load", "", .bearer(secret))
      #expect(answer.status == .conflict)
      #expect(
        answer.error
          == "m: loaded but for 2, which left memory again: others were asked for meanwhile, and took its room; "
          + "try again, or raise model_memory")
    }
  }

  @Test(arguments: ["", "/any"])
  func `load and unload are commands of the one who proved who he is`(
    repository: String
  ) async throws {
    let services = try await TestServices.make()
    _ = try await services.plane.plane.load(ModelVersion(model: "m", version: "2"))
    let path = "/v2/repository\(repository)/models/m"
    try await services.withClient { client in
      for word in ["load", "unload"] {
        let stranger = try await client.post("\(path)/\(word)", "", [:])
        #expect(stranger.status == .unauthorized)
        let answer = try await client.post("\(path)/\(word)", "{}", .bearer(secret))
        #expect(answer.status == .ok)
        #expect(answer.text == "")
      }
      let index = try await client.post("/v2/repository\(repository)/index", "", [:])
      #expect(index.status == .ok)
    }
    #expect(
      services.commands.list.map(\.command.action) == [
        .load(model: "m", version: nil), .unload(model: "m", version: nil, pinned: true),
      ])
    #expect(services.commands.list.allSatisfy { $0.principal.name == "local-token" })
  }

  @Test func `a configuration sent along is not taken`() async throws {
    let services = try await TestServices.make()
    try await services.withClient { client in
      let answer = try await client.post(
        "/v2/repository/models/m/load", #"{"parameters":{"config":"{}","file:1/model.onnx":""}}"#,
        .bearer(secret))
      #expect(answer.status == .badRequest)
      #expect(answer.error?.contains("\"config\"") == true)
    }
    #expect(services.commands.list.isEmpty)
  }

  @Test func `what Control refuses is refused with its reason`() async throws {
    let services = try await TestServices.make(outcome: { _ in
      .refused(Refusal(.unknownModel, "no model m here"))
    })
    try await services.withClient { client in
      let answer = try await client.post("/v2/repository/models/m/load", "", .bearer(secret))
      #expect(answer.status == .notFound)
      #expect(answer.error == "no model m here")
    }
  }
}
