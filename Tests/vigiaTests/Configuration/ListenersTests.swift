import HTTPAPI
import Testing

@testable import vigia

struct ListenersTests {
  @Test func `the port has as many event loops as were asked for, else one a core`() throws {
    func loops(_ text: String) throws -> Int {
      let result = ConfigurationLoader(environment: [:], workingDirectory: "/srv", flags: [:])
        .load(text: text, path: "vigia.yaml")
      return VigiaServer.listeners(of: try #require(result.configuration)).threads
    }
    #expect(try loops("event_loops: 1") == 1 && loops("event_loops: 7") == 7)
    #expect(try loops("environment: a") >= 2)
  }
}
