/// The proof that a rollback, a pin or a limit helped, or that it did not: judged on requests admitted after it only.
package struct Recovery: Codable, Sendable, Equatable, Identifiable {
  package var commandID: CommandID
  package var model: String
  package var from: String
  package var to: String
  /// Whose requests were limited; nil where traffic went to another version. `from` and `to` are the champion then.
  package var limit: TrafficLimit.Scope?
  package var switchedAt: Timestamp
  package var status: Status
  /// Of requests admitted after the switch.
  package var requests: Int64
  package var errors: Proportion
  /// Beside `requests`: those that a limit refused since then; nil where none was set.
  package var refused: Int64?
  /// Slower than the latency objective; nil without one. Where one client is limited, of the others.
  package var slow: Proportion?
  /// The level that was fled from: the last minute before the switch.
  package var errorsBefore: Proportion
  package var slowBefore: Proportion?
  /// Of the requests admitted since the switch whose label has come: those whose prediction was wrong. Nil where labels have
  /// nothing to say: requests were failing, or few labels were coming.
  package var wrong: Proportion?
  /// Likewise of the labels that came in the last minute before the switch.
  package var wrongBefore: Proportion?
  /// Whether that level was beyond the objective, or, as labels showed since, its predictions wrong more often: where it was
  /// not, good requests prove no recovery. Nil: an older row, not known.
  package var wasBad: Bool?
  /// Seconds since the switch after which it was well still, and was watched no longer. Nil: it is watched, another act came
  /// first, or it is not well.
  package var heldFor: Double?

  package var id: CommandID { commandID }

  /// Fewer requests after the switch prove nothing.
  package static let leastRequests: Int64 = 30

  /// Too few requests came, or of the others too few, to say whether it helped.
  package var isUnjudged: Bool {
    if requests < Self.leastRequests { return true }
    if case .client? = limit, let slow { return slow.total < Self.leastRequests }
    return false
  }

  /// "fraud 31 to 30", "fraud, client batch limited".
  package var subject: String {
    limit.map { "\(model), \($0.words) limited" } ?? "\(model) \(from) to \(to)"
  }

  /// Whose answers are slow: one client's limit is to help the others, and its own may be as large as they are.
  package var ofOthers: String { if case .client? = limit { " of the others" } else { "" } }

  /// What was done: "switch to 30", "limit of client batch".
  package var act: String { limit.map { "limit of \($0.words)" } ?? "switch to \(to)" }

  package init(
    commandID: CommandID, model: String, from: String, to: String,
    limit: TrafficLimit.Scope? = nil, switchedAt: Timestamp,
    status: Status, requests: Int64, errors: Proportion, refused: Int64? = nil,
    slow: Proportion?,
    errorsBefore: Proportion, slowBefore: Proportion?, wrong: Proportion? = nil,
    wrongBefore: Proportion? = nil, wasBad: Bool? = nil, heldFor: Double? = nil
  ) {
    self.commandID = commandID
    self.model = model
    self.from = from
    self.to = to
    self.limit = limit
    self.switchedAt = switchedAt
    self.status = status
    self.requests = requests
    self.errors = errors
    self.refused = refused
    self.slow = slow
    self.errorsBefore = errorsBefore
    self.slowBefore = slowBefore
    self.wrong = wrong
    self.wrongBefore = wrongBefore
    self.wasBad = wasBad
    self.heldFor = heldFor
  }

  /// What recovered is how often it predicts well: nothing had failed.
  package var isProvenByLabels: Bool {
    if case .recovered = status { wrong != nil && wasBad == true } else { false }
  }

  package enum Status: Codable, Sendable, Equatable {
    /// Not enough requests yet, or not yet good.
    case watching
    /// Seconds from the switch until the requests after it met the objective.
    case recovered(seconds: Double)
    /// Two minutes have passed; `reason` says what is still wrong.
    case notRecovering(reason: String)
    /// It had recovered, and `seconds` after the switch it has been bad again for two minutes.
    case relapsed(seconds: Double, reason: String)
  }

  /// What is told once of a proof, as the ledger calls it.
  package enum Stage: String, Sendable, CaseIterable {
    case recovered
    case notRecovering = "not-recovering"
    /// It was still well when it was watched no longer.
    case held
    case relapsed
  }

  /// Nil while nothing is to be told.
  package var stage: Stage? {
    switch status {
    case .watching: nil
    case .recovered: heldFor == nil ? .recovered : .held
    case .notRecovering: .notRecovering
    case .relapsed: .relapsed
    }
  }

  /// A share with its 95 % interval (Wilson 1927).
  package struct Proportion: Codable, Sendable, Equatable {
    package var count: Int64
    package var total: Int64
    package var low: Double
    package var high: Double

    package init(count: Int64, total: Int64, low: Double, high: Double) {
      self.count = count
      self.total = total
      self.low = low
      self.high = high
    }

    package var share: Double { total > 0 ? Double(count) / Double(total) : 0 }
  }
}
