import Statistics

/// Which columns of the two files are compared, and how.
struct DriftPlan: Sendable, Equatable {
  private(set) var features: [FeatureDeclaration] = []
  /// By column of the file, the feature it holds; nil: not compared.
  private(set) var reference: [Int?]
  private(set) var current: [Int?]
  /// Columns of the current file that the reference has not.
  private(set) var unknown: [String] = []

  /// - Parameters:
  ///   - referenceColumns: the header's names.
  ///   - currentColumns: likewise, in any order.
  ///   - kinds: of the reference's columns.
  /// - Throws: `input` for a column that is missing or stands twice, `usage` for options that contradict each other.
  init(
    referenceColumns: [String], currentColumns: [String], kinds: [FeatureKind],
    _ options: DriftOptions
  ) throws(TableError) {
    reference = Array(repeating: nil, count: referenceColumns.count)
    current = Array(repeating: nil, count: currentColumns.count)
    if let score = options.score, score == options.predictedClass {
      throw .usage("--score and --class name the same column \"\(score)\"")
    }
    if let score = options.score, options.categorical.contains(score) {
      throw .usage("--score \(score) is a number; --class is for a column of names")
    }
    let answers = [options.score, options.predictedClass].compactMap { $0 }
    var chosen = options.columns ?? referenceColumns
    for answer in answers where !chosen.contains(answer) { chosen.append(answer) }
    for (position, name) in chosen.enumerated() where chosen[..<position].contains(name) {
      // Of the reference's own header it is said below, with its line.
      if options.columns != nil { throw .usage("--columns names \"\(name)\" twice") }
    }
    for name in options.categorical where !chosen.contains(name) {
      throw .usage("--categorical names \"\(name)\", which is not compared")
    }
    for name in chosen {
      let column = try Self.column(name, referenceColumns, options.reference)
      current[try Self.column(name, currentColumns, options.current)] = features.count
      reference[column] = features.count
      features.append(Self.declaration(name, kinds[column], options))
    }
    unknown = currentColumns.filter { !referenceColumns.contains($0) }
  }

  private static func declaration(
    _ name: String, _ kind: FeatureKind, _ options: DriftOptions
  ) -> FeatureDeclaration {
    let role: FeatureRole =
      switch name {
      case options.score: .score
      case options.predictedClass: .predictedClass
      default: .feature
      }
    let isCategorical = role == .predictedClass || options.categorical.contains(name)
    return FeatureDeclaration(name: name, kind: isCategorical ? .categorical : kind, role: role)
  }

  private static func column(
    _ name: String, _ columns: [String], _ path: String
  ) throws(TableError) -> Int {
    func wrong(_ reason: String) -> TableError {
      .input(path: path, line: 1, column: nil, reason: reason)
    }
    guard let index = columns.firstIndex(of: name) else {
      let shown = columns.prefix(20).joined(separator: ", ")
      let list = columns.count > 20 ? "\(shown), ... (\(columns.count) in all)" : shown
      let hint =
        Spelling.nearest(to: name, among: columns).map { "; did you mean \"\($0)\"?" } ?? ""
      throw wrong("no column \"\(name)\"; there are \(list)\(hint)")
    }
    guard columns.lastIndex(of: name) == index else {
      throw wrong("two columns are named \"\(name)\"; rename one of them")
    }
    return index
  }
}
