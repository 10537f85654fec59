/// What is concluded of one model at present, in short: the details of each window stand in the store
/// (`JudgementQuery`).
package struct ModelJudgement: Codable, Sendable, Equatable {
  /// Of each version that answers traffic and is watched.
  package var drift: [DriftSummary]
  package var concept: [ConceptSummary]
  /// Nil for a regression, and while too few labels came.
  package var championAccuracy: ChampionAccuracy?
  /// Nil without a challenger.
  package var experiment: ExperimentSummary?
  /// Availability, then latency; empty for a model without objectives.
  package var objectives: [ObjectiveSummary]
  package var business: BusinessFigures?

  package init(
    drift: [DriftSummary] = [], concept: [ConceptSummary] = [],
    championAccuracy: ChampionAccuracy? = nil, experiment: ExperimentSummary? = nil,
    objectives: [ObjectiveSummary] = [],
    business: BusinessFigures? = nil
  ) {
    self.drift = drift
    self.concept = concept
    self.championAccuracy = championAccuracy
    self.experiment = experiment
    self.objectives = objectives
    self.business = business
  }
}

/// A finished judgement of the past, as the store keeps it.
package struct JudgementRecord: Codable, Sendable, Equatable {
  package var time: Timestamp
  package var version: ModelVersion
  package var content: Content

  package enum Content: Sendable, Equatable {
    case drift(DriftWindow)
    case quality(QualityBlock)
    case experiment(ExperimentSummary)
    case effects(ExperimentEffects)
    case standing(ExperimentSummary)
    case reference(ReferenceCells)
  }

  package init(time: Timestamp, version: ModelVersion, content: Content) {
    self.time = time
    self.version = version
    self.content = content
  }

  package var kind: JudgementQuery.Kind {
    switch content {
    case .drift: .drift
    case .quality: .quality
    case .experiment: .experiment
    case .effects: .effects
    case .standing: .standing
    case .reference: .reference
    }
  }
}

extension JudgementRecord.Content: Codable {
  /// One key, which says what it is: `{"drift":{...}}`.
  private enum CodingKeys: String, CodingKey {
    case drift, quality, experiment, effects, standing, reference
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if container.contains(.drift) {
      self = .drift(try container.decode(DriftWindow.self, forKey: .drift))
    } else if container.contains(.quality) {
      self = .quality(try container.decode(QualityBlock.self, forKey: .quality))
    } else if container.contains(.effects) {
      self = .effects(try container.decode(ExperimentEffects.self, forKey: .effects))
    } else if container.contains(.standing) {
      self = .standing(try container.decode(ExperimentSummary.self, forKey: .standing))
    } else if container.contains(.reference) {
      self = .reference(try container.decode(ReferenceCells.self, forKey: .reference))
    } else {
      self = .experiment(try container.decode(ExperimentSummary.self, forKey: .experiment))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .drift(let window): try container.encode(window, forKey: .drift)
    case .quality(let block): try container.encode(block, forKey: .quality)
    case .experiment(let summary): try container.encode(summary, forKey: .experiment)
    case .effects(let effects): try container.encode(effects, forKey: .effects)
    case .standing(let summary): try container.encode(summary, forKey: .standing)
    case .reference(let cells): try container.encode(cells, forKey: .reference)
    }
  }
}

/// Which judgements of the past to list, oldest first.
package struct JudgementQuery: Codable, Sendable, Hashable {
  package var kind: Kind
  package var model: String
  /// Nil: all versions.
  package var version: String?
  /// [from, to) in whole seconds since 1970, of the judgement's time.
  package var from: Int64
  package var to: Int64
  /// The newest so many, at most 10,000.
  package var limit: Int
  /// Of windows of drift: with each feature's counts by cell. Many windows have many of them, so they come only when they
  /// are asked for.
  package var cells: Bool?

  package enum Kind: String, Codable, Sendable, CaseIterable {
    case drift, quality
    /// Verdicts, when they changed.
    case experiment
    /// The course of an experiment: one record each, of the time of its newest point.
    case effects
    /// How an experiment stood, about once a minute while it goes on: of what is older than two days the last of each hour,
    /// and nothing older than a month.
    case standing
    /// References, of the time at which each was made.
    case reference
  }

  package init(
    kind: Kind, model: String, version: String? = nil, from: Int64, to: Int64, limit: Int = 500,
    cells: Bool? = nil
  ) {
    self.kind = kind
    self.model = model
    self.version = version
    self.from = from
    self.to = to
    self.limit = limit
    self.cells = cells
  }
}
