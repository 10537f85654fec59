import Control
import Domain
import Foundation
import Storage
import Synchronization
import Testing

struct StoreConsoleSourceTests {
  private static let noon = Timestamp(seconds: 1_767_268_800)
  private static let seconds = 90
  private static let end = noon.adding(seconds: Double(seconds))

  /// A host that served for a minute and a half: the champion nine requests a second, the challenger one, of which the
  /// last minute's every tenth failed; then it was gone.
  private static func host(ledger: Bool = true) throws -> TemporaryFolder {
    let folder = TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    let metrics = try MetricStore(directory: folder.path, now: noon)
    defer { metrics.close() }
    let passed = Mutex(0.0)
    let recorder = Recorder(
      store: metrics, clock: { noon.adding(seconds: passed.withLock { $0 }) },
      uptime: { .seconds(passed.withLock { $0 }) })
    for second in 0..<seconds {
      for index in 0..<10 {
        recorder.record(request(second, index))
      }
      passed.withLock { $0 = Double(second + 1) }
      recorder.flush()
    }
    try metrics.write([verdict])
    guard ledger else { return folder }
    let state = try StateStore(directory: folder.path)
    defer { state.close() }
    try state.append(
      AuditEntry(
        time: noon, principal: Principal(name: "ana", role: .operate, proof: "socket uid 1000"),
        origin: .console, action: "promote", model: "fraud", toVersion: "31", reason: "better",
        outcome: .done, summary: "fraud 31 was promoted (was 30)"),
      deployment: Deployment(
        model: "fraud", revision: 12, champion: "31", championSince: noon,
        challenger: Deployment.Challenger(version: "32", weight: 0.1),
        formerChampions: [
          Deployment.ChampionTerm(
            version: "30", since: noon.adding(seconds: -9_000), until: noon, ending: .replaced)
        ]))
    return folder
  }

  private static func request(_ second: Int, _ index: Int) -> PredictionRecord {
    let time = noon.adding(seconds: Double(second) + 0.05 * Double(index))
    let isChallenger = index == 9
    return PredictionRecord(
      id: RequestID(time: time, random: (UInt64(second), UInt64(index))),
      version: ModelVersion(model: "fraud", version: isChallenger ? "32" : "31"),
      variant: isChallenger ? .challenger : .champion, client: "checkout",
      outcome: index == 0 && second >= 30 ? .failed : .ok, revision: 12, arrivedAt: time,
      computeTime: 2_000_000, totalTime: 3_000_000, rows: 1)
  }

  private static let verdict = JudgementRecord(
    time: end.adding(seconds: -20), version: ModelVersion(model: "fraud", version: "31"),
    content: .drift(
      DriftWindow(
        from: noon.seconds, to: noon.seconds + 60, rows: 540,
        features: [
          FeatureVerdict(
            name: "amount", verdict: .major, reference: 4_000, current: 540, psi: 0.6,
            words: "amount moved up")
        ], isOpen: true)))

  private static func names(_ folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test func `a dead host's store shows its last minute, and nothing is written beside it`()
    async throws
  {
    let folder = try Self.host()
    let before = try Self.names(folder)
    let source = try StoreConsoleSource(path: folder.path)
    let snapshot = source.snapshot
    #expect(snapshot.time == Self.end)
    #expect(snapshot.notices == [])
    #expect(snapshot.auditHead == 1)
    let fraud = try #require(snapshot.model("fraud"))
    #expect(fraud.deployment.champion == "31")
    #expect(fraud.lastChange?.summary == "fraud 31 was promoted (was 30)")
    #expect(fraud.versions.map(\.version) == ["30", "31", "32"])
    #expect(fraud.versions.map(\.isRollbackTarget) == [true, false, false])
    let champion = try #require(fraud.version("31")?.recent)
    #expect(champion.requestRate == 9)
    #expect(champion.requests == 540)
    #expect(champion.errors == 60)
    #expect(abs((champion.p99 ?? 0) / 3_000 - 1) < 0.03)
    #expect(champion.lastRequest == Self.end.adding(seconds: -1))
    #expect(fraud.version("32")?.recent.requestRate == 1)
    #expect(fraud.version("30")?.recent.requests == 0)
    #expect(fraud.judgement?.drift.first?.state == .major)
    let window = Window(from: Self.noon.seconds, to: Self.end.seconds, step: 30)
    let rates = try await source.series(
      SeriesQuery(measure: .requestRate, model: "fraud", version: "31", window: window))
    #expect(rates.lines.first?.values == [9, 9, 9])
    #expect(try await source.audit(AuditQuery()).map(\.reason) == ["better"])
    source.close()
    #expect(try Self.names(folder) == before)
    #expect(!before.contains("metrics.db-wal"))
  }

  @Test func `nothing can be done, and the reason is said`() async throws {
    let folder = try Self.host()
    let source = try StoreConsoleSource(path: "\(folder.path)/metrics.db")
    defer { source.close() }
    let outcome = await source.send(
      Command(
        id: CommandID(random: (1, 2)), action: .rollBack(model: "fraud", breakGlass: true),
        reason: "", origin: .console))
    guard case .refused(let refusal) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(refusal.code == .readOnly)
    await #expect(throws: SourceError.self) {
      try await source.preflight(ModelVersion(model: "fraud", version: "30"))
    }
    var count = 0
    for try await delta in source.snapshots(.live) {
      #expect(delta.applied(to: nil) == source.snapshot)
      count += 1
      break
    }
    #expect(count == 1)
  }

  @Test func `a moment before the end is as it was then, and none after it is made up`()
    async throws
  {
    let folder = try Self.host()
    let source = try StoreConsoleSource(path: folder.path)
    defer { source.close() }
    // The second in which the failures begin is not over yet.
    let early = try await source.past(PastQuery(at: Self.noon.adding(seconds: 30)))
    #expect(early.time == Self.noon.adding(seconds: 30))
    let before = try #require(early.model("fraud")?.version("31")?.recent)
    #expect(before.requests == 270)
    #expect(before.errors == 0)
    #expect(before.requestRate == 9)
    let judged = try #require(early.model("fraud")?.judgement)
    #expect(judged.drift.map(\.state) == [.noReference, .noReference])
    #expect(judged.objectives.isEmpty)
    #expect(judged.business?.predictions == 300 && judged.business?.currency == nil)
    let later = try await source.past(PastQuery(at: Self.noon.adding(seconds: 70)))
    let after = try #require(later.model("fraud")?.version("31")?.recent)
    #expect(after.requests == 540)
    #expect(after.errors == 40)
    #expect(later.model("fraud")?.judgement?.drift.first?.state == .major)
    let morning = try await source.past(PastQuery(at: Self.noon.adding(seconds: -1)))
    #expect(morning.model("fraud")?.deployment.champion == "30")
    #expect(morning.model("fraud")?.version("31")?.recent.requests == 0)
    await #expect(
      throws: SourceError.notFound(reason: "nothing was recorded of that time any more")
    ) {
      try await source.past(PastQuery(at: Self.end.adding(seconds: 1)))
    }
  }

  @Test func `what failed is counted, and nothing can be run again on a dead host`() async throws {
    let folder = try Self.host()
    let source = try StoreConsoleSource(path: folder.path)
    defer { source.close() }
    let report = try await source.failures(
      FailureQuery(model: "fraud", from: Self.noon.seconds, to: Self.end.seconds))
    #expect(report.requests == 900)
    #expect(report.reasons == [.init(.failed, requests: 60)])
    #expect(
      report.clients == [.init("checkout", requests: 900, failed: 60, commonest: .failed)])
    let failed = try await source.requests(
      RequestQuery(model: "fraud", outcome: .failed, client: "checkout", limit: 100))
    #expect(failed.count == 60)
    let first = try #require(failed.first)
    let kept = try await source.request(first.id)
    #expect(kept.map(\.summary) == [first])
    await #expect(throws: SourceError.self) {
      try await source.runAgain(first.id, RerunQuery(variant: .champion, version: "30"))
    }
  }

  @Test func `incidents are read from the ledger's file`() async throws {
    let folder = try Self.host()
    let state = try StateStore(directory: folder.path)
    var incident = Incident(
      id: IncidentID(4), model: "fraud", title: "Burn", severity: .critical, openedAt: Self.noon,
      openedBy: "vigia")
    incident.closedAt = Self.noon.adding(seconds: 60)
    try state.store(
      IncidentChange(
        incidents: [incident],
        entries: [
          .init(
            incident: incident.id,
            entry: IncidentEntry(
              time: Self.noon, actor: "vigia", text: "opened", kind: .opened))
        ]), now: Self.end)
    state.close()
    let source = try StoreConsoleSource(path: folder.path)
    defer { source.close() }
    #expect(try await source.incidents(IncidentQuery(model: "fraud")) == [incident])
    #expect(try await source.incidents(IncidentQuery(isOpen: true)).isEmpty)
    #expect(try await source.incident(incident.id)?.entries.map(\.text) == ["opened"])
    #expect(try await source.incident(IncidentID(5)) == nil)
    let during = try await source.past(PastQuery(at: Self.noon.adding(seconds: 30)))
    #expect(during.incidents.map(\.id) == [incident.id])
  }

  @Test func `without a ledger the telemetry says who served, and that is told`() async throws {
    let folder = try Self.host(ledger: false)
    let source = try StoreConsoleSource(path: folder.path)
    defer { source.close() }
    let fraud = try #require(source.snapshot.model("fraud"))
    #expect(fraud.deployment.champion == "31")
    #expect(fraud.deployment.challenger == Deployment.Challenger(version: "32", weight: 0.1))
    #expect(source.snapshot.notices.count == 1)
    #expect(source.snapshot.notices.first?.text.contains("there is no state.db") == true)
    await #expect(throws: SourceError.self) { try await source.audit(AuditQuery()) }
  }

  @Test func `the log that a crash left is read along`() throws {
    let folder = try Self.host()
    let metrics = try MetricStore(directory: folder.path, now: Self.end)
    let passed = Mutex(0.0)
    let recorder = Recorder(
      store: metrics, clock: { Self.end.adding(seconds: passed.withLock { $0 }) },
      uptime: { .seconds(passed.withLock { $0 }) })
    recorder.record(Self.request(Self.seconds, 1))
    passed.withLock { $0 = 1 }
    recorder.flush()
    // What is on the disk while the server still has it open: as after a kill.
    let copy = TemporaryFolder()
    try FileManager.default.createDirectory(atPath: copy.path, withIntermediateDirectories: true)
    for name in ["metrics.db", "metrics.db-wal"] {
      try FileManager.default.copyItem(
        atPath: "\(folder.path)/\(name)", toPath: "\(copy.path)/\(name)")
    }
    metrics.close()
    let log = try Data(contentsOf: URL(filePath: "\(copy.path)/metrics.db-wal"))
    #expect(!log.isEmpty)
    let source = try StoreConsoleSource(path: copy.path)
    #expect(source.snapshot.time > Self.end)
    source.close()
    #expect(try Data(contentsOf: URL(filePath: "\(copy.path)/metrics.db-wal")) == log)
  }

  @Test func `what is no store is refused with a sentence`() throws {
    let folder = TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    func refusal() -> String {
      do throws(StorageError) {
        try StoreConsoleSource(path: folder.path).close()
        return ""
      } catch { return error.description }
    }
    #expect(refusal().contains("there is no such file"))
    try Data("not a database, whatever it is called".utf8)
      .write(to: URL(filePath: "\(folder.path)/metrics.db"))
    #expect(refusal().contains("expected a sound database"))
    try FileManager.default.removeItem(atPath: "\(folder.path)/metrics.db")
    try MetricStore(directory: folder.path, now: Self.noon).close()
    #expect(refusal().contains("no second was ever recorded"))
  }

  @Test func `a dead host's store is read with the pages of a folder, or says how to name one`()
    async throws
  {
    let folder = try Self.host()
    let pages = "\(folder.path)/pages"
    try FileManager.default.createDirectory(atPath: pages, withIntermediateDirectories: true)
    try Data("---\nalert: Slow\n---\n# Slow\n".utf8).write(
      to: URL(filePath: "\(pages)/Slow.md"))
    let source = try StoreConsoleSource(path: folder.path, runbooks: pages)
    defer { source.close() }
    #expect(try await source.runbooks(RunbookQuery(alert: "Slow")).page?.title == "Slow")

    let bare = try StoreConsoleSource(path: folder.path)
    defer { bare.close() }
    let error = await #expect(throws: SourceError.self) {
      _ = try await bare.runbooks(RunbookQuery(alert: "Slow"))
    }
    guard case .notFound(let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("--config FILE"))
  }

}
