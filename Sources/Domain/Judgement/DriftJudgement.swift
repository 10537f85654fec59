/// How the inputs and answers of a version compare with those of its frozen reference, in short.
package struct DriftSummary: Codable, Sendable, Equatable {
  package var version: String
  package var state: State
  /// In words, with its figures: "4 of 23 features drifted, worst nswprice, PSI 0.61".
  package var words: String
  /// Since when drift is open; nil while it is not.
  package var openSince: Timestamp?
  /// What differs most, at most three; of the last finished window.
  package var worst: [FeatureVerdict]
  /// The inputs that are compared; score and predicted class are answers, and not counted.
  package var features: Int
  /// Those of them that drifted.
  package var drifted: Int
  /// The answers that drifted, by name: score, predicted class; nil where none did.
  package var driftedAnswers: [String]?
  /// Rows in the window that is being filled, and rows that it needs for a verdict.
  package var collected: Int
  package var needed: Int
  /// What is compared with; nil while it is still being made.
  package var reference: Reference?

  package enum State: String, Codable, Sendable, CaseIterable {
    /// No reference yet: it is made of live traffic.
    case noReference = "no_reference"
    /// No finished window yet.
    case collecting
    case ok
    /// A window differed, and the next must confirm it.
    case suspected
    case drift
    case major
  }

  package struct Reference: Codable, Sendable, Equatable {
    /// "training file reference.csv", "live traffic".
    package var source: String
    package var rows: Int
    package var madeAt: Timestamp

    package init(source: String, rows: Int, madeAt: Timestamp) {
      self.source = source
      self.rows = rows
      self.madeAt = madeAt
    }
  }

  package init(
    version: String, state: State, words: String, openSince: Timestamp? = nil,
    worst: [FeatureVerdict] = [], features: Int = 0, drifted: Int = 0,
    driftedAnswers: [String]? = nil, collected: Int = 0, needed: Int, reference: Reference? = nil
  ) {
    self.version = version
    self.state = state
    self.words = words
    self.openSince = openSince
    self.worst = worst
    self.features = features
    self.drifted = drifted
    self.driftedAnswers = driftedAnswers
    self.collected = collected
    self.needed = needed
    self.reference = reference
  }

  /// What a finished window came to.
  ///
  /// - Parameter verdicts: of its features, score and predicted class, the worst first.
  package mutating func count(_ verdicts: [FeatureVerdict]) {
    let inputs = verdicts.filter { $0.subject == .feature }
    let answers = verdicts.filter { $0.subject != .feature && $0.verdict.isDrift }.map(\.name)
    worst = Array(verdicts.prefix(3))
    features = inputs.count
    drifted = inputs.count(where: \.verdict.isDrift)
    driftedAnswers = answers.isEmpty ? nil : answers
  }
}

/// One feature in one window against its reference.
package struct FeatureVerdict: Codable, Sendable, Equatable {
  package var name: String
  package var subject: Subject
  package var verdict: Verdict
  package var reference: Int
  package var current: Int
  /// Population stability index, in nats.
  package var psi: Double?
  /// Kolmogorov-Smirnov distance on the reference's bins, 0 through 1.
  package var ks: Double?
  /// First Wasserstein distance by the reference's standard deviation.
  package var w1: Double?
  /// Jensen-Shannon divergence to base 2, 0 through 1.
  package var js: Double?
  package var p: Double?
  package var adjustedP: Double?
  package var words: String
  /// Rows by the reference's cells (`FeatureCells`); kept with each window, and nil wherever nobody asked for them.
  package var cells: [Int]?

  package enum Subject: String, Codable, Sendable, CaseIterable {
    case feature, score, predictedClass
  }

  package enum Verdict: String, Codable, Sendable, CaseIterable {
    case ok, drift, major, collecting
    case constantChanged = "constant_changed"
    case missing
    /// The reference is mostly of levels too rare to compare.
    case noVerdict = "no_verdict"

    package var isDrift: Bool {
      switch self {
      case .drift, .major, .constantChanged, .missing: true
      case .ok, .collecting, .noVerdict: false
      }
    }

    /// Whether anything was concluded.
    package var isJudged: Bool {
      switch self {
      case .ok, .drift, .major, .constantChanged, .missing: true
      case .collecting, .noVerdict: false
      }
    }
  }

  package init(
    name: String, subject: Subject = .feature, verdict: Verdict, reference: Int, current: Int,
    psi: Double? = nil, ks: Double? = nil, w1: Double? = nil, js: Double? = nil,
    p: Double? = nil, adjustedP: Double? = nil, words: String = "", cells: [Int]? = nil
  ) {
    self.name = name
    self.subject = subject
    self.verdict = verdict
    self.reference = reference
    self.current = current
    self.psi = psi
    self.ks = ks
    self.w1 = w1
    self.js = js
    self.p = p
    self.adjustedP = adjustedP
    self.words = words
    self.cells = cells
  }

  /// Without its counts by cell.
  package var brief: FeatureVerdict {
    var brief = self
    brief.cells = nil
    return brief
  }
}

/// A finished window: all features, worst first after score and class.
package struct DriftWindow: Codable, Sendable, Equatable {
  /// [from, to) in whole seconds since 1970.
  package var from: Int64
  package var to: Int64
  package var rows: Int
  package var features: [FeatureVerdict]
  /// After hysteresis.
  package var isOpen: Bool
  /// The number of the reference that it was judged against (`ReferenceCells.id`); nil in what an older Vigia kept.
  package var reference: Int64?
  /// What was said of the version then, and since when drift was open; nil in what an older Vigia kept.
  package var words: String?
  package var openSince: Timestamp?

  package init(
    from: Int64, to: Int64, rows: Int, features: [FeatureVerdict], isOpen: Bool,
    reference: Int64? = nil, words: String? = nil, openSince: Timestamp? = nil
  ) {
    self.from = from
    self.to = to
    self.rows = rows
    self.features = features
    self.isOpen = isOpen
    self.reference = reference
    self.words = words
    self.openSince = openSince
  }

  /// Without its features' counts by cell.
  package var brief: DriftWindow {
    var brief = self
    brief.features = features.map(\.brief)
    return brief
  }
}
