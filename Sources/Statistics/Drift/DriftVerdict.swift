/// What is concluded of a feature's window.
package enum DriftVerdict: String, Sendable, Codable, CaseIterable {
  case ok
  case drift
  /// Drift with an index of 0.25 and more.
  case major
  /// Too few rows for a verdict, of the window or of the reference.
  case collecting
  /// The reference had one value only, and now others come.
  case constantChanged = "constant_changed"
  /// No value comes any more, or none of the right type.
  case missing
  /// The reference is mostly of levels too rare to compare: nothing can be said of any window.
  case noVerdict = "no_verdict"

  /// Whether anything was concluded.
  package var isJudged: Bool {
    switch self {
    case .ok, .drift, .major, .constantChanged, .missing: true
    case .collecting, .noVerdict: false
    }
  }

  /// Whether somebody should look.
  package var isDrift: Bool {
    switch self {
    case .drift, .major, .constantChanged, .missing: true
    case .ok, .collecting, .noVerdict: false
    }
  }

  /// What comes first in a list of the worst.
  var severity: Int {
    switch self {
    case .missing: 5
    case .constantChanged: 4
    case .major: 3
    case .drift: 2
    case .ok: 1
    case .collecting, .noVerdict: 0
    }
  }
}

/// What stands behind a verdict.
package enum DriftCause: String, Sendable, Codable {
  case none
  /// Certain, and too small to matter.
  case negligible
  /// Large for what it is, and no more than chance does to so few rows.
  case noise
  case shift
  case constantChanged
  /// Missing in every row, or not sent at all.
  case vanished
  /// Text for numbers, or numbers for names, in half of the rows or more.
  case changedType
  case windowTooSmall
  case referenceTooSmall
  /// A new level in most rows, as of an id or free text.
  case levelsTooRare
  /// Other than the whole reference, and as the same hours have always been.
  case seasonal
}

/// One feature's window, judged.
package struct FeatureDrift: Sendable, Equatable {
  package let feature: FeatureDeclaration
  package let referenceRows: Int64
  package let currentRows: Int64
  /// Nil when nothing can be compared.
  package let comparison: DriftComparison?
  /// With the same hours of the reference, where those were enough.
  package let seasonal: DriftComparison?
  /// Of chi-squared, adjusted for the number of features judged together; its own p for score and class. Nil when the
  /// feature was not tested.
  package let adjustedP: Double?
  package let verdict: DriftVerdict
  package let cause: DriftCause
  /// For people. Levels and names in it are as they came.
  package let sentence: String

  package var name: String { feature.name }
}

/// What is concluded of all of a model's features for one window.
package struct DriftReport: Sendable, Equatable {
  /// Score and class first, then the features in their order.
  package let features: [FeatureDrift]
  package let sentence: String

  package var isDrift: Bool { features.contains { $0.verdict.isDrift } }

  /// The worst first, score and class before features that are as bad.
  package var ranked: [FeatureDrift] {
    features.enumerated().sorted { a, b in
      let (left, right) = (Self.rank(a.element), Self.rank(b.element))
      return left == right ? a.offset < b.offset : left > right
    }.map(\.element)
  }

  private static func rank(_ drift: FeatureDrift) -> (Int, Int, Double) {
    (
      drift.verdict.severity, drift.feature.role == .feature ? 0 : 1,
      drift.comparison?.psi ?? .infinity
    )
  }
}
