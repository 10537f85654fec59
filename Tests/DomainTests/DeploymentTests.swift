import Domain
import Testing

struct DeploymentTests {
  private func deployment(
    champion: String, former: [(String, Deployment.ChampionTerm.Ending)],
    quarantine: Set<String> = []
  ) -> Deployment {
    let start = Timestamp(seconds: 0)
    return Deployment(
      model: "m", revision: 1, champion: champion, championSince: start,
      formerChampions: former.map { .init(version: $0, since: start, until: start, ending: $1) },
      quarantine: Dictionary(
        uniqueKeysWithValues: quarantine.map { ($0, .init(since: start, by: "x", reason: "y")) }))
  }

  @Test func `a rollback goes to the champion before`() {
    #expect(
      deployment(champion: "3", former: [("1", .replaced), ("2", .replaced)]).rollbackTarget == "2")
  }

  @Test func `a rollback never goes to a version that was itself rolled back`() {
    let deployment = deployment(champion: "1", former: [("1", .replaced), ("3", .rolledBack)])
    #expect(deployment.rollbackTarget == nil)
  }

  @Test func `a rollback passes over a version in quarantine`() {
    let former: [(String, Deployment.ChampionTerm.Ending)] = [("1", .replaced), ("2", .replaced)]
    #expect(
      deployment(champion: "3", former: former, quarantine: ["2"]).rollbackTarget == "1")
  }

  @Test func `the first champion has nowhere to go back to`() {
    #expect(deployment(champion: "1", former: []).rollbackTarget == nil)
  }

  @Test func `a predecessor is another champion that was replaced, in quarantine or not`() {
    #expect(!deployment(champion: "1", former: []).hasPredecessor)
    #expect(
      !deployment(champion: "1", former: [("1", .replaced), ("3", .rolledBack)]).hasPredecessor)
    #expect(
      deployment(champion: "2", former: [("1", .replaced)], quarantine: ["1"]).hasPredecessor)
  }

  @Test func `whatever serves and the rollback target stay in memory`() {
    var deployment = deployment(champion: "3", former: [("1", .replaced)])
    deployment.challenger = .init(version: "4", weight: 0.1)
    deployment.shadow = "5"
    #expect(deployment.pinnedVersions == ["1", "3", "4", "5"])
  }

  @Test func `shares add up to one and a shadow has none`() {
    var deployment = deployment(champion: "3", former: [])
    deployment.challenger = .init(version: "4", weight: 0.25)
    deployment.shadow = "5"
    #expect(["3", "4", "5"].map(deployment.share) == [0.75, 0.25, 0])
  }

  @Test func `a freeze ends at its time`() {
    var deployment = deployment(champion: "3", former: [])
    deployment.freeze = .init(until: Timestamp(seconds: 10), by: "x", reason: "y")
    #expect(deployment.activeFreeze(at: Timestamp(seconds: 9)) != nil)
    #expect(deployment.activeFreeze(at: Timestamp(seconds: 10)) == nil)
  }

  @Test func `a key that is the challenger's stays so while its weight grows`() {
    var deployment = deployment(champion: "1", former: [])
    for position in stride(from: 0.0, to: 1, by: 0.01) {
      var before = Variant.champion
      for weight in [0.0, 0.05, 0.1, 0.5, 1] {
        deployment.challenger = .init(version: "2", weight: weight)
        let variant = TrafficSplit(deployment).route(at: position).variant
        #expect(!(before == .challenger && variant == .champion))
        before = variant
      }
      #expect(before == .challenger)
    }
  }
}
