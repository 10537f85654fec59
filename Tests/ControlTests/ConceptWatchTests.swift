import Domain
import Testing

@testable import Control

struct ConceptWatchTests {
  @Test
  func `before the first label a week is looked at, so that one that comes after days is found`() {
    let now: Int64 = 1_767_268_800
    let watch = ConceptWatch(ModelVersion(model: "m", version: "1"))
    #expect(watch.wanted(now: now) == now - 7 * 86_400)
  }
}
