import Domain
import Testing

@testable import Control

/// Two who want to act on one model: the first acts, and the second knows of it.
struct IntentionTests {
  private static let mia = Principal(name: "mia", role: .operate, proof: "test")
  private static let first = CommandID(random: (1, 1))
  private static let second = CommandID(random: (2, 2))

  private static func notice(
    _ id: CommandID, of model: String = "m", isOver: Bool = false
  ) -> Intention.Notice {
    Intention.Notice(id: id, model: model, words: "promote \(model) 3", isOver: isOver)
  }

  private static func command(
    _ id: CommandID, _ origin: Command.Origin, takesOver: Bool? = nil
  ) -> Command {
    Command(
      id: id, action: .promote(model: "m", version: "3", verification: .waived),
      reason: "because", origin: origin, takesOver: takesOver)
  }

  @Test func `the first that asks holds the model between consoles, and may be passed over`()
    async throws
  {
    let rig = try await ControlRig()
    try await rig.control.announce(Self.notice(Self.first), by: Self.mia)
    #expect(rig.control.hub.latest?.intentions.first?.by == "mia")
    let both = try await rig.control.announce(
      Self.notice(Self.second), by: ControlRig.operatorAna)
    #expect(both.map(\.by) == ["mia", "ana"])

    let late = await rig.control.perform(
      Self.command(Self.second, .console), by: ControlRig.operatorAna)
    guard case .refused(let refusal) = late else {
      Issue.record("\(late)")
      return
    }
    #expect(refusal.code == .someoneActs)
    #expect(refusal.message.hasPrefix("mia is about to promote m 3, asked "))
    #expect(
      try await rig.entries().first?.outcome == .refused, "who came later stands in the ledger")

    let over = await rig.control.perform(
      Self.command(CommandID(random: (3, 3)), .console, takesOver: true),
      by: ControlRig.operatorAna)
    guard case .done = over else {
      Issue.record("\(over)")
      return
    }
    await rig.end()
  }

  @Test func `it ends with its command, and holds up no other origin`() async throws {
    let rig = try await ControlRig()
    try await rig.control.announce(Self.notice(Self.first), by: Self.mia)
    let job = await rig.control.perform(
      Self.command(Self.second, .job), by: ControlRig.operatorAna)
    guard case .done = job else {
      Issue.record("\(job)")
      return
    }
    // What it expects of the state is another matter: here it expects nothing.
    _ = await rig.control.perform(Self.command(Self.first, .console), by: Self.mia)
    let third = CommandID(random: (3, 3))
    try await rig.control.announce(Self.notice(third), by: Self.mia)
    #expect(rig.control.hub.latest?.intentions.map(\.id) == [third])
    try await rig.control.announce(Self.notice(third, isOver: true), by: Self.mia)
    #expect(rig.control.hub.latest?.intentions == [])
    await rig.end()
  }

  @Test func `whoever may not act is not about to`() async throws {
    let rig = try await ControlRig()
    let guest = Principal(name: "guest", role: .read, proof: "test")
    await #expect(throws: SourceError.self) {
      try await rig.control.announce(Self.notice(Self.first), by: guest)
    }
    await #expect(throws: SourceError.notFound(reason: "no such model: gone")) {
      try await rig.control.announce(Self.notice(Self.first, of: "gone"), by: Self.mia)
    }
    await rig.end()
  }

  @Test func `words are counted as the document counts them`() async throws {
    let rig = try await ControlRig()
    func notice(_ count: Int) -> Intention.Notice {
      Intention.Notice(id: Self.first, model: "m", words: String(repeating: "é", count: count))
    }
    let all = try await rig.control.announce(notice(200), by: Self.mia)
    #expect(all.map(\.words.count) == [200])
    await #expect(
      throws: SourceError.invalid(reason: "words have at most 200 characters, found 201")
    ) {
      try await rig.control.announce(notice(201), by: Self.mia)
    }
    await rig.end()
  }

  @Test func `what is not renewed ends, what is renewed stays, and only its sender rewords it`() {
    var intentions = Intentions()
    let (start, now) = (ContinuousClock.now, Timestamp(seconds: 100))
    let later = start + .seconds(10)
    var isNews = intentions.take(Self.notice(Self.first), by: "mia", now: now, at: start)
    #expect(isNews)
    isNews = intentions.take(Self.notice(Self.first), by: "mia", now: now, at: later)
    #expect(!isNews)
    #expect(intentions.current(at: start + .seconds(24)).count == 1)
    var stolen = Self.notice(Self.first)
    stolen.words = "do nothing at all"
    isNews = intentions.take(stolen, by: "ana", now: now, at: later)
    #expect(!isNews)
    #expect(intentions.current(at: later).map(\.words) == ["promote m 3"])
    #expect(intentions.current(at: start + .seconds(26)).isEmpty)
    #expect(intentions.holder(of: "m", before: Self.second, at: start + .seconds(26)) == nil)
  }

  @Test func `what is said of a command after it came is no news, and holds nobody`() async throws {
    let rig = try await ControlRig()
    _ = await rig.control.perform(Self.command(Self.first, .console), by: Self.mia)
    try await rig.control.announce(Self.notice(Self.first), by: Self.mia)
    #expect(rig.control.hub.latest?.intentions == [])
    let next = await rig.control.perform(
      Command(
        id: Self.second, action: .rollBack(model: "m", breakGlass: false), reason: "because",
        origin: .console), by: Self.mia)
    guard case .done = next else {
      Issue.record("\(next)")
      return
    }
    await rig.end()
  }

  @Test func `there are never more than a few`() {
    var intentions = Intentions()
    for number in 0..<100 {
      let id = CommandID(random: (7, UInt64(number)))
      _ = intentions.take(Self.notice(id), by: "mia", now: Timestamp(seconds: 1), at: .now)
    }
    #expect(intentions.current(at: .now).count == 8, "of one name")
    for number in 0..<100 {
      let id = CommandID(random: (8, UInt64(number)))
      _ = intentions.take(Self.notice(id), by: "u\(number)", now: Timestamp(seconds: 1), at: .now)
    }
    #expect(intentions.current(at: .now).count == 64)
  }

  @Test func `nobody ends what another one is about to do, and a silence waits for nobody`()
    async throws
  {
    let rig = try await ControlRig()
    try await rig.control.announce(Self.notice(Self.first), by: Self.mia)
    let left = try await rig.control.announce(
      Self.notice(Self.first, isOver: true), by: ControlRig.operatorAna)
    #expect(left.map(\.by) == ["mia"])
    _ = await rig.control.perform(
      Command(
        id: Self.second,
        action: .silence(
          matchers: [AlertMatcher(name: "model", value: "m")], until: Timestamp(seconds: 1)),
        reason: "because", origin: .console), by: ControlRig.operatorAna)
    #expect(try await rig.entries().allSatisfy { !$0.summary.contains("about to") })
    await rig.end()
  }
}
