package import Domain

/// Judgements of the past as the panels need them: sorted out once, when they come, and not at every
/// picture.
package struct JudgementHistory: Sendable, Equatable {
  /// How one feature did in one window.
  package struct Mark: Sendable, Equatable {
    /// The window, [from, to) in seconds since 1970.
    package var from: Int64
    package var to: Int64
    package var verdict: FeatureVerdict.Verdict
    package var psi: Double?
  }

  /// A verdict on an experiment, when it changed.
  package struct Turn: Sendable, Equatable {
    package var time: Timestamp
    package var version: String
    package var summary: ExperimentSummary
  }

  /// Oldest first, all of them.
  package private(set) var windows: [DriftWindow] = []
  package private(set) var blocks: [QualityBlock] = []
  package private(set) var turns: [Turn] = []
  package private(set) var effects: [ExperimentEffects] = []
  package private(set) var references: [ReferenceCells] = []
  private var marks: [String: [Mark]] = [:]

  package init(_ records: [JudgementRecord]) {
    for record in records {
      switch record.content {
      case .drift(let window):
        windows.append(window)
        for feature in window.features {
          marks[feature.key, default: []].append(
            Mark(from: window.from, to: window.to, verdict: feature.verdict, psi: feature.psi))
        }
      case .quality(let block): blocks.append(block)
      case .experiment(let summary):
        turns.append(Turn(time: record.time, version: record.version.version, summary: summary))
      case .effects(let course): effects.append(course)
      // A moment of the past comes whole, with its experiment.
      case .standing: break
      case .reference(let cells): references.append(cells)
      }
    }
  }

  /// A feature's verdicts, oldest first.
  ///
  /// - Parameter key: `FeatureVerdict.key`.
  package func marks(of key: String) -> [Mark] { marks[key] ?? [] }
}

extension FeatureVerdict {
  /// Tells a feature apart from a score or class of the same name.
  package var key: String { "\(subject.rawValue):\(name)" }
}
