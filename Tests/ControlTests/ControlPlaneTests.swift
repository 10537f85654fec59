import Control
import Dispatch
import Domain
import Foundation
import Inference
import Storage
import Testing

/// Commands on a real ledger and a real data plane.
struct ControlPlaneTests {
  @Test func `a promotion moves the traffic and stands in the ledger with its preflight`()
    async throws
  {
    let rig = try await ControlRig()
    let outcome = await rig.send(
      .promote(model: "m", version: "3", verification: .required), reason: "release")
    guard case .done(let sequence, let revision, let summary) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(summary == "m 3 promoted (was 1)")
    #expect(revision == 2)
    #expect(Set(await answers(rig)) == ["2", "3"])
    let entry = try #require(try await rig.entries().first)
    #expect(entry.sequence == sequence)
    #expect((entry.fromVersion, entry.toVersion) == ("1", "3"))
    #expect(entry.principal.name == "ana")
    #expect(entry.reason == "release")
    #expect(entry.evidence.contains("\"preflight\""))
    await rig.end()
  }

  @Test func `R twice brings the good version back once and the bad one never`() async throws {
    let rig = try await ControlRig()
    _ = await rig.send(.promote(model: "m", version: "3", verification: .required))
    guard case .done = await rig.send(.rollBack(model: "m", breakGlass: false)) else {
      Issue.record("the first rollback was not performed")
      return
    }
    #expect(Set(await answers(rig)) == ["1", "2"])
    #expect(
      refusal(await rig.send(.rollBack(model: "m", breakGlass: false))) == .noRollbackTarget)
    #expect(Set(await answers(rig)) == ["1", "2"])
    let again = await rig.send(.promote(model: "m", version: "3", verification: .required))
    #expect(refusal(again) == .quarantined)
    _ = await rig.send(.release(model: "m", version: "3"), reason: "fixed upstream")
    let released = await rig.send(.promote(model: "m", version: "3", verification: .required))
    #expect(refusal(released) == nil)
    await rig.end()
  }

  @Test func `a restart serves what the ledger says and not what the file says`() async throws {
    let rig = try await ControlRig()
    _ = await rig.send(.promote(model: "m", version: "3", verification: .required))
    _ = await rig.send(.rollBack(model: "m", breakGlass: false), reason: "errors")
    _ = await rig.send(.promote(model: "m", version: "2", verification: .required))
    await rig.end()
    let again = try await ControlRig(folder: rig.folder)
    #expect(Set(await answers(again)) == ["2"])
    #expect(
      refusal(await again.send(.promote(model: "m", version: "3", verification: .required)))
        == .quarantined)
    let snapshot = try #require(again.control.hub.latest)
    #expect(snapshot.models[0].notices.contains { $0.text.contains("the configuration says") })
    #expect(try again.store.verify().isSound)
    await again.end()
  }

  @Test func `the same id sent twice is done once, also over a restart`() async throws {
    let rig = try await ControlRig()
    let id = CommandID(random: (1, 2))
    let first = await rig.send(.promote(model: "m", version: "3", verification: .required), id: id)
    let second = await rig.send(.promote(model: "m", version: "3", verification: .required), id: id)
    #expect(first == second)
    await rig.end()
    let again = try await ControlRig(folder: rig.folder)
    #expect(
      await again.send(.promote(model: "m", version: "3", verification: .required), id: id) == first
    )
    #expect(try await again.entries().filter { $0.action == "promote" }.count == 1)
    await again.end()
  }

  @Test func `of two rollbacks that saw the same state one is performed`() async throws {
    let rig = try await ControlRig()
    _ = await rig.send(.promote(model: "m", version: "2", verification: .required))
    _ = await rig.send(.promote(model: "m", version: "3", verification: .required))
    async let first = rig.send(
      .rollBack(model: "m", breakGlass: false), expecting: .init(revision: 3))
    async let second = rig.send(
      .rollBack(model: "m", breakGlass: false), expecting: .init(revision: 3))
    let refusals = await [first, second].map(refusal)
    #expect(refusals.filter { $0 == nil }.count == 1)
    #expect(refusals.contains(.stateMoved))
    #expect(rig.control.hub.latest?.models[0].deployment.champion == "2")
    await rig.end()
  }

  @Test func `refusals stand in the ledger too`() async throws {
    let rig = try await ControlRig()
    _ = await rig.send(.promote(model: "m", version: "9", verification: .required))
    let entry = try #require(try await rig.entries().first)
    #expect(entry.outcome == .refused)
    #expect(entry.summary == "m has no version 9 in the repository; it has 1, 2, 3")
    await rig.end()
  }

  @Test func `read-only is kept in the core`() async throws {
    let rig = try await ControlRig(isReadOnly: true)
    for action in [
      Command.Action.promote(model: "m", version: "3", verification: .waived),
      .rollBack(model: "m", breakGlass: true), .setWeight(model: "m", version: "2", weight: 0),
      .freeze(model: "m", until: Timestamp(seconds: 4_000_000_000)), .stop,
    ] {
      #expect(refusal(await rig.send(action, as: ControlRig.admin)) == .readOnly)
    }
    #expect(rig.control.hub.latest?.models[0].deployment.revision == 1)
    await rig.end()
  }

  @Test func `who may only read changes nothing, and who operates does not stop the server`()
    async throws
  {
    let rig = try await ControlRig()
    let reader = Principal(name: "eve", role: .read, proof: "test")
    #expect(
      refusal(await rig.send(.setWeight(model: "m", version: "2", weight: 0), as: reader))
        == .notAllowed)
    #expect(refusal(await rig.send(.stop)) == .notAllowed)
    await rig.end()
  }

  @Test func `a command without a reason is refused`() async throws {
    let rig = try await ControlRig()
    #expect(refusal(await rig.send(.unfreeze(model: "m"), reason: " ")) == .invalid)
    #expect(refusal(await rig.send(.unfreeze(model: "m"), reason: "\u{1c}\u{a0}")) == .invalid)
    await rig.end()
  }

  @Test func `a version that cannot be loaded does not pass its preflight, nor with a waiver`()
    async throws
  {
    let rig = try await ControlRig(broken: ["3"])
    #expect(
      refusal(await rig.send(.promote(model: "m", version: "3", verification: .required)))
        == .preflightFailed)
    #expect(
      refusal(await rig.send(.promote(model: "m", version: "3", verification: .waived)))
        == .notLoaded)
    #expect(Set(await answers(rig)) == ["1", "2"])
    await rig.end()
  }

  @Test func `a champion that cannot be loaded is said, and the console has its snapshot`()
    async throws
  {
    let rig = try await ControlRig(broken: ["1"])
    let model = try #require(rig.control.hub.latest?.models.first)
    #expect(model.notices.contains { $0.severity == .critical })
    await rig.end()
  }

  @Test func `a challenger that cannot be loaded has no share, and the console says who answers`()
    async throws
  {
    let rig = try await ControlRig(broken: ["2"])
    let model = try #require(rig.control.hub.latest?.models.first)
    #expect(model.versions.map(\.share) == [1, 0, 0])
    #expect(
      model.notices.contains {
        $0.text == "challenger 2 is not loaded: the champion answers its 10 %"
      })
    #expect(Set(await answers(rig)) == ["1"])
    await rig.end()
  }

  @Test func `load and unload change memory, leave a row, and move no traffic`() async throws {
    let rig = try await ControlRig()
    let third = ModelVersion(model: "m", version: "3")
    let loaded = await rig.send(.load(model: "m", version: "3"))
    #expect(isDone(loaded))
    #expect(rig.dataPlane.status(of: third).state == .ready)
    let unloaded = await rig.send(.unload(model: "m", version: "3", pinned: false))
    #expect(isDone(unloaded))
    guard case .done(_, _, let summary) = unloaded else { return }
    #expect(summary == "m: 3 unloaded")
    #expect(rig.dataPlane.status(of: third).state == .unloaded)
    let again = await rig.send(.unload(model: "m", version: "3", pinned: false))
    #expect(refusal(again) == .nothingToDo)
    let serving = await rig.send(.unload(model: "m", version: "1", pinned: false))
    #expect(refusal(serving) == .notAllowed)
    #expect(await answers(rig).contains("1"))
    let unknown = await rig.send(.load(model: "m", version: "9"))
    #expect(refusal(unknown) == .unknownVersion)
    await rig.end()
  }

  @Test func `a champion that is unloaded all the same is told for as long as it is out`()
    async throws
  {
    let rig = try await ControlRig()
    func notices() -> [Notice] {
      (rig.control.hub.latest?.model("m")?.notices ?? []).filter { $0.severity == .critical }
    }
    #expect(notices().isEmpty)
    let unloaded = await rig.send(.unload(model: "m", version: "1", pinned: true))
    guard case .done(_, _, let summary) = unloaded else {
      return #expect(Bool(false), "expected it to be done, found \(unloaded)")
    }
    #expect(summary == "m: 1 unloaded; requests to 1 are refused")
    let text = try #require(notices().first?.text)
    #expect(text.hasPrefix("1 serves and is not loaded, so its requests are refused: "))
    #expect(text.hasSuffix(" unloaded it; vigia model load m 1 --reason \"...\" brings it back"))
    #expect(!rig.dataPlane.isReady(model: "m", version: nil))
    #expect(isDone(await rig.send(.load(model: "m", version: "1"))))
    #expect(notices().isEmpty)
    await rig.end()
  }

  @Test func `a load that does not fit is refused with the figures, one that is needed is told`()
    async throws
  {
    let rig = try await ControlRig(memory: 150)
    #expect(
      rig.control.hub.latest?.notices.contains { $0.text.contains("of a budget of 0 KiB") } == true,
      "champion and challenger take 200")
    let refused = await rig.send(.load(model: "m", version: "3"))
    guard case .refused(let refusal) = refused else {
      return #expect(Bool(false), "expected a refusal, found \(refused)")
    }
    #expect(refusal.code == .notLoaded)
    let figures = "it needs 0 KiB, and of a budget of 0 KiB versions that must stay take 0 KiB"
    #expect(refusal.message == "m@3 is not loaded: \(figures); raise model_memory")
    let needed = await rig.send(.load(model: "m", version: "1"))
    guard case .done(_, _, let summary) = needed else {
      return #expect(Bool(false), "expected it to be done, found \(needed)")
    }
    #expect(summary.contains("in memory; models take 0 KiB of a budget of 0 KiB"))
    await rig.end()
  }

  @Test func `a load of all says which of them do not fit together`() async throws {
    let rig = try await ControlRig(
      versions: ["1", "2", "3", "4"], charters: [ModelCharter(name: "m", champion: "1")],
      memory: 200)
    let loaded = await rig.send(.load(model: "m", version: nil))
    guard case .done(_, _, let summary) = loaded else {
      return #expect(Bool(false), "expected it to be done, found \(loaded)")
    }
    #expect(summary.hasPrefix("m: 1 (sha256 "))
    #expect(summary.hasSuffix(" in memory, and 2, 3 out of it again: they do not fit together"))
    await rig.end()
  }

  @Test func `a load takes the new bytes of a changed file, and the ledger says which`()
    async throws
  {
    let rig = try await ControlRig()
    let third = ModelVersion(model: "m", version: "3")
    #expect(isDone(await rig.send(.load(model: "m", version: "3"))))
    let old = rig.dataPlane.status(of: third).sha256
    try Data("another".utf8).write(to: URL(filePath: "\(rig.folder.path)/models/m/3/model.onnx"))
    #expect(isDone(await rig.send(.load(model: "m", version: "3"))))
    let new = rig.dataPlane.status(of: third).sha256
    #expect(new != old && new.count == 64)
    let summaries = try await rig.entries().prefix(2).map(\.summary)
    #expect(
      summaries
        == [new, old].map { "m: 3 (sha256 \($0.prefix(12))) in memory" })
    #expect(await rig.answer(of: "3") == "3")
    let promoted = await rig.send(.promote(model: "m", version: "3", verification: .required))
    #expect(isDone(promoted))
    #expect(try await rig.entries().first?.toSHA256 == new)
    await rig.end()
  }

  @Test
  func `a model that came while the server runs serves once it was loaded, and can be changed`()
    async throws
  {
    let rig = try await ControlRig()
    for version in ["3", "4"] {
      let path = "\(rig.folder.path)/models/fresh/\(version)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try Data("fresh \(version)".utf8).write(to: URL(filePath: "\(path)/model.onnx"))
    }
    #expect(isDone(await rig.send(.load(model: "fresh", version: "3"))))
    #expect(rig.dataPlane.isReady(model: "fresh", version: nil))
    #expect(try rig.store.deployments()["fresh"]?.champion == "3")
    let begun = try rig.store.entries(AuditQuery(model: "fresh", limit: 5)).map(\.action)
    #expect(begun.contains("seed") && begun.contains(AuditEntry.fileNotedAction))
    // Loading another one afterwards moves no traffic; that is a promotion.
    #expect(isDone(await rig.send(.load(model: "fresh", version: "4"))))
    #expect(try rig.store.deployments()["fresh"]?.champion == "3")
    #expect(
      isDone(await rig.send(.promote(model: "fresh", version: "4", verification: .required))))
    await rig.end()
    // As any other after a restart.
    let again = try await ControlRig(folder: rig.folder)
    #expect(try again.store.deployments()["fresh"]?.champion == "4")
    #expect(again.dataPlane.isReady(model: "fresh", version: nil))
    await again.end()
  }

  @Test(arguments: ["1", "2"])
  func `what serves does not change in place: the load is refused, and says what to do`(
    version: String
  ) async throws {
    let rig = try await ControlRig()
    let key = ModelVersion(model: "m", version: version)
    let old = rig.dataPlane.status(of: key).sha256
    try Data("another".utf8)
      .write(to: URL(filePath: "\(rig.folder.path)/models/m/\(version)/model.onnx"))
    let outcome = await rig.send(.load(model: "m", version: version))
    #expect(refusal(outcome) == .notLoaded)
    guard case .refused(let refusal) = outcome else { return }
    #expect(refusal.message.contains("with SHA-256 \(old.prefix(12))"), "\(refusal.message)")
    #expect(refusal.message.contains("under a new version number"))
    #expect(rig.dataPlane.status(of: key).sha256 == old)
    #expect(Set(await answers(rig)) == ["1", "2"])
    await rig.end()
  }

  @Test(.timeLimit(.minutes(1)))
  func `a version in which a run never ends goes out, and the rollback after it goes through`()
    async throws
  {
    let rig = try await ControlRig(hung: ["3"])
    _ = await rig.send(.promote(model: "m", version: "2", verification: .required))
    _ = await rig.send(.load(model: "m", version: "3"))
    rig.ask("3")
    let unloaded = await rig.send(.unload(model: "m", version: "3", pinned: false))
    #expect(isDone(unloaded))
    let rescued = await rig.send(.rollBack(model: "m", breakGlass: false))
    #expect(isDone(rescued))
    #expect(Set(await answers(rig)) == ["1"])
    await rig.end()
  }

  @Test func `what serves goes only when that is said, and comes back by a load`() async throws {
    let rig = try await ControlRig()
    let first = ModelVersion(model: "m", version: "1")
    let unloaded = await rig.send(.unload(model: "m", version: nil, pinned: true))
    #expect(isDone(unloaded))
    #expect(rig.dataPlane.status(of: first).state == .unloaded)
    #expect(!rig.dataPlane.isReady(model: "m", version: nil))
    let loaded = await rig.send(.load(model: "m", version: nil))
    #expect(isDone(loaded))
    #expect(await answers(rig).contains("1"))
    await rig.end()
  }

  @Test func `a load that takes too long fails the preflight in time and goes on by itself`()
    async throws
  {
    let rig = try await ControlRig(slow: ["3"], preflightTimeout: .seconds(1))
    let refused = await rig.send(.promote(model: "m", version: "3", verification: .required))
    #expect(refusal(refused) == .preflightFailed)
    rig.finishLoads()
    _ = try await rig.dataPlane.load(ModelVersion(model: "m", version: "3"))
    // On a busy machine 50 ms may pass again: then it says so, and is asked again.
    while await rig.control.preflight(ModelVersion(model: "m", version: "3")).checks.first?.passed
      != true
    {
      await Task.yield()
    }
    await rig.end()
  }

  @Test func `what a champion was sent counts from the change that made it`() async throws {
    let rig = try await ControlRig()
    _ = await rig.send(.promote(model: "m", version: "3", verification: .required))
    let now = Int64(Date.now.timeIntervalSince1970)
    var rollup = SecondRollup(
      version: ModelVersion(model: "m", version: "3"), variant: .champion, second: now)
    rollup.counters.ok = 9
    var (old, new) = (RevisionCounts(), RevisionCounts())
    old.requests = 5
    new.requests = 4
    new.serverErrors = 1
    rollup.byRevision = [1: old, 2: new]
    let batch = SecondBatch(
      time: Timestamp(seconds: now + 1), from: now, to: now + 1, rollups: [rollup])
    await rig.control.ingest(batch)
    await rig.control.ingest(batch)
    let figures = rig.control.hub.latest?.models[0].version("3")?.recent
    #expect(figures?.requests == 18)
    #expect(figures?.sinceChange == .init(revision: 2, requests: 8, errors: 2))
    _ = await rig.send(.setWeight(model: "m", version: "2", weight: 0.2))
    #expect(rig.control.hub.latest?.models[0].version("3")?.recent.sinceChange == nil)
    await rig.end()
  }

  @Test func `a ledger that does not answer refuses, and breaking the glass rolls back`()
    async throws
  {
    let rig = try await ControlRig()
    _ = await rig.send(.promote(model: "m", version: "3", verification: .required))
    await rig.end()
    // With its file closed the ledger answers every row with an error, as a dead disk would.
    let outcome = await rig.send(.rollBack(model: "m", breakGlass: false))
    #expect(refusal(outcome) == .stopping)
    let again = try await ControlRig(folder: rig.folder)
    again.store.close()
    #expect(
      refusal(await again.send(.rollBack(model: "m", breakGlass: false))) == .auditUnavailable)
    #expect(Set(await answers(again)) == ["2", "3"])
    guard case .done = await again.send(.rollBack(model: "m", breakGlass: true)) else {
      Issue.record("break-glass was refused")
      return
    }
    #expect(Set(await answers(again)) == ["1", "2"])
    let third = try await ControlRig(folder: rig.folder)
    #expect(Set(await answers(third)) == ["1", "2"])
    #expect(try await third.entries().contains { $0.outcome == .breakGlass })
    #expect(try third.store.verify().isSound)
    await third.end()
  }

  @Test func `a preflight asks recent requests again, and none of it is recorded`() async throws {
    let rig = try await ControlRig()
    for number in 0..<7 { _ = await rig.answer(key: "k\(number)") }
    let report = await rig.control.preflight(ModelVersion(model: "m", version: "3"))
    #expect(report.passed)
    _ = await rig.send(.promote(model: "m", version: "3", verification: .required))
    #expect(rig.records.all.count == 7)
    #expect(rig.records.all.allSatisfy { $0.version.version != "3" })
    await rig.end()
  }

  @Test
  func `with a broken ledger only breaking the glass acts, over restarts, until it is repaired`()
    async throws
  {
    let rig = try await ControlRig()
    _ = await rig.send(.promote(model: "m", version: "3", verification: .required))
    await rig.end()
    // Rows that are gone: the head outside knows of more.
    let head = "99 \(String(repeating: "ab", count: 32))\n"
    try Data(head.utf8).write(to: URL(filePath: "\(rig.folder.path)/audit.head"))

    let broken = try await ControlRig(folder: rig.folder)
    #expect(Set(await answers(broken)) == ["2", "3"])
    for action in [
      .rollBack(model: "m", breakGlass: false), .setWeight(model: "m", version: "2", weight: 0),
      .freeze(model: "m", until: Timestamp(seconds: 4_000_000_000)),
    ] as [Command.Action] {
      #expect(refusal(await broken.send(action)) == .auditUnavailable)
    }
    guard case .done = await broken.send(.rollBack(model: "m", breakGlass: true)) else {
      Issue.record("break-glass was refused")
      return
    }
    await broken.end()

    let restarted = try await ControlRig(folder: rig.folder)
    #expect(Set(await answers(restarted)) == ["1", "2"])
    #expect(
      restarted.control.hub.latest?.notices.contains { $0.text.contains("not yet in the ledger") }
        == true)
    await restarted.end()

    let repair = try #require(
      try StateRepair.prepare(
        directory: rig.folder.path, by: ControlRig.admin, reason: "r", now: Timestamp(seconds: 1)))
    try repair.install()
    let repaired = try await ControlRig(folder: rig.folder)
    #expect(Set(await answers(repaired)) == ["1", "2"])
    let rows = try await repaired.entries()
    #expect(rows.prefix(2).map(\.outcome) == [.breakGlass, .done])
    #expect(rows[1].action == "repair")
    _ = await repaired.send(.setWeight(model: "m", version: "2", weight: 0))
    #expect(try repaired.store.verify().isSound)
    await repaired.end()
  }

  @Test func `a ledger that is broken under way is told, and refuses changes`() async throws {
    let rig = try await ControlRig()
    #expect(isDone(await rig.send(.setWeight(model: "m", version: "2", weight: 0.2))))
    await rig.control.walkChain()
    #expect(rig.control.hub.latest?.notices.isEmpty == true)
    try Data("99 \(String(repeating: "ab", count: 32))\n".utf8).write(
      to: URL(filePath: "\(rig.folder.path)/audit.head"))
    await rig.control.walkChain()
    await rig.control.walkChain()
    let notices = rig.control.hub.latest?.notices ?? []
    #expect(notices.count == 1 && notices[0].severity == .critical)
    #expect(notices.first?.text.contains("are missing") == true)
    #expect(
      refusal(await rig.send(.setWeight(model: "m", version: "2", weight: 0.3)))
        == .auditUnavailable)
    await rig.end()
  }

  @Test(arguments: [(-7_199.4, "clock moved back 7,199 s"), (3.2, "clock moved ahead 3 s")])
  func `a clock that was set is an event in the ledger, once`(jump: Double, words: String)
    async throws
  {
    let rig = try await ControlRig()
    var batch = SecondBatch(time: Timestamp(seconds: 100), from: 99, to: 100)
    batch.clockJump = jump
    await rig.control.ingest(batch)
    await rig.control.ingest(SecondBatch(time: Timestamp(seconds: 101), from: 100, to: 101))
    let events = try await rig.entries().filter { $0.action == "clock-jump" }
    #expect(events.map(\.summary) == [words])
    #expect(events.first?.outcome == .event)
    await rig.end()
  }

  @Test
  func `a disk that hangs holds up neither the refusal nor the rescue, and hears of it later`()
    async throws
  {
    // What a disk that is merely slow needs for the promotion; the one that hangs is waited for as long.
    let rig = try await ControlRig(patience: .seconds(5))
    #expect(isDone(await rig.send(.promote(model: "m", version: "3", verification: .required))))
    let disk = await rig.hangDisk()
    #expect(
      refusal(await rig.send(.rollBack(model: "m", breakGlass: false))) == .auditUnavailable)
    guard case .done = await rig.send(.rollBack(model: "m", breakGlass: true)) else {
      Issue.record("the rescue was refused")
      return
    }
    #expect(Set(await answers(rig)) == ["1", "2"])
    #expect(
      rig.control.hub.latest?.notices.contains { $0.text.contains("not yet in the ledger") } == true
    )
    disk.signal()
    await rig.control.importBreakGlass()
    #expect(try await rig.entries().contains { $0.outcome == .breakGlass })
    #expect(rig.control.hub.latest?.notices.isEmpty == true)
    #expect(try rig.store.verify().isSound)
    await rig.end()
  }

  @Test func `after a rollback the proof counts only requests admitted since`() async throws {
    let rig = try await ControlRig()
    _ = await rig.send(.promote(model: "m", version: "3", verification: .required))
    _ = await rig.send(.rollBack(model: "m", breakGlass: false))
    let now = Int64(Date.now.timeIntervalSince1970)
    var rollup = SecondRollup(
      version: ModelVersion(model: "m", version: "1"), variant: .champion, second: now)
    rollup.counters.ok = 4_100
    var old = RevisionCounts()
    old.requests = 100
    old.serverErrors = 100
    var new = RevisionCounts()
    new.requests = 4_000
    rollup.byRevision = [2: old, 3: new]
    await rig.control.ingest(
      SecondBatch(
        time: Timestamp(seconds: now + 1), from: now, to: now + 1, rollups: [rollup]))
    let recovery = try #require(rig.control.hub.latest?.recoveries.first)
    #expect(recovery.requests == 4_000)
    #expect(recovery.errors.count == 0)
    guard case .recovered = recovery.status else {
      Issue.record("\(recovery.status)")
      return
    }
    #expect(try await rig.entries().first?.action == "recovered")
    await rig.end()
  }

  @Test(.timeLimit(.minutes(1)))
  func `what a command is about to bring in stays in memory while the ledger is waited for`()
    async throws
  {
    let rig = try await ControlRig(versions: ["1", "2", "3", "4"], memory: 350)
    let third = ModelVersion(model: "m", version: "3")
    for version in ["4", "3"] {
      _ = try await rig.dataPlane.load(ModelVersion(model: "m", version: version))
    }
    let disk = await rig.hangDisk()
    async let promoted = rig.send(.promote(model: "m", version: "3", verification: .required))
    // The champion and the challenger before.
    while rig.dataPlane.memory.pinned == 200, !Task.isCancelled { await Task.yield() }
    #expect(await rig.answer(of: "4").contains("model_memory"))
    #expect(rig.dataPlane.status(of: third).state == .ready)
    disk.signal()
    #expect(isDone(await promoted))
    #expect(Set(await answers(rig)) == ["2", "3"])
    await rig.end()
  }

  @Test func `a command that is not performed leaves nothing pinned`() async throws {
    let rig = try await ControlRig(memory: 350)
    _ = try await rig.dataPlane.load(ModelVersion(model: "m", version: "3"))
    rig.store.close()
    let refused = await rig.send(.promote(model: "m", version: "3", verification: .required))
    #expect(refusal(refused) == .auditUnavailable)
    #expect(rig.dataPlane.memory.pinned == 200)
  }

  private func answers(_ rig: ControlRig) async -> [String] {
    var answers: [String] = []
    for key in 0..<60 { answers.append(await rig.answer(key: "key-\(key)")) }
    return answers
  }

  private func isDone(_ outcome: CommandOutcome) -> Bool {
    if case .done = outcome { true } else { false }
  }

  private func refusal(_ outcome: CommandOutcome) -> Refusal.Code? {
    guard case .refused(let refusal) = outcome else { return nil }
    return refusal.code
  }
}
