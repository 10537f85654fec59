package import Domain
package import Statistics

/// How often each rule would have raised an alarm on stored traffic in which, by its making, nothing had changed.
package struct CalibrationReport: Sendable, Equatable, Encodable {
  package var models: [Model]

  package struct Model: Sendable, Equatable, Encodable {
    package var model: String
    package var versions: [Version]
    package var champion: String
    /// Of the champion with itself, by the challenger's share.
    package var experiments: [Calibrated<ExperimentCalibration>]
    /// Availability, then latency; empty for a model without objectives.
    package var objectives: [Objective]
  }

  package struct Version: Sendable, Equatable, Encodable {
    package var version: String
    /// Where its reference is from.
    package var reference: String
    package var referenceRows: Int64
    package var features: Int
    /// Finished windows that are replayed, and rows of the smallest and of the largest.
    package var windows: Int
    package var windowRows: [Int64]
    /// Windows and references drawn from all windows together.
    package var samplingNoise: Calibrated<DriftCalibration>
    /// Each window against all the others.
    package var asTrafficVaries: Calibrated<DriftCalibration>
    package var concept: Calibrated<ConceptCalibration>
    /// What stood for blocks: "judged blocks", "stretches of whole minutes with 48 labelled rows or more".
    package var conceptBlocks: String

    private enum CodingKeys: String, CodingKey {
      case version, reference, features, windows, concept
      case referenceRows = "reference_rows"
      case windowRows = "window_rows"
      case samplingNoise = "sampling_noise"
      case asTrafficVaries = "as_traffic_varies"
      case conceptBlocks = "concept_blocks"
    }
  }

  package struct Objective: Sendable, Equatable, Encodable {
    package var kind: ObjectiveSummary.Kind
    package var target: Double
    package var burn: Calibrated<BurnCalibration>
  }
}

/// A figure, or what is missing for one.
package enum Calibrated<Value: Sendable & Equatable & Encodable>: Sendable, Equatable, Encodable {
  case measured(Value)
  case notEnough(stored: Int64, needed: Int64, of: String)

  private enum CodingKeys: String, CodingKey {
    case stored, needed, of
    case notEnough = "not_enough"
  }

  /// As the value itself, or as `{"not_enough": {"stored", "needed", "of"}}`.
  package func encode(to encoder: any Encoder) throws {
    switch self {
    case .measured(let value): try value.encode(to: encoder)
    case .notEnough(let stored, let needed, let of):
      var outer = encoder.container(keyedBy: CodingKeys.self)
      var container = outer.nestedContainer(keyedBy: CodingKeys.self, forKey: .notEnough)
      try container.encode(stored, forKey: .stored)
      try container.encode(needed, forKey: .needed)
      try container.encode(of, forKey: .of)
    }
  }
}
