/// Which columns of a file of events are which.
struct EventColumns: Sendable, Equatable {
  enum Use: String, CaseIterable, Sendable {
    case time
    case arm
    case event
    case share
    case key

    var isNeeded: Bool {
      switch self {
      case .time, .arm, .event: true
      case .share, .key: false
      }
    }
  }

  let names: [String]
  /// By column; nil: left alone.
  let uses: [Use?]

  /// - Throws: `input`, with what is missing or there twice.
  init(_ names: [String], path: String) throws(TableError) {
    self.names = names
    uses = names.map { Use(rawValue: $0) }
    func wrong(_ reason: String) -> TableError {
      .input(path: path, line: 1, column: nil, reason: reason)
    }
    for use in Use.allCases {
      let count = uses.count { $0 == use }
      guard count <= 1 else { throw wrong("two columns are named \"\(use.rawValue)\"") }
      guard count == 0, use.isNeeded else { continue }
      let others = names.indices.filter { uses[$0] == nil }.map { names[$0] }
      let hint =
        Spelling.nearest(to: use.rawValue, among: others)
        .map { "; did you mean \(ConfigurationProblem.quoted($0))?" } ?? ""
      throw wrong(
        "no column \"\(use.rawValue)\"; expected time,arm,event and perhaps share,key, found "
          + ConfigurationProblem.quoted(names.prefix(20).joined(separator: ",")) + hint)
    }
  }

  func has(_ use: Use) -> Bool { uses.contains(use) }
}
