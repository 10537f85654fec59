import Foundation
import Inference
package import InferenceProtocol

/// The bodies of a load, made of a table's rows or of seeded numbers.
package struct LoadRequests {
  package var inputs: [TensorMetadata]
  /// Rows of each request.
  package var rows: Int
  package var isBinary: Bool
  /// Columns of the table that are the one input's features, in its order; nil: all of them.
  package var features: [String]?

  package init(inputs: [TensorMetadata], rows: Int, isBinary: Bool) {
    self.inputs = inputs
    self.rows = rows
    self.isBinary = isBinary
  }

  package struct Failure: Error, Equatable, CustomStringConvertible {
    package var description: String
  }

  /// Most different bodies that are kept: they are sent in turn.
  package static let most = 1_024
  private static let seeded = 64
  /// Numbers of one request: some 64 MB of it as JSON.
  private static let mostElements = 8_388_608
  /// Numbers of all made-up bodies: making more keeps a person waiting.
  private static let mostSeeded = 2_097_152

  /// Numbers of one request.
  private var elements: Int {
    inputs.reduce(0) { sum, input in
      let rows = input.shape.first ?? 0 < 0 ? rows : 1
      let (count, overflow) = width(of: input).multipliedReportingOverflow(by: rows)
      return overflow || sum > Int.max - count ? .max : sum + count
    }
  }

  /// Rows of a table in their order, so many at a time; what is left over at its end is not sent.
  ///
  /// Columns find their places as those of a file to score do: `ColumnPlan`.
  package func messages(from table: CSVTable) throws(Failure) -> [WireMessage] {
    guard table.rowCount >= rows else {
      throw Failure(
        description: "expected at least \(rows) rows of data, found \(table.rowCount)")
    }
    let plan: ColumnPlan
    do throws(ScoreError) {
      plan = try ColumnPlan(columns: table.columns, signature: signature, features: features)
    } catch {
      throw Failure(description: error.description)
    }
    var columns = plan.inputs.map { Array(repeating: 0, count: $0.width) }
    for (column, use) in plan.uses.enumerated() {
      if let use { columns[use.input][use.element] = column }
    }
    // Lengths that the model leaves open are told by the columns.
    var told = self
    for (index, input) in plan.inputs.enumerated() {
      told.inputs[index].shape = (signature.isBatchable ? [-1] : []) + input.shape
    }
    var messages: [WireMessage] = []
    for first in stride(from: 0, through: table.rowCount - rows, by: rows) {
      guard messages.count < Self.most else { break }
      messages.append(
        try told.message(at: "line \(table.line(ofRow: first))") { input, row, feature in
          table.string(row: first + row, column: columns[input][feature])
        })
    }
    return messages
  }

  /// Numbers from -2 to 2, or 0 and 1 for whole ones, the same for each seed.
  package func messages(seed: UInt64) throws(Failure) -> [WireMessage] {
    var state = seed &+ 0x9E37_79B9_7F4A_7C15
    func next(below limit: UInt64) -> UInt64 {
      // Knuth's MMIX generator; its upper bits are the good ones.
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % limit
    }
    var messages: [WireMessage] = []
    for _ in 0..<max(1, min(Self.seeded, Self.mostSeeded / max(1, elements))) {
      messages.append(
        try message(at: "made-up data") { input, _, _ in
          switch inputs[input].datatype {
          case .bool: next(below: 2) == 0 ? "false" : "true"
          case .bytes: "text-\(next(below: 1_000))"
          case .fp16, .fp32, .fp64, .bf16:
            "\((Double(next(below: 40_001)) / 10_000 - 2))"
          default: "\(next(below: 2))"
          }
        })
    }
    return messages
  }

  private var signature: ModelSignature { ModelSignature(inputs: inputs, outputs: []) }

  /// Values of one row of an input.
  private func width(of input: TensorMetadata) -> Int {
    (signature.isBatchable ? input.shape.dropFirst() : input.shape[...])
      .reduce(1) { width, length in
        let (product, overflow) = width.multipliedReportingOverflow(by: length < 0 ? 1 : length)
        return overflow ? .max : product
      }
  }

  /// Written as JSON and read by the protocol's own parser, which says what is wrong with a value.
  private func message(
    at place: String, _ value: (_ input: Int, _ row: Int, _ feature: Int) -> String
  ) throws(Failure) -> WireMessage {
    guard rows == 1 || signature.isBatchable else {
      throw Failure(
        description: "the model takes one row a request, found \(rows): leave --rows out")
    }
    guard elements <= Self.mostElements else {
      throw Failure(
        description:
          "expected requests of at most \(Self.mostElements) numbers, found "
          + "\(rows == 1 ? "a row of \(elements)" : "\(rows) rows with \(elements) together: ask for fewer --rows")"
      )
    }
    var tensors: [String] = []
    for (index, input) in inputs.enumerated() {
      var shape = input.shape.map { $0 < 0 ? 1 : $0 }
      if input.shape.first ?? 0 < 0 { shape[0] = rows }
      let width = width(of: input)
      var values: [String] = []
      for element in 0..<shape.reduce(1, *) {
        let text = value(index, element / width, element % width)
        if input.datatype == .bytes {
          values.append(Self.quoted(text))
        } else if Self.isNumber(text)
          || (input.datatype == .bool && ["true", "false"].contains(text))
        {
          values.append(text)
        } else {
          throw Failure(
            description:
              "\(place): input \"\(input.name)\": expected \(input.datatype.rawValue), found \(Self.quoted(text))"
          )
        }
      }
      tensors.append(
        "{\"name\":\(Self.quoted(input.name)),\"datatype\":\"\(input.datatype.rawValue)\","
          + "\"shape\":\(shape),\"data\":[\(values.joined(separator: ","))]}")
    }
    do throws(WireError) {
      let text = "{\"inputs\":[\(tensors.joined(separator: ","))]}"
      return try InferRequest.parse(Array(text.utf8)).body { _ in isBinary }
    } catch {
      throw Failure(description: "\(place): \(error.description)")
    }
  }

  private static func isNumber(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
  }

  private static func quoted(_ text: String) -> String {
    // Text always encodes.
    (try? JSONEncoder().encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}
