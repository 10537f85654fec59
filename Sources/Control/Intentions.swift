package import Domain

/// Who is about to act, on the monotonic clock: a clock that is set ends nothing.
struct Intentions {
  /// More are not kept: nobody has so many consoles.
  private static let capacity = 64
  /// Of one name, so that nobody takes the others' places.
  private static let capacityOfOne = 8

  private struct Kept {
    var intention: Intention
    var renewedAt: ContinuousClock.Instant
  }

  /// In the order in which they came.
  private var kept: [Kept] = []
  /// Commands that came, the newest few: what was said of one may arrive after it, and is no news then.
  private var ended: [CommandID] = []

  /// Those that stand, the first of each model first.
  func current(at instant: ContinuousClock.Instant) -> [Intention] {
    kept.filter { Self.stands($0, at: instant) }.map(\.intention)
  }

  /// - Returns: whether anybody else sees a change.
  mutating func take(
    _ notice: Intention.Notice, by name: String, now: Timestamp, at instant: ContinuousClock.Instant
  ) -> Bool {
    let before = kept.count
    kept.removeAll {
      !Self.stands($0, at: instant)
        || notice.isOver && $0.intention.id == notice.id && $0.intention.by == name
    }
    let isEnded = kept.count != before
    guard !notice.isOver, !ended.contains(notice.id) else { return isEnded }
    if let index = kept.firstIndex(where: { $0.intention.id == notice.id }) {
      // An id is its sender's: whoever saw it in a snapshot renews or rewords nothing.
      guard kept[index].intention.by == name else { return isEnded }
      kept[index].renewedAt = instant
      let isNew = kept[index].intention.words != notice.words
      kept[index].intention.words = notice.words
      return isEnded || isNew
    }
    guard kept.count < Self.capacity,
      kept.count(where: { $0.intention.by == name }) < Self.capacityOfOne
    else { return isEnded }
    kept.append(
      Kept(
        intention: Intention(
          id: notice.id, model: notice.model, words: notice.words, by: name, since: now),
        renewedAt: instant))
    return true
  }

  /// Who else was about to act on the model before a command came, or without whoever sends it having said so.
  func holder(
    of model: String, before command: CommandID, at instant: ContinuousClock.Instant
  ) -> Intention? {
    let first = current(at: instant).first { $0.model == model }
    return first?.id == command ? nil : first
  }

  /// It came: nobody is about to give it any more.
  mutating func end(_ command: CommandID, of name: String) {
    kept.removeAll { $0.intention.id == command && $0.intention.by == name }
    if ended.count == Self.capacity { ended.removeFirst() }
    ended.append(command)
  }

  private static func stands(_ kept: Kept, at instant: ContinuousClock.Instant) -> Bool {
    kept.renewedAt.duration(to: instant) < .seconds(Intention.lifetime)
  }
}

extension ControlPlane {
  /// Takes in that somebody is about to act, or is no more, and shows it to every console.
  ///
  /// - Returns: all who are about to act on the model, the first first.
  @discardableResult
  package func announce(
    _ notice: Intention.Notice, by principal: Principal
  ) throws(SourceError) -> [Intention] {
    guard principal.role >= .operate, !settings.isReadOnly else {
      throw .notAllowed(reason: "\(principal.name) may not act here, so is not about to")
    }
    guard deployments[notice.model] != nil else {
      throw .notFound(reason: "no such model: \(notice.model)")
    }
    let length = notice.words.unicodeScalars.count
    guard length <= Intention.Notice.wordsMax else {
      throw .invalid(
        reason: "words have at most \(Intention.Notice.wordsMax) characters, found \(length)")
    }
    let isNews = intentions.take(
      notice, by: principal.name, now: settings.clock(), at: .now)
    if isNews { publish() }
    return intentions.current(at: .now).filter { $0.model == notice.model }
  }

  /// Between consoles the first that asks acts: whoever comes later is told, and has to say that it acts all the same.
  func giveWay(_ command: Command, _ principal: Principal) throws(Refusal) {
    guard let model = command.action.modelThatChanges else { return }
    let holder = intentions.holder(of: model, before: command.id, at: .now)
    intentions.end(command.id, of: principal.name)
    guard let holder, command.origin == .console, command.takesOver != true else { return }
    let seconds = Int(max(0, settings.clock().secondsSince(holder.since)))
    throw Refusal(
      .someoneActs,
      "\(holder.by) is about to \(holder.words), asked \(seconds) s ago; nothing was done here")
  }
}
