/// What a judge's loss is.
package enum ConceptLoss: String, Sendable, Codable {
  /// 0 or 1 a row: whether the predicted class was wrong.
  case wrongRows
  /// Any that is not negative: log-loss, absolute error.
  case mean
}

/// The loss when all was well.
package struct ConceptReference: Sendable, Equatable, Codable {
  package enum Source: Sendable, Equatable, Codable {
    /// Measured beforehand, with the model.
    case given
    /// The model's own first blocks in production.
    case firstBlocks(Int)
  }

  package let mean: Double
  package let standardError: Double
  package let source: Source

  /// - Parameters:
  ///   - mean: not negative, finite; likewise the standard error.
  package init(mean: Double, standardError: Double, source: Source = .given) {
    precondition(mean >= 0 && standardError >= 0, "a loss and its error are not negative")
    precondition(mean.isFinite && standardError.isFinite, "a reference is finite")
    self.mean = mean
    self.standardError = standardError
    self.source = source
  }

  /// An error rate that was counted: with the standard error of that many independent rows.
  ///
  /// - Precondition: there are rows, and no more wrong ones than that.
  package init(wrong: Int64, of rows: Int64) {
    precondition(rows > 0 && wrong >= 0 && wrong <= rows, "wrong rows are rows")
    let rate = Double(wrong) / Double(rows)
    self.init(mean: rate, standardError: (rate * (1 - rate) / Double(rows)).squareRoot())
  }

  /// What the mean may rise without being a rise: twice its standard error, and at least 2 points of an error rate, a
  /// tenth of another loss, whose unit is not known.
  package func tolerance(_ loss: ConceptLoss) -> Double {
    let least =
      switch loss {
      case .wrongRows: 0.02
      case .mean: max(mean / 10, .leastNormalMagnitude)
      }
    return max(least, 2 * standardError)
  }
}
