import Domain
import Foundation
import Testing

struct WireTests {
  @Test func `labels are read one a request or one a row`() throws {
    let text = #"""
      {"labels":[{"id":"a","label":1},{"id":"b","label":[0.5,"up",true],"score":4.5}]}
      """#
    let batch = try JSONDecoder().decode(LabelBatch.self, from: Data(text.utf8))
    #expect(batch.labels[0].values == [.integer(1)])
    #expect(batch.labels[1].values == [.number(0.5), .text("up"), .integer(1)])
    #expect(batch.labels[1].score == 4.5)
  }

  @Test(arguments: [
    (PredictedValue.integer(1), PredictedValue.integer(1), LabelResult.correct),
    (.integer(1), .integer(0), .wrong), (.integer(1), .number(1), .correct),
    (.text("1"), .integer(1), .correct), (.text("up"), .text("down"), .wrong),
    (.number(0.5), .number(0.25), .distance(0.25)), (.number(2), .integer(1), .distance(1)),
  ])
  func `a prediction is judged by its label`(
    _ prediction: PredictedValue, _ truth: PredictedValue, _ expected: LabelResult
  ) {
    #expect(prediction.error(against: truth) == expected)
  }

  @Test(arguments: [
    Command.Action.rollBack(model: "m", breakGlass: true),
    .promote(model: "m", version: "3", verification: .required),
    .setWeight(model: "m", version: "2", weight: 0.1), .setShadow(model: "m", version: nil),
    .freeze(model: "m", until: Timestamp(seconds: 5)), .unfreeze(model: "m"),
    .release(model: "m", version: "3"), .load(model: "m", version: nil),
    .unload(model: "m", version: "3", pinned: true), .pin(model: "m", version: "3"),
    .unpin(model: "m"), .undo(model: "m", row: 7),
    .limit(model: "m", scope: .eachClient, rate: 2.5, burst: nil),
    .limit(model: "m", scope: .client("a:b"), rate: nil, burst: nil),
    .shed(model: "m", scope: .all, share: 0.2),
    .eject(model: "m", version: "3", upstream: "http://u", seconds: 60), .stop,
  ])
  func `a command survives the wire`(_ action: Command.Action) throws {
    let command = Command(
      id: CommandID(random: (1, 2)), action: action, reason: "r", origin: .cli,
      expected: .init(revision: 4, championSHA256: "0123abcd"))
    let data = try JSONEncoder().encode(command)
    #expect(try JSONDecoder().decode(Command.self, from: data) == command)
  }

  @Test func `an alert's owner survives the wire, and one that has none says nothing of it`() throws
  {
    var alert = Alert(
      labels: ["alertname": "Slow"], state: .firing, value: 1, activeAt: Timestamp(seconds: 1))
    let old = try JSONEncoder().encode(alert)
    #expect(!String(decoding: old, as: UTF8.self).contains("owner"))
    #expect(try JSONDecoder().decode(Alert.self, from: old) == alert)
    alert.owner = "payments"
    let data = try JSONEncoder().encode(alert)
    #expect(try JSONDecoder().decode(Alert.self, from: data).owner == "payments")
  }

  @Test func `a deployment that was written before pins and limits is read`() throws {
    var deployment = Deployment(
      model: "m", revision: 1, champion: "1", championSince: Timestamp(seconds: 0))
    let old = try JSONEncoder().encode(deployment)
    #expect(!String(decoding: old, as: UTF8.self).contains("limits"))
    #expect(try JSONDecoder().decode(Deployment.self, from: old) == deployment)
    deployment.limits = [
      TrafficLimit(
        scope: .client("b"), measure: .shed(share: 0.5), since: Timestamp(seconds: 1), by: "ana",
        reason: "r")
    ]
    deployment.pin = .init(version: "2", since: Timestamp(seconds: 1), by: "ana", reason: "r")
    let new = try JSONEncoder().encode(deployment)
    #expect(try JSONDecoder().decode(Deployment.self, from: new) == deployment)
  }

  @Test(arguments: [
    "", "short", "has space in it", "new\nline-new", String(repeating: "a", count: 65),
  ])
  func `a command id with anything unusual in it is refused`(_ text: String) {
    #expect(CommandID(text) == nil)
  }

  @Test(arguments: [
    (
      CommandOutcome.done(sequence: 7, revision: 3, summary: "s"),
      #"{"outcome":"done","revision":3,"sequence":7,"summary":"s"}"#
    ),
    (
      .refused(Refusal(.frozen, "m")), #"{"code":"frozen","message":"m","outcome":"refused"}"#
    ), (.unknown(reason: "r"), #"{"outcome":"unknown","reason":"r"}"#),
  ])
  func `an outcome has its own name on the wire`(
    _ outcome: CommandOutcome, _ json: String
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let data = try encoder.encode(outcome)
    #expect(String(decoding: data, as: UTF8.self) == json)
    #expect(try JSONDecoder().decode(CommandOutcome.self, from: data) == outcome)
  }

  @Test func `deltas applied one after the other give the snapshot`() throws {
    var snapshot = SystemSnapshot.sample(models: ["a", "b"])
    var seen = try #require(SnapshotDelta(from: nil, to: snapshot).applied(to: nil))
    #expect(seen == snapshot)
    var next = snapshot
    next.sequence += 1
    next.models[1].versions[0].recent.requestRate = 5
    next.auditHead = 7
    next.incidents = [
      IncidentSummary(
        incident: Incident(
          id: IncidentID(1), model: "b", title: "t", severity: .critical, openedAt: next.time,
          openedBy: "vigia"))
    ]
    next.precedents = [
      IncidentPrecedent(alert: "A", count: 1, last: IncidentID(1), lastOpenedAt: next.time)
    ]
    let delta = SnapshotDelta(from: snapshot, to: next)
    #expect(delta.models.isEmpty)
    #expect(delta.figures.keys.sorted() == ["b"])
    #expect(delta.server == nil)
    seen = try #require(delta.applied(to: seen))
    #expect(seen == next)
    snapshot = next
    next.models.remove(at: 0)
    seen = try #require(SnapshotDelta(from: snapshot, to: next).applied(to: seen))
    #expect(seen == next)
  }

  @Test func `what moves each second is told without the rest of its model`() throws {
    let snapshot = SystemSnapshot.sample(models: ["a", "b"])
    var next = snapshot
    next.models[0].versions[0].execution = "inline, 1.2 rows a run"
    next.models[0].versions[0].queueDepth += 3
    next.models[0].hurtClients = [ClientFigures(client: "c", requests: 9)]
    next.models[1].judgement = ModelJudgement(drift: [], concept: [], objectives: [])
    let delta = SnapshotDelta(from: snapshot, to: next)
    #expect(delta.models.isEmpty && delta.figures.isEmpty)
    #expect(delta.moving?.keys.sorted() == ["a", "b"])
    #expect(delta.moving?["a"]?.versions?.count == 1 && delta.moving?["a"]?.judgement == nil)
    let sent = try JSONEncoder().encode(delta)
    let read = try JSONDecoder().decode(SnapshotDelta.self, from: sent)
    #expect(read.applied(to: snapshot) == next)
    // What is gone is told by the model whole.
    let back = SnapshotDelta(from: next, to: snapshot)
    #expect(back.models.map(\.name) == ["a", "b"] && back.moving == nil)
    #expect(back.applied(to: next) == snapshot)
    // Of a version that is not there nothing can be told.
    var other = snapshot
    other.models[0].versions.removeAll()
    #expect(delta.applied(to: other) == nil)
  }

  @Test func `a delta of a part cannot stand alone`() {
    let snapshot = SystemSnapshot.sample(models: ["a"])
    #expect(SnapshotDelta(from: snapshot, to: snapshot).applied(to: nil) == nil)
  }

  @Test func `eight models with three versions make a snapshot of at most 8 kB a second`() throws {
    let snapshot = SystemSnapshot.sample(models: (0..<8).map { "model-\($0)" }, versions: 3)
    var next = snapshot
    for index in next.models.indices {
      for version in 0..<3 {
        next.models[index].versions[version].recent = RecentFigures(
          requestRate: 1234.5, requests: 70_000, errors: 1_234, p50: 12_345.6, p99: 123_456.7,
          slowShare: 0.1234, labels: 123_456, accuracy: 0.7891,
          lastRequest: Timestamp(seconds: 1_700_000_000))
      }
    }
    next.saturation = .sample
    let delta = SnapshotDelta(from: snapshot, to: next)
    #expect(delta.applied(to: snapshot) == next)
    #expect(try JSONEncoder().encode(delta).count <= 8_192)
  }

  @Test func `numbers order versions by value`() {
    let versions = ["10", "2", "alpha", "1"].map { ModelVersion(model: "m", version: $0) }
    #expect(versions.sorted().map(\.version) == ["1", "2", "10", "alpha"])
  }
}

extension Saturation {
  /// Of a machine with 16 cores.
  fileprivate static let sample = Saturation(
    machine: Machine(
      cores: Array(repeating: 0.123_456_789, count: 16), coreLimit: 16, processCores: 1.234_567,
      processSeconds: 123_456.789, residentBytes: 123_456_789, memoryBytes: 1 << 36,
      availableBytes: 1 << 35, openFiles: 1_234, openFileLimit: 65_536,
      disk: Disk(bytes: 1 << 40, freeBytes: 1 << 39),
      gpus: [GPU(name: "0 NVIDIA L4", busy: 0.5, memoryBytes: 24 << 30, usedBytes: 1 << 30)]),
    loopLag: [123.456, 2_345.678], lanes: Lanes(threads: 8, busy: 3, waiting: 12))
}

extension SystemSnapshot {
  fileprivate static func sample(models: [String], versions: Int = 1) -> SystemSnapshot {
    let now = Timestamp(seconds: 1_700_000_000)
    return SystemSnapshot(
      server: ServerInfo(
        version: "0", environment: "", host: "h", listen: "l", pid: 1, startedAt: now,
        isReadOnly: false, isDemo: false), sequence: 1, time: now, engine: .ready(version: "1"),
      store: StoreStatus(),
      models: models.map { name in
        ModelSnapshot(
          name: name,
          deployment: Deployment(model: name, revision: 1, champion: "1", championSince: now),
          versions: (1...versions).map {
            VersionSnapshot(
              version: "\($0)", variant: .champion, state: .ready,
              sha256: String(repeating: "a", count: 64), share: 1)
          })
      })
  }
}
