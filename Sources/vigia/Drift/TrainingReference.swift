import Domain
import Foundation
import Statistics
import Storage

/// What a version's inputs and answers were like at its training: `reference.csv` beside its `model.onnx`.
///
/// Every column is a feature by its name, but for three: `score`, the version's score of the row, `prediction`, its class,
/// and `label`, the truth. With the last two the file also says how often the version was wrong; use rows that it was not
/// trained on, else it will always seem to have become worse.
struct TrainingReference {
  static let fileName = "reference.csv"

  /// Columns that are no features.
  private static let answers = ["label", "prediction", "score"]

  private enum Use {
    case feature(Int)
    case label
    case prediction(Int)
  }

  private let path: String
  private let types: FeatureTypes
  private let uses: [Use]
  private let declarations: [FeatureDeclaration]
  private var values: [FeatureValues]
  private var rows: Int64 = 0
  private var labelled: Int64 = 0
  private var wrong: Int64 = 0

  /// Reads the file of a version; blocks.
  ///
  /// - Parameters:
  ///   - types: of the version's features.
  ///   - redacted: features and inputs that are left out.
  /// - Returns: nil when there is none.
  static func read(
    repository: String, version: ModelVersion, id: Int64, now: Timestamp,
    types: FeatureTypes = FeatureTypes(), redacted: Set<String> = []
  ) throws(TableError) -> FrozenReference? {
    let path = "\(repository)/\(version.model)/\(version.version)/\(fileName)"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do throws(ScoreError) {
      let source = try InputSource(path)
      let header = try FileHeader(source)
      var reference = try TrainingReference(path, header, source, types)
      try reference.readRows(source, from: header)
      var frozen = try reference.frozen(version, id: id, now: now)
      let unwatched = reference.types.missing(
        in: header.names.filter { !Self.answers.contains($0) }
      ).filter { !reference.types.isRedacted($0, by: redacted) }
      frozen.unwatched = unwatched.isEmpty ? nil : unwatched
      return frozen.without(redacted, types) ?? frozen
    } catch {
      throw TableError(error)
    }
  }

  private init(
    _ path: String, _ header: FileHeader, _ source: InputSource, _ types: FeatureTypes
  ) throws(ScoreError) {
    self.path = path
    let names = header.names.filter { !Self.answers.contains($0) }
    let types = types.called(names)
    // Else they would seem to have vanished from live traffic.
    if let (strange, known) = types.strangers(names) {
      throw .input(
        path: path, line: 1,
        reason:
          "no feature of the model is called \(Self.list(strange)): expected \(Self.list(known)), which is "
          + "what `features` in the configuration says, or the model's own names")
    }
    self.types = types
    let kinds =
      try header.sample(source, rows: 1_000)?.kinds(columns: header.names.count)
      ?? header.names.map { _ in .numeric }
    var declarations: [FeatureDeclaration] = []
    var uses: [Use] = []
    for (name, kind) in zip(header.names, kinds) {
      switch name {
      case "label": uses.append(.label)
      case "prediction":
        uses.append(.prediction(declarations.count))
        declarations.append(
          FeatureDeclaration(name: "predicted class", kind: .categorical, role: .predictedClass))
      case "score":
        uses.append(.feature(declarations.count))
        declarations.append(FeatureDeclaration(name: "score", kind: .numeric, role: .score))
      default:
        uses.append(.feature(declarations.count))
        // What the model takes as text is compared as names, numbers or not.
        declarations.append(
          FeatureDeclaration(name: name, kind: types.isText(name) ? .categorical : kind))
      }
    }
    self.uses = uses
    self.declarations = declarations
    values = declarations.enumerated().map { index, declaration in
      FeatureValues(declaration, seed: UInt64(index) + 1)
    }
  }

  private static func list(_ names: [String]) -> String {
    let some = names.prefix(8).map { "\"\($0)\"" }.joined(separator: ", ")
    return names.count > 8 ? "\(some) and \(names.count - 8) more" : some
  }

  private mutating func readRows(
    _ source: InputSource, from header: FileHeader
  ) throws(ScoreError) {
    var splitter = RowSplitter(limits: RowSplitter.Limits(rows: 4_096), from: header.position)
    try source.skip(to: header.position.offset)
    while let piece = try source.read() {
      splitter.append(piece)
      while let chunk = try splitter.chunk(of: path) { try take(chunk) }
    }
    splitter.finish()
    while let chunk = try splitter.chunk(of: path) { try take(chunk) }
  }

  private mutating func take(_ chunk: RowChunk) throws(ScoreError) {
    for row in chunk.rows.indices {
      let fields = chunk.fields(row: row)
      guard fields.count == uses.count else {
        throw .input(
          path: path, line: chunk.line(ofRow: row),
          reason: "expected \(uses.count) fields, found \(fields.count)")
      }
      rows += 1
      var (label, prediction) = ("", "")
      for (field, use) in zip(fields, uses) {
        switch use {
        case .label: label = field
        case .prediction(let index):
          prediction = field
          values[index].add(field)
        case .feature(let index):
          // What is no character in UTF-8 became this one: different names would be the same.
          guard !field.unicodeScalars.contains("\u{FFFD}") else {
            throw .input(
              path: path, line: chunk.line(ofRow: row),
              reason: "column \(declarations[index].name): expected text in UTF-8")
          }
          guard add(field, to: index) else {
            let bytes = Array(field.utf8)
            let reason =
              DecimalComma.reason(bytes.span, in: 0..<bytes.count)
              ?? "expected a number, found "
              + ConfigurationProblem.quoted(String(field.prefix(100)))
            throw .input(
              path: path, line: chunk.line(ofRow: row),
              reason: "column \(declarations[index].name): \(reason)")
          }
        }
      }
      if !label.isEmpty, !prediction.isEmpty {
        labelled += 1
        if !Self.areEqual(label, prediction) { wrong += 1 }
      }
    }
  }

  /// - Returns: false for text where numbers are.
  private mutating func add(_ field: String, to index: Int) -> Bool {
    if declarations[index].kind == .categorical {
      values[index].add(field)
    } else if field.isEmpty || field.lowercased() == "nan" {
      values[index].addMissing()
    } else if let value = Double(field) {
      // An edge between bins is often a value.
      values[index].add(types.seen(value, declarations[index].name))
    } else {
      return false
    }
    return true
  }

  /// `1` and `1.0` are one class.
  private static func areEqual(_ label: String, _ prediction: String) -> Bool {
    if label == prediction { return true }
    guard let one = Double(label), let other = Double(prediction) else { return false }
    return one == other
  }

  private func frozen(
    _ version: ModelVersion, id: Int64, now: Timestamp
  ) throws(ScoreError) -> FrozenReference {
    guard rows >= FeatureReference.rowsMin else {
      throw .input(
        path: path, line: 1,
        reason: "a reference has at least \(FeatureReference.rowsMin) rows, this one \(rows)")
    }
    var made = values
    var reference = FrozenReference(
      id: id, version: version, madeAt: now, source: "training file \(Self.fileName)", rows: rows,
      features: made.indices.map { made[$0].reference() })
    if labelled >= FeatureReference.rowsMin {
      reference.errors = FrozenReference.Errors(wrong: wrong, rows: labelled)
    }
    return reference
  }
}
