import Domain
import Testing

struct StreamPaceTests {
  private static let start = Timestamp(seconds: 1_795_356_151)

  private static func snapshot(
    after seconds: Double, _ change: (inout SystemSnapshot) -> Void = { _ in }
  ) -> SystemSnapshot {
    let model = ModelSnapshot(
      name: "m",
      deployment: Deployment(model: "m", revision: 1, champion: "1", championSince: start),
      versions: [VersionSnapshot(version: "1", variant: .champion, state: .ready, share: 1)],
      judgement: ModelJudgement(
        drift: [DriftSummary(version: "1", state: .ok, words: "", needed: 500)]))
    var snapshot = SystemSnapshot(
      server: ServerInfo(
        version: "0.1.0", environment: "", host: "h", listen: "l", pid: 1, startedAt: start,
        isReadOnly: false, isDemo: false),
      sequence: Int64(seconds), time: start.adding(seconds: seconds),
      engine: .ready(version: "1"), store: StoreStatus(), models: [model])
    change(&snapshot)
    return snapshot
  }

  @Test func `a live reader is given every snapshot`() {
    var filter = PaceFilter(.live)
    let given = (0..<20).filter { filter.admits(Self.snapshot(after: Double($0))) }
    #expect(given.count == 20)
  }

  @Test func `a calm reader is given the first, and then one in thirty seconds`() {
    var filter = PaceFilter(.calm)
    let given = (0..<70).filter { filter.admits(Self.snapshot(after: Double($0))) }
    #expect(given == [0, 30, 60])
  }

  private static func alert(_ state: Alert.State) -> Alert {
    Alert(
      labels: ["alertname": "Slow", "severity": "critical"], state: state, value: nil,
      activeAt: start)
  }

  @Test func `figures that move all the time are no news`() {
    let before = Self.snapshot(after: 0)
    let changes: [(inout SystemSnapshot) -> Void] = [
      { $0.models[0].versions[0].recent.requestRate = 99 },
      { $0.models[0].versions[0].queueDepth = 4 },
      { $0.models[0].versions[0].shadowDropped = 4 },
      { $0.models[0].judgement?.drift[0].collected = 77 },
      { $0.store.metricsBytes = 7 }, { $0.saturation = Saturation(loopLag: [3]) },
      { $0.sequence = 900 }, { $0.auditHead = 9 }, { $0.alerts = [Self.alert(.pending)] },
    ]
    for (index, change) in changes.enumerated() {
      #expect(!Self.snapshot(after: 1, change).isNews(since: before), "\(index)")
    }
  }

  @Test func `whatever a person must hear of is news`() {
    let before = Self.snapshot(after: 0)
    let changes: [(inout SystemSnapshot) -> Void] = [
      { $0.notices = [Notice(.critical, "n")] }, { $0.alerts = [Self.alert(.firing)] },
      { $0.engine = .unavailable(reason: "r") }, { $0.store.paused = "disk full" },
      { $0.server.isStopping = true }, { $0.models[0].deployment.revision = 2 },
      { $0.models[0].versions[0].state = .failed(reason: "r") },
      { $0.models[0].notices = [Notice(.warning, "n")] },
      { $0.models[0].judgement?.drift[0].state = .major },
      {
        $0.models[0].judgement?.concept = [ConceptSummary(version: "1", state: .drift, words: "")]
      },
      { $0.models = [] },
    ]
    for (index, change) in changes.enumerated() {
      #expect(Self.snapshot(after: 1, change).isNews(since: before), "\(index)")
    }
  }

  @Test func `a recovery is news when it begins and when it ends`() {
    func recovery(_ status: Recovery.Status, requests: Int64) -> (inout SystemSnapshot) -> Void {
      let none = Recovery.Proportion(count: 0, total: requests, low: 0, high: 1)
      return {
        $0.recoveries = [
          Recovery(
            commandID: CommandID(random: (1, 2)), model: "m", from: "2", to: "1",
            switchedAt: Self.start, status: status, requests: requests, errors: none, slow: nil,
            errorsBefore: none, slowBefore: nil)
        ]
      }
    }
    let begun = Self.snapshot(after: 1, recovery(.watching, requests: 1))
    let counted = Self.snapshot(after: 2, recovery(.watching, requests: 400))
    let ended = Self.snapshot(after: 3, recovery(.recovered(seconds: 2), requests: 500))
    #expect(begun.isNews(since: Self.snapshot(after: 0)))
    #expect(!counted.isNews(since: begun))
    #expect(ended.isNews(since: counted))
  }
}
