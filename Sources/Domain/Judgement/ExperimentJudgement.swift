/// Champion against challenger, as it stands.
package struct ExperimentSummary: Codable, Sendable, Equatable {
  package var champion: String
  package var challenger: String
  /// Of the traffic, as configured at present.
  package var share: Double
  /// When the present comparison of the two began.
  package var since: Timestamp
  package var verdict: Verdict
  /// In words, with its figures and what is missing.
  package var words: String
  /// What the judge would have done by itself: "would have rolled back at 03:12, because ...".
  package var dryRun: String?
  /// Of the sample-ratio mismatch, sequential; nil before the first request.
  package var ratioP: Double?
  /// What guardrails and sample ratio count; nil from a server that does not tell it.
  package var unit: Unit?
  package var guardrails: [Guardrail]
  /// Challenger minus champion at the 99th percentile, with its 95 % interval, in microseconds.
  package var latency: Difference?

  package enum Verdict: String, Codable, Sendable, CaseIterable {
    case collecting, keep, promote
    case rollBack = "roll_back"
    case ratioMismatch = "sample_ratio_mismatch"
    /// The figures say something that the rules do not let stand.
    case withheld
  }

  package enum Unit: String, Codable, Sendable, CaseIterable {
    case requests
    /// What routing sticks to: a key with an event counts once under a split, however many it has.
    case keys
  }

  package struct Guardrail: Codable, Sendable, Equatable {
    /// "errors", "slow", "wrong".
    package var name: String
    package var champion: Arm
    package var challenger: Arm
    /// Evidence that the challenger is worse than the margin allows, and what is needed.
    package var evidence: Double
    package var needed: Double
    /// Challenger minus champion as shares, anytime-valid at 95 %; nil where it must not be drawn yet.
    package var difference: Difference?
    /// The difference that may remain possible at the planned sample; nil from a server that does not tell it.
    package var margin: Double?
    /// Above what a request is slow; nil for other guardrails, and while it is not known.
    package var limit: Limit?

    package init(
      name: String, champion: Arm, challenger: Arm, evidence: Double, needed: Double,
      difference: Difference? = nil, margin: Double? = nil, limit: Limit? = nil
    ) {
      self.name = name
      self.champion = champion
      self.challenger = challenger
      self.evidence = evidence
      self.needed = needed
      self.difference = difference
      self.margin = margin
      self.limit = limit
    }
  }

  package struct Limit: Codable, Sendable, Equatable {
    package var microseconds: Double
    package var source: Source

    package enum Source: String, Codable, Sendable, CaseIterable {
      case objective
      /// The champion's p99 when the comparison began.
      case championP99 = "champion_p99"
    }

    package init(microseconds: Double, source: Source) {
      self.microseconds = microseconds
      self.source = source
    }
  }

  /// Counts of all splits that gave both arms a share.
  package struct Arm: Codable, Sendable, Equatable {
    package var events: Int64
    package var trials: Int64
    /// Events by trials, the champion's weighted as the challenger's trials lie over the splits: counts of different splits
    /// are of different hours. Nil while there is none, and from a server that does not tell it.
    package var rate: Double?

    package init(events: Int64, trials: Int64, rate: Double? = nil) {
      self.events = events
      self.trials = trials
      self.rate = rate
    }

    /// The rate by which the arms are compared, else that of the counts; nil without a trial.
    package var shownRate: Double? {
      rate ?? (trials > 0 ? Double(events) / Double(trials) : nil)
    }
  }

  package struct Difference: Codable, Sendable, Equatable {
    package var value: Double
    package var low: Double
    package var high: Double

    package init(value: Double, low: Double, high: Double) {
      self.value = value
      self.low = low
      self.high = high
    }
  }

  package init(
    champion: String, challenger: String, share: Double, since: Timestamp, verdict: Verdict,
    words: String, dryRun: String? = nil, ratioP: Double? = nil, unit: Unit? = nil,
    guardrails: [Guardrail] = [],
    latency: Difference? = nil
  ) {
    self.champion = champion
    self.challenger = challenger
    self.share = share
    self.since = since
    self.verdict = verdict
    self.words = words
    self.dryRun = dryRun
    self.ratioP = ratioP
    self.unit = unit
    self.guardrails = guardrails
    self.latency = latency
  }
}
