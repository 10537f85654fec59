import Domain
import HTTPTypes

/// Whether a question can be answered without harm: what a decoder lets through, but no caller would ask.
extension APILimits {
  /// The window as it is answered: with a longer step where it would have too many, and empty where it ends before it
  /// begins.
  ///
  /// - Parameter buckets: of each step.
  func fitted(_ window: Window, buckets: Int = 1) throws(APIError) -> Window {
    try check(window.from, as: "from")
    try check(window.to, as: "to")
    guard (1...Self.longestStep).contains(window.step) else {
      throw APIError(
        .badRequest, "a window's \"step\" is 1 through \(Self.longestStep) s, not \(window.step)")
    }
    let most = Int64(max(1, min(steps, cells / buckets)))
    let to = max(window.from, window.to)
    let least = (to - window.from + most - 1) / most
    return Window(from: window.from, to: to, step: max(window.step, least))
  }

  /// With its borders in order and each once; they make the window.
  func fitted(_ query: BusinessQuery) throws(APIError) -> BusinessQuery {
    var query = query
    query.window = try fitted(query.window)
    guard let borders = query.borders else { return query }
    guard (1...steps).contains(borders.count) else {
      throw APIError(.badRequest, "\"borders\" are 1 through \(steps), not \(borders.count)")
    }
    for border in borders { try check(border, as: "borders") }
    return BusinessQuery(
      model: query.model, borders: Set(borders).sorted(), step: query.window.step)
  }

  func fitted(_ query: HeatmapQuery) throws(APIError) -> HeatmapQuery {
    guard (1...buckets).contains(query.bucketCount) else {
      throw APIError(
        .badRequest, "a heatmap has 1 through \(buckets) buckets, this one \(query.bucketCount)")
    }
    let edges = 0.001...1e12
    guard edges.contains(query.lowest), edges.contains(query.highest) else {
      throw APIError(.badRequest, "the edges of a heatmap are microseconds from 0.001 through 1e12")
    }
    var query = query
    query.window = try fitted(query.window, buckets: query.bucketCount)
    (query.lowest, query.highest) = (
      min(query.lowest, query.highest), max(query.lowest, query.highest)
    )
    return query
  }

  func fitted(_ query: JudgementQuery) throws(APIError) -> JudgementQuery {
    try check(rows: query.limit)
    try check(query.from, as: "from")
    try check(query.to, as: "to")
    var query = query
    query.to = max(query.from, query.to)
    return query
  }

  func fitted(_ query: FailureQuery) throws(APIError) -> FailureQuery {
    try check(query.from, as: "from")
    try check(query.to, as: "to")
    return FailureQuery(model: query.model, from: query.from, to: max(query.from, query.to))
  }

  func check(_ time: Timestamp?) throws(APIError) {
    guard let time, !Self.askedTimes.contains(time.microseconds) else { return }
    throw APIError(
      .badRequest,
      "a time is microseconds since 1970, from 1973 through the year 9999, not \(time.microseconds)"
        + Self.unit(of: time.microseconds))
  }

  /// What a number is that is too small for microseconds: a date of our days in a larger unit; empty for others.
  private static func unit(of number: Int64) -> String {
    switch number {
    case 100_000_000..<100_000_000_000: "; in seconds? Those are \(number * 1_000_000)"
    case 100_000_000_000..<askedTimes.lowerBound: "; in milliseconds? Those are \(number * 1_000)"
    default: ""
    }
  }

  private func check(_ seconds: Int64, as name: String) throws(APIError) {
    guard !(0...Self.latestTime).contains(seconds) else { return }
    throw APIError(
      .badRequest,
      "\"\(name)\" is seconds since 1970, 0 through \(Self.latestTime), not \(seconds)")
  }

  func check(rows limit: Int) throws(APIError) {
    guard (1...rows).contains(limit) else {
      throw APIError(.badRequest, "\"limit\" is 1 through \(rows), not \(limit)")
    }
  }

  func check(_ batch: LabelBatch) throws(APIError) {
    guard batch.count > 0 else { throw APIError(.badRequest, "\"labels\" is empty") }
    guard batch.count <= labelsPerBatch else {
      throw APIError(
        .contentTooLarge,
        "a batch has at most \(labelsPerBatch) labels, this one \(batch.count): send several"
      )
    }
  }

  /// - Returns: why the command cannot be performed whatever the state; nil when it can.
  func refusal(of command: Command) -> Refusal? {
    if command.reason.unicodeScalars.count > reason {
      return Refusal(.invalid, "a reason has at most \(reason) characters")
    }
    if case .setWeight(_, _, let weight, _) = command.action, !(0...1).contains(weight) {
      return Refusal(.invalid, "a weight is a share from 0 through 1, not \(weight)")
    }
    do throws(APIError) {
      try check(command.action.until)
    } catch {
      return Refusal(.invalid, error.message)
    }
    return nil
  }
}

extension Command.Action {
  /// When what it begins is to end; nil: it begins nothing that ends by itself.
  fileprivate var until: Timestamp? {
    switch self {
    case .freeze(_, let until), .silence(_, let until): until
    case .acknowledge(_, let until): until
    default: nil
    }
  }
}
