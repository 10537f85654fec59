import Domain
import Testing

@testable import Console

/// Which versions the latency panel compares.
struct MeasuredVersionsTests {
  @Test func `what was just rolled back stands beside what it was rolled back to`() throws {
    var model = try #require(Sample.snapshot().model("fraud"))
    #expect(model.measuredVersions == ["31", "30"])
    model.deployment.champion = "30"
    model.deployment.formerChampions = [
      .init(version: "30", since: Sample.at(-900), until: Sample.at(-200), ending: .replaced),
      .init(version: "31", since: Sample.at(-200), until: Sample.at(-5), ending: .rolledBack),
    ]
    for index in model.versions.indices {
      let isChampion = model.versions[index].version == "30"
      model.versions[index].variant = isChampion ? .champion : nil
      model.versions[index].isRollbackTarget = false
      model.versions[index].recent.requests = 0
    }
    #expect(model.measuredVersions == ["30", "31"])
  }
}
