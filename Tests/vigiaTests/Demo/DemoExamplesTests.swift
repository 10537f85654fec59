import Domain
import Testing
import vigia

@Suite struct DemoExamplesTests {
  @Test func `the examples are searched by flag, variable, working directory and executable`() {
    func candidates(flag: String? = nil, variable: String? = nil) -> [String] {
      DemoExamples.candidates(
        flag: flag, environment: variable.map { ["VIGIA_EXAMPLES": $0] } ?? [:],
        workingDirectory: "/srv", executable: "/opt/vigia/bin/vigia")
    }
    #expect(candidates(flag: "x", variable: "/y") == ["/srv/x", "/srv/x/electricity"])
    #expect(candidates(variable: "/y") == ["/y", "/y/electricity"])
    #expect(
      candidates() == [
        "/srv/Examples/electricity", "/opt/vigia/bin/Examples/electricity",
        "/opt/vigia/Examples/electricity", "/opt/Examples/electricity", "/Examples/electricity",
      ])
  }

  @Test func `nothing found says where it looked`() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: DemoError.self) {
      try DemoExamples.locate(
        flag: folder.path, environment: [:], workingDirectory: "/", executable: nil)
    }
    #expect(error?.description.contains(folder.path) == true)
  }

  @Test func `a manifest's fault names the place in it`() throws {
    let folder = try TemporaryFolder()
    try folder.write(#"{"models":[{"name":"m","champion":1}]}"#, to: "demo.json")
    let error = #expect(throws: DemoError.self) { try DemoExamples(folder: folder.path) }
    #expect(
      error?.description.hasPrefix("\(folder.path)/demo.json: models[0].champion: wrong type")
        == true)
  }

  @Test func `the demo's configuration serves the examples as the manifest has them`() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      {"models":[{"name":"m","champion":"1","challenger":{"version":"2","weight":0.1},
      "stream":"s.csv","features":["a"],"label":"y","input":"X","task":"regression","share":1,
      "slo":{"availability":0.99,"latency_ms":5,"latency_objective":0.9}}]}
      """, to: "demo.json")
    let examples = try DemoExamples(folder: folder.path)
    let configuration = examples.configuration(port: 18_190, dataDirectory: "/tmp/d")
    #expect(configuration.listen.description == "127.0.0.1:18190")
    #expect(configuration.modelRepository == folder.path + "/models")
    #expect(configuration.socket == "/tmp/d/vigia.sock")
    let model = try #require(configuration.models.first)
    #expect(model.challenger == Deployment.Challenger(version: "2", weight: 0.1))
    #expect(
      model.objective
        == ServiceObjective(availability: 0.99, latency: 5_000, latencyObjective: 0.9))
  }
}
