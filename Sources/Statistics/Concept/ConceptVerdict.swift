/// What may be said of a model by the labels that have come.
package enum ConceptVerdict: Sendable, Equatable {
  /// Blocks judged, of those that the reference takes.
  case collecting(blocks: Int, of: Int)
  case ok
  case drift(ConceptDrift)
  /// Of this stretch, which is old enough, far fewer labels came than is usual.
  case labelsMissing(LabelCoverage)
}

/// A rise of the error, with what it is compared with.
package struct ConceptDrift: Sendable, Equatable {
  /// Seconds since 1970: the first block of the rise, and the end of the block that raised the alarm.
  package let start: Int64
  package let alarm: Int64
  /// Blocks since then, at most as many as are kept.
  package let blocks: Int
  /// The average of these blocks' means: of the model, and of the baselines, where all blocks know it.
  package let mean: Double
  package let noChangeMean: Double?
  package let majorityMean: Double?
  package let reference: ConceptReference
  package let loss: ConceptLoss
  /// The detector's promise.
  package let daysToFalseAlarm: Double
  /// Whether ADWIN saw the rise too, which takes it several times longer; nil for a loss that is no error rate.
  package let secondOpinion: Bool?

  /// "wrong 41 % of the last 6 blocks against 15 % in the reference; false alarms 41 days or more apart on average; ADWIN
  /// agrees"
  package var sentence: String {
    let span = blocks == 1 ? "last block" : "last \(blocks) blocks"
    let source =
      switch reference.source {
      case .given: "in the reference"
      case .firstBlocks(let count): "in the first \(count) blocks"
      }
    let finding =
      switch loss {
      case .wrongRows:
        "wrong \(percent(mean)) of the \(span) against \(percent(reference.mean)) \(source)"
      case .mean:
        "mean loss \(digits(mean)) in the \(span) against \(digits(reference.mean)) \(source)"
      }
    let days = daysToFalseAlarm >= 2 ? "\(Int(daysToFalseAlarm)) days" : "a day"
    let opinion =
      switch secondOpinion {
      case true?: "; ADWIN agrees"
      case false?: "; ADWIN, which is slower, does not yet"
      case nil: ""
      }
    return finding + "; false alarms \(days) or more apart on average" + opinion
  }
}

/// A last block that was worse than the reference, of which nothing is proven.
package struct UnprovenRise: Sendable, Equatable {
  /// Of the last block.
  package let mean: Double
  package let reference: ConceptReference
  package let loss: ConceptLoss
  /// The detector's: the alarm is at 1.
  package let evidence: Double
  /// Whether ADWIN has seen a rise since all was steady.
  package let secondOpinion: Bool

  /// "no proof of more errors yet: last block 69 % wrong, reference 27 %; evidence 2 % of what an alarm
  /// takes; ADWIN sees a rise"
  package var sentence: String {
    let finding =
      switch loss {
      case .wrongRows: "last block \(percent(mean)) wrong, reference \(percent(reference.mean))"
      case .mean:
        "last block's mean loss \(digits(mean)), reference \(digits(reference.mean))"
      }
    let share = percent(min(evidence, 1))
    return "no proof of more errors yet: \(finding); evidence \(share) of what an alarm takes"
      + (secondOpinion ? "; ADWIN sees a rise" : "")
  }
}

/// "41 %", below ten with one decimal: "3.2 %".
private func percent(_ share: Double) -> String {
  let tenths = Int((share * 1_000).rounded())
  return tenths >= 100 || tenths % 10 == 0
    ? "\(Int((share * 100).rounded())) %" : "\(tenths / 10).\(tenths % 10) %"
}

/// Three significant digits.
private func digits(_ value: Double) -> String {
  guard value > 0, value.isFinite else { return "\(value)" }
  var scale = 1.0
  while value * scale < 100 && scale < 1e12 { scale *= 10 }
  return "\((value * scale).rounded() / scale)"
}
