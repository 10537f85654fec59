import Domain
import HTTPTypes

/// Whether a question can be answered without harm: what a decoder lets through, but no caller would ask.
extension APILimits {
  func check(_ window: Window) throws(APIError) {
    let (length, overflows) = window.to.subtractingReportingOverflow(window.from)
    guard !overflows, window.step >= 1, length >= 0 else {
      throw APIError(.badRequest, "a window runs forward in steps of at least a second")
    }
    guard length / window.step < steps else {
      throw APIError(
        .badRequest, "a window has at most \(steps) steps, this one \(length / window.step)")
    }
  }

  func check(_ query: HeatmapQuery) throws(APIError) {
    try check(query.window)
    guard (1...buckets).contains(query.bucketCount) else {
      throw APIError(
        .badRequest, "a heatmap has 1 through \(buckets) buckets, this one \(query.bucketCount)")
    }
    guard query.lowest.isFinite, query.highest.isFinite, query.lowest > 0,
      query.lowest < query.highest
    else {
      throw APIError(
        .badRequest, "the edges of a heatmap are positive, the lowest below the highest")
    }
  }

  func check(rows limit: Int) throws(APIError) {
    guard (1...rows).contains(limit) else {
      throw APIError(.badRequest, "\"limit\" is 1 through \(rows), not \(limit)")
    }
  }

  func check(_ batch: LabelBatch) throws(APIError) {
    guard !batch.labels.isEmpty else { throw APIError(.badRequest, "\"labels\" is empty") }
    guard batch.labels.count <= labelsPerBatch else {
      throw APIError(
        .contentTooLarge,
        "a batch has at most \(labelsPerBatch) labels, this one \(batch.labels.count): send several"
      )
    }
  }

  /// - Returns: why the command cannot be performed whatever the state; nil when it can.
  func refusal(of command: Command) -> Refusal? {
    if command.reason.unicodeScalars.count > reason {
      return Refusal(.invalid, "a reason has at most \(reason) characters")
    }
    if case .setWeight(_, _, let weight) = command.action, !(0...1).contains(weight) {
      return Refusal(.invalid, "a weight is a share from 0 through 1, not \(weight)")
    }
    return nil
  }
}
