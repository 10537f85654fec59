package import Domain
package import Statistics

/// The rows of one series in one stretch of time by the bins of a frozen reference.
package struct FeatureCounts: Sendable, Equatable, Codable {
  /// Which reference's bins.
  package var reference: Int64
  /// In the order of the reference's features.
  package var features: [BinCounts]

  package init(reference: Int64, features: [BinCounts]) {
    self.reference = reference
    self.features = features
  }

  /// Whether these counts are on the bins of `reference`, by its number and by their form.
  package func isOn(_ reference: FrozenReference) -> Bool {
    self.reference == reference.id && features.count == reference.features.count
      && zip(features, reference.features).allSatisfy { $0.counts.count == $1.bins.cellCount }
  }
}

extension FeatureCounts: Mergeable {
  /// The reference's number and how many features, then each feature's bytes with their LEB128 length before them and their
  /// checksum inside.
  func serialized() -> [UInt8] {
    var bytes: [UInt8] = []
    LEB128.append(signed: reference, to: &bytes)
    LEB128.append(UInt64(features.count), to: &bytes)
    for counts in features {
      let part = counts.serialized()
      LEB128.append(UInt64(part.count), to: &bytes)
      bytes.append(contentsOf: part)
    }
    return bytes
  }

  init(serialized bytes: [UInt8]) throws {
    var rest = bytes[...]
    guard let reference = LEB128.signed(&rest), let count = LEB128.unsigned(&rest),
      count <= UInt64(rest.count)
    else { throw SealedBytes.Failure.truncated }
    self.reference = reference
    features = []
    for _ in 0..<count {
      guard let length = LEB128.unsigned(&rest), length <= UInt64(rest.count) else {
        throw SealedBytes.Failure.truncated
      }
      features.append(try BinCounts(serialized: Array(rest.prefix(Int(length)))))
      rest = rest.dropFirst(Int(length))
    }
  }

  /// Counts on other bins do not add up: those of the newer reference stay.
  package mutating func merge(_ other: FeatureCounts) {
    guard reference == other.reference, features.count == other.features.count else {
      if other.reference > reference { self = other }
      return
    }
    for index in features.indices
    where features[index].counts.count == other.features[index].counts.count {
      features[index].merge(other.features[index])
    }
  }
}

/// What a version's live traffic is compared with: numbered, so that counts on its bins are known to be on its bins.
package struct FrozenReference: Sendable, Equatable, Codable {
  package var id: Int64
  package var version: ModelVersion
  package var madeAt: Timestamp
  /// In words: "live traffic", "training file reference.csv".
  package var source: String
  package var rows: Int64
  /// Of less than a day of traffic: in force until the whole day is there.
  package var isProvisional: Bool
  /// How often the version was wrong on the reference's rows; nil where that is not known.
  package var errors: Errors?
  package var features: [FeatureReference]
  /// Features of the model that a training file has no column for: they are compared with nothing. Nil: none, or not known.
  package var unwatched: [String]?

  package struct Errors: Sendable, Equatable, Codable {
    package var wrong: Int64
    package var rows: Int64

    package init(wrong: Int64, rows: Int64) {
      self.wrong = wrong
      self.rows = rows
    }
  }

  package init(
    id: Int64, version: ModelVersion, madeAt: Timestamp, source: String, rows: Int64,
    isProvisional: Bool = false, features: [FeatureReference]
  ) {
    self.id = id
    self.version = version
    self.madeAt = madeAt
    self.source = source
    self.rows = rows
    self.isProvisional = isProvisional
    self.features = features
  }

  /// The classes that the version predicts. Nil for a regression, and where the reference has one class alone: of the others
  /// nothing is known then.
  package var predictedClasses: FrozenBins? {
    guard let bins = features.first(where: { $0.role == .predictedClass })?.bins else { return nil }
    return bins.levels.count + bins.rareLevels.count > 1 ? bins : nil
  }
}

/// Rows of a version that has no final reference yet, for making one.
package struct FeatureSample: Sendable, Equatable {
  package var version: ModelVersion
  package var columns: [Column]

  package struct Column: Sendable, Equatable {
    package var declaration: FeatureDeclaration
    package var values: Values
  }

  /// One a row.
  package enum Values: Sendable, Equatable {
    /// NaN where the value is missing.
    case numbers([Double])
    /// Empty where the value is missing.
    case texts([String])

    package var count: Int {
      switch self {
      case .numbers(let values): values.count
      case .texts(let values): values.count
      }
    }
  }

  package var rows: Int { columns.first?.values.count ?? 0 }
}
