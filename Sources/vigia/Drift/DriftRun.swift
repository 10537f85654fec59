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
  private let reference: Side
  private let current: Side

  /// A file whose header has been read.
  private struct Side: Sendable {
    let source: InputSource
    let header: FileHeader

    init(_ path: String) throws(DriftError) {
      source = try DriftRun.asked { () throws(ScoreError) in try InputSource(path) }
      do throws(ScoreError) {
        header = try FileHeader(source)
      } catch {
        // It can be read, and is not what it should be.
        if case .file(let path, let reason) = error {
          throw .input(path: path, line: 1, column: nil, reason: reason)
        }
        throw DriftError(error)
      }
    }
  }

  /// Opens both files and reads their headers. Blocks.
  init(_ options: DriftOptions) throws(DriftError) {
    guard options.reference != "-" || options.current != "-" else {
      throw .usage("only one of the two files can be standard input")
    }
    self.options = options
    reference = try Side(options.reference)
    current = try Side(options.current)
  }

  /// Reads both, and judges. Blocks.
  func run() throws(DriftError) -> Result {
    let plan = try plan()
    let capacity = Self.capacity(plan)
    let sides = [(reference, plan.reference), (current, plan.current)]
    let read = Mutex<[Int: Swift.Result<[FeatureValues], DriftError>]>([:])
    let options = options
    // Each file on a thread: parsing and sorting are nearly all of the work.
    DispatchQueue.concurrentPerform(iterations: 2) { index in
      let (side, uses) = sides[index]
      let values = Swift.Result { () throws(DriftError) in
        try Self.read(side, uses, plan.features, capacity, options)
      }
      read.withLock { $0[index] = values }
    }
    let results = read.withLock { $0 }
    guard var before = try results[0]?.get(), var now = try results[1]?.get() else {
      preconditionFailure("each side was read")
    }
    return judge(&before, &now, plan)
  }

  private func plan() throws(DriftError) -> DriftPlan {
    let sample = try Self.asked { () throws(ScoreError) in
      try reference.header.sample(reference.source, rows: Self.sampleRows)
    }
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
    _ side: Side, _ uses: [Int?], _ features: [FeatureDeclaration], _ capacity: Int,
    _ options: DriftOptions
  ) throws(DriftError) -> [FeatureValues] {
    let path = side.source.path
    var reader = ColumnReader(
      path: path, names: side.header.names, uses: uses, features, capacity: capacity,
      takesNonFinite: options.takesNonFinite)
    var limits = RowSplitter.Limits(rows: 4_096)
    limits.chunkBytes = 256 << 10
    var splitter = RowSplitter(limits: limits, from: side.header.position)
    func readRows() throws(DriftError) {
      while let chunk = try Self.asked({ () throws(ScoreError) in try splitter.chunk(of: path) }) {
        try reader.read(chunk)
      }
    }
    try Self.asked { () throws(ScoreError) in try side.source.skip(to: side.header.position.offset)
    }
    while let piece = try Self.asked({ () throws(ScoreError) in try side.source.read() }) {
      splitter.append(piece)
      try readRows()
    }
    splitter.finish()
    try readRows()
    guard reader.values.first.map({ $0.rows > 0 }) ?? true else {
      throw .input(
        path: path, line: side.header.position.line, column: nil,
        reason: "no rows below the header")
    }
    reader.sort()
    return reader.values
  }

  /// What reads files for `vigia score` has errors of its own.
  private static func asked<Value>(
    _ body: () throws(ScoreError) -> Value
  ) throws(DriftError) -> Value {
    do throws(ScoreError) {
      return try body()
    } catch {
      throw DriftError(error)
    }
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
        "\(current.source.path): left out, since the reference has no such "
          + "\(plan.unknown.count == 1 ? "column" : "columns"): "
          + plan.unknown.joined(separator: ", "))
    }
    // All columns of a file have as many rows.
    if let warning = references.first?.warning {
      notes.append("\(reference.source.path): \(warning)")
    }
    for (side, values) in [(reference, before), (current, now)] {
      let sampled = values.filter { !$0.isExact }.map(\.feature.name)
      if !sampled.isEmpty {
        notes.append(
          "\(side.source.path): judged by a uniform sample of the values of "
            + sampled.joined(separator: ", "))
      }
    }
    return notes
  }
}
