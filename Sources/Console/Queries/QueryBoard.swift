package import Domain

/// The questions about the past that the panels have asked, and the answers so far.
///
/// A slot is what is asked about, a question is the slot at one moment. At most one question of a slot is
/// under way, and new ones go out at most once a second: a store that hangs costs nothing more.
package struct QueryBoard: Sendable, Equatable {
  package enum Slot: Sendable, Hashable {
    /// Requests a second of each version of a model, for the overview's sparklines.
    case sparkline(model: String)
    case series(SeriesQuery.Measure, model: String?)
    case heatmap(model: String, version: String?)
    /// Latencies of a version over all of the stretch of time that is looked at.
    case histogram(model: String, version: String)
    case slowest(model: String, version: String?)
    /// Of each version, over all of the stretch of time that is looked at.
    case times(SeriesQuery.Measure, model: String)
    case requestList(RequestScope)
    case request(RequestID)
    case failures(model: String)
    case audit
    /// Nil: of all versions.
    case judgements(JudgementQuery.Kind, model: String, version: String?)
    case business(model: String)
    /// One window of drift with its counts by cell.
    case driftCells(model: String, version: String)
    case runbookList
    case runbookSearch
    case runbook(RunbookQuery)
    /// The world as it was at the replay's moment.
    case past
    case incidents
    case incident(IncidentID)
    /// The present value of an expression.
    case metric(String)
    /// What the alert's rule looks at, over time.
    case alertSeries(AlertID)
  }

  package enum Question: Sendable, Hashable {
    case series(SeriesQuery)
    case heatmap(HeatmapQuery)
    case requests(RequestQuery)
    case request(RequestID)
    case failures(FailureQuery)
    /// `head` is the newest row known: a new row makes a new question.
    case audit(AuditQuery, head: Int64)
    /// `stamp` is what the snapshot says of the newest one: another makes a new question.
    case judgements(JudgementQuery, stamp: String)
    case business(BusinessQuery)
    /// Another stamp makes a new question: the files may have changed.
    case runbooks(RunbookQuery, stamp: Int64)
    case metric(MetricQuery)
    case past(PastQuery)
    /// Another head makes a new question: something may have been written since.
    case incidents(head: Int64)
    case incident(IncidentID, head: Int64)
  }

  package enum Answer: Sendable, Equatable {
    case series(SeriesResult)
    case heatmap(LatencyHeatmap)
    case requests([RequestSummary])
    case request([RequestDetail])
    case failures(FailureReport)
    case audit([AuditEntry])
    case judgements(JudgementHistory)
    case business(BusinessHistory)
    case runbooks(RunbookAnswer)
    case metric(MetricAnswer)
    case past(SystemSnapshot)
    case incidents([Incident])
    /// Nil: there is none.
    case incident(IncidentReport?)
  }

  package struct Need: Sendable, Equatable {
    package var slot: Slot
    package var question: Question
  }

  package struct Entry: Sendable, Equatable {
    package var question: Question
    package var askedAt: Timestamp
    package var isUnderWay = true
    package var answer: Answer?
    /// What the answer is an answer to: an older question, until this one has its own.
    package var answered: Question?
    /// Why the last question has no answer.
    package var failure: String?
    /// Whether that is since what is asked about is not there.
    package var isMissing = false
  }

  package private(set) var entries: [Slot: Entry] = [:]
  private var lastBatch: Timestamp?

  /// Seconds from one batch of questions to the next.
  private static let pause = 1.0
  /// Seconds until a failed question is asked again.
  private static let retry = 5.0
  /// More slots than any panel has; beyond it answers to other panels' questions are forgotten.
  private static let capacity = 64

  /// The questions to send now.
  package mutating func ask(_ needs: [Need], at now: Timestamp) -> [Effect] {
    let due = needs.filter { isDue($0, at: now) }
    guard !due.isEmpty else { return [] }
    if let lastBatch, abs(now.secondsSince(lastBatch)) < QueryBoard.pause { return [] }
    lastBatch = now
    if entries.count > QueryBoard.capacity {
      let needed = Set(needs.map(\.slot))
      entries = entries.filter { needed.contains($0.key) }
    }
    return due.map { need in
      let before = entries[need.slot]
      entries[need.slot] = Entry(
        question: need.question, askedAt: now, answer: before?.answer, answered: before?.answered,
        failure: before?.failure, isMissing: before?.isMissing ?? false)
      return .ask(need.slot, need.question)
    }
  }

  /// Somebody waits: what is due goes out at once.
  package mutating func hurry() { lastBatch = nil }

  /// What was heard of it counts no more: it is asked anew.
  package mutating func forget(_ slot: Slot) { entries[slot] = nil }

  /// Takes an answer; one to a question that is no longer asked is ignored.
  package mutating func take(
    _ slot: Slot, _ question: Question, _ result: Result<Answer, SourceError>
  ) {
    guard var entry = entries[slot], entry.question == question else { return }
    entry.isUnderWay = false
    switch result {
    case .success(let answer):
      entry.answer = answer
      entry.answered = question
      entry.failure = nil
      entry.isMissing = false
    case .failure(let error):
      entry.failure = error.reason
      if case .notFound = error { entry.isMissing = true } else { entry.isMissing = false }
    }
    entries[slot] = entry
  }

  /// The connection is new: whatever was under way will not be answered.
  package mutating func forgetPending() {
    let pending = entries.filter(\.value.isUnderWay).map(\.key)
    for slot in pending {
      entries[slot]?.isUnderWay = false
      entries[slot]?.askedAt = Timestamp(microseconds: 0)
      let failure = entries[slot]?.failure
      entries[slot]?.failure = failure ?? "the connection was lost"
    }
    lastBatch = nil
  }

  /// Whether a question waits for its turn.
  package func hasDue(_ needs: [Need], at now: Timestamp) -> Bool {
    needs.contains { isDue($0, at: now) }
  }

  private func isDue(_ need: Need, at now: Timestamp) -> Bool {
    guard let entry = entries[need.slot] else { return true }
    if entry.isUnderWay { return false }
    if entry.failure != nil {
      return abs(now.secondsSince(entry.askedAt)) >= QueryBoard.retry
    }
    return entry.question != need.question
  }
}
