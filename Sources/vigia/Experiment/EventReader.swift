import InferenceProtocol
import Statistics

/// One row of a file of events.
struct ExperimentEvent: Sendable, Equatable {
  /// In seconds; since 1970, where the file says so.
  var time = 0.0
  var isChallenger = false
  /// Whether it went wrong.
  var isEvent = false
  /// The challenger's share of the traffic when it was routed.
  var share = 0.0
  /// Hash of the key that routing sticks to; nil where the row has none.
  var key: UInt64?
}

/// Reads rows of `time,arm,event[,share][,key]`.
struct EventReader: Sendable {
  private let path: String
  private let columns: EventColumns
  private let share: Double

  /// - Parameter share: where there is no column of it.
  init(path: String, _ columns: EventColumns, share: Double) {
    self.path = path
    self.columns = columns
    self.share = share
  }

  func read(
    _ chunk: RowChunk, _ take: (ExperimentEvent) -> Void
  ) throws(TableError) {
    let text = chunk.text.span
    for (index, row) in chunk.rows.enumerated() {
      var event = ExperimentEvent(share: share)
      if let problem = read(text, row, &event) {
        throw .input(
          path: path, line: chunk.line(ofRow: index),
          column: problem.column.map { .init(number: $0 + 1, name: columns.names[$0]) },
          reason: problem.reason)
      }
      take(event)
    }
  }

  private struct Problem {
    /// From 0.
    var column: Int?
    var reason: String
  }

  private func read(
    _ text: Span<UInt8>, _ row: Range<Int>, _ event: inout ExperimentEvent
  ) -> Problem? {
    var at = row.lowerBound
    var column = 0
    while true {
      let reason: String?
      let use = column < columns.uses.count ? columns.uses[column] : nil
      switch CSVField.next(in: text, &at, end: row.upperBound) {
      case .plain(let range): reason = use.flatMap { store(text, range, $0, &event) }
      case .quoted(let field):
        reason = use.flatMap { store(field.span, 0..<field.count, $0, &event) }
      case .broken(let why): reason = why
      }
      if let reason { return Problem(column: min(column, columns.names.count - 1), reason: reason) }
      column += 1
      guard at < row.upperBound else { break }
      at += 1
    }
    guard column == columns.uses.count else {
      return Problem(
        column: nil, reason: "expected \(columns.uses.count) fields, found \(column)")
    }
    guard event.share > 0 || !event.isChallenger, event.share < 1 || event.isChallenger else {
      return Problem(
        column: columns.uses.firstIndex(of: .share),
        reason: event.isChallenger
          ? "a request of the challenger's while its share was 0"
          : "a request of the champion's while the challenger's share was 1")
    }
    return nil
  }

  /// - Returns: what is wrong with the field; nil: nothing.
  private func store(
    _ text: Span<UInt8>, _ range: Range<Int>, _ use: EventColumns.Use,
    _ event: inout ExperimentEvent
  ) -> String? {
    switch use {
    case .time:
      guard let time = EventTime.seconds(text, range) else {
        return expected("seconds since 1970, or a time as 2026-11-26T15:04:05Z", text, range)
      }
      event.time = time
    case .arm:
      guard let isChallenger = Self.isChallenger(text, range) else {
        return expected("champion or challenger (or A or B)", text, range)
      }
      event.isChallenger = isChallenger
    case .event:
      guard let bit = TableNumber.bits(of: text, in: range, as: .bool) else {
        return expected("0 or 1", text, range)
      }
      event.isEvent = bit == 1
    case .share:
      guard let bits = TableNumber.bits(of: text, in: range, as: .fp64) else {
        return expected("the challenger's share, 0 through 1", text, range)
      }
      let share = Double(bitPattern: bits)
      guard share >= 0, share <= 1 else {
        return expected("the challenger's share, 0 through 1 (5 % is 0.05)", text, range)
      }
      event.share = share
    case .key:
      guard !range.isEmpty else { return nil }
      var hasher = FirstEventPerKey.Hasher()
      for index in range { hasher.add(text[index]) }
      event.key = hasher.hash
    }
    return nil
  }

  private static func isChallenger(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool? {
    func isWord(_ word: StaticString) -> Bool {
      guard word.utf8CodeUnitCount == range.count else { return false }
      return (0..<range.count).allSatisfy {
        text[range.lowerBound + $0] | 0x20 == word.utf8Start[$0]
      }
    }
    if isWord("champion") || isWord("a") { return false }
    if isWord("challenger") || isWord("b") { return true }
    return nil
  }

  private func expected(_ what: String, _ text: Span<UInt8>, _ range: Range<Int>) -> String {
    let found = String(decoding: range.prefix(100).map { text[$0] }, as: UTF8.self)
    return "expected \(what), found \(ConfigurationProblem.quoted(found))"
  }
}
