import Foundation
import Statistics
import Synchronization

/// Two files of rows, compared column by column: `vigia drift` without its words.
struct DriftRun {
  /// What was compared, and what is to be said beside it.
  struct Result: Sendable {
    let report: DriftReport
    let referenceRows: Int64
    let currentRows: Int64
    let notes: [String]
  }

  private let options: DriftOptions
  private let reference: TableFile
  private let current: TableFile

  /// Opens both files and reads their headers. Blocks.
  init(_ options: DriftOptions) throws(TableError) {
    guard options.reference != "-" || options.current != "-" else {
      throw .usage("only one of the two files can be standard input")
    }
    self.options = options
    reference = try TableFile(options.reference)
    current = try TableFile(options.current)
  }

  /// Reads both, and judges. Blocks.
  func run() throws(TableError) -> Result {
    let plan = try plan()
    let capacity = Self.capacity(plan)
    let sides = [(reference, plan.reference), (current, plan.current)]
    let read = Mutex<[Int: Swift.Result<[FeatureValues], TableError>]>([:])
    let options = options
    // Each file on a thread: parsing and sorting are nearly all of the work.
    DispatchQueue.concurrentPerform(iterations: 2) { index in
      let (side, uses) = sides[index]
      let values = Swift.Result { () throws(TableError) in
        try Self.read(side, uses, plan.features, capacity, options)
      }
      read.withLock { $0[index] = values }
    }
    let results = read.withLock { $0 }
    guard var before = try results[0]?.get(), var now = try results[1]?.get() else {
      preconditionFailure("each side was read")
    }
    let result = judge(&before, &now, plan)
    try refuseIncomparable(result.report)
    return result
  }

  /// Where not one column could be compared, nothing was found out, and "no drift" would be a lie. Too few rows are another
  /// thing: more of them may come.
  private func refuseIncomparable(_ report: DriftReport) throws(TableError) {
    let incomparable = report.features.filter { $0.verdict == .noVerdict }
    guard let first = incomparable.first, !report.features.contains(where: \.verdict.isJudged)
    else { return }
    let others = incomparable.count - 1
    let also = others > 0 ? " (and \(others) more)" : ""
    throw .input(
      path: reference.path, line: 1, column: nil,
      reason: "expected a column to compare, found none: \(first.name)\(also): \(first.sentence), "
        + "as of ids or free text; bring columns of numbers or of names that come again")
  }

  private func plan() throws(TableError) -> DriftPlan {
    let sample = try reference.sample(rows: Self.sampleRows)
    return try DriftPlan(
      referenceColumns: reference.header.names, currentColumns: current.header.names,
      kinds: sample?.kinds(columns: reference.header.names.count)
        ?? reference.header.names.map { _ in .numeric }, options)
  }

  private static let sampleRows = 1_000

  /// 64 MB a file, up to 4,000 columns; a million rows of 8 columns are kept as they are.
  private static func capacity(_ plan: DriftPlan) -> Int {
    max(2_000, 8_000_000 / max(1, plan.features.count))
  }

  private static func read(
    _ file: TableFile, _ uses: [Int?], _ features: [FeatureDeclaration], _ capacity: Int,
    _ options: DriftOptions
  ) throws(TableError) -> [FeatureValues] {
    let path = file.path
    var reader = ColumnReader(
      path: path, names: file.header.names, uses: uses, features, capacity: capacity,
      takesNonFinite: options.takesNonFinite)
    try file.read { (chunk) throws(TableError) in try reader.read(chunk) }
    guard reader.values.first.map({ $0.rows > 0 }) ?? true else {
      throw .input(
        path: path, line: file.header.position.line, column: nil,
        reason: "no rows below the header")
    }
    reader.sort()
    return reader.values
  }

  private func judge(
    _ before: inout [FeatureValues], _ now: inout [FeatureValues], _ plan: DriftPlan
  ) -> Result {
    let currentRows = now.first?.rows ?? 0
    var references: [FeatureReference] = []
    var windows: [FeatureWindow] = []
    for index in before.indices {
      let reference = before[index].reference(windowRows: currentRows)
      references.append(reference)
      windows.append(
        FeatureWindow(
          counts: now[index].counts(on: reference.bins), rows: now[index].rows,
          distances: reference.kind == .numeric
            ? SampleDistances(
              sortedReference: before[index].sorted(), current: now[index].sorted()) : nil))
    }
    return Result(
      report: DriftJudge.judge(references, windows), referenceRows: before.first?.rows ?? 0,
      currentRows: currentRows, notes: notes(references, before, now, plan))
  }

  private func notes(
    _ references: [FeatureReference], _ before: [FeatureValues], _ now: [FeatureValues],
    _ plan: DriftPlan
  ) -> [String] {
    var notes = reference.header.warnings + current.header.warnings
    if !plan.unknown.isEmpty {
      notes.append(
        "\(current.path): left out, since the reference has no such "
          + "\(plan.unknown.count == 1 ? "column" : "columns"): "
          + plan.unknown.joined(separator: ", "))
    }
    // All columns of a file have as many rows.
    if let warning = references.first?.warning {
      notes.append("\(reference.path): \(warning)")
    }
    for (side, values) in [(reference, before), (current, now)] {
      let sampled = values.filter { !$0.isExact }.map(\.feature.name)
      if !sampled.isEmpty {
        notes.append(
          "\(side.path): judged by a uniform sample of the values of "
            + sampled.joined(separator: ", "))
      }
    }
    return notes
  }
}
