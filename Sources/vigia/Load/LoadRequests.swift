import Foundation
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

  /// Rows of a table in their order, so many at a time; what is left over at its end is not sent.
  ///
  /// A column named as an input is that input; `name_0`, `name_1`, ... are the columns of one with several. Where the
  /// model has one input and no column has its name, the columns, or those of `features`, are its features in their
  /// order.
  package func messages(from table: CSVTable) throws(Failure) -> [WireMessage] {
    guard table.rowCount >= rows else {
      throw Failure(
        description: "expected at least \(rows) rows of data, found \(table.rowCount)")
    }
    let columns = try inputs.map { input throws(Failure) in try self.columns(of: input, in: table) }
    var messages: [WireMessage] = []
    for first in stride(from: 0, through: table.rowCount - rows, by: rows) {
      guard messages.count < Self.most else { break }
      messages.append(
        try message(at: "line \(table.line(ofRow: first))") { input, row, feature in
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
    for _ in 0..<Self.seeded {
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

  /// Values of one row of an input.
  private func width(of input: TensorMetadata) -> Int {
    input.shape.dropFirst().reduce(1) { $0 * ($1 < 0 ? 1 : $1) }
  }

  private func columns(
    of input: TensorMetadata, in table: CSVTable
  ) throws(Failure) -> [Int] {
    let width = width(of: input)
    let place = { (name: String) in table.columns.firstIndex(of: name) }
    if let features {
      guard inputs.count == 1, features.count == width else {
        throw Failure(
          description: "--features names \(features.count) columns, but the model has "
            + inputs.map { "\"\($0.name)\" with \(self.width(of: $0))" }.joined(separator: ", "))
      }
      return try features.map { name throws(Failure) in
        guard let column = place(name) else { throw missing(name, in: table) }
        return column
      }
    }
    if width == 1, let column = place(input.name) { return [column] }
    let numbered = (0..<width).compactMap { place("\(input.name)_\($0)") }
    if numbered.count == width { return numbered }
    guard inputs.count == 1 else {
      throw missing(
        width == 1 ? input.name : "\(input.name)_0 to \(input.name)_\(width - 1)", in: table)
    }
    guard table.columns.count == width else {
      throw Failure(
        description: "input \"\(input.name)\" has \(width) features, found "
          + "\(table.columns.count) columns: name those that are meant with --features a,b,c")
    }
    return Array(0..<width)
  }

  private func missing(_ name: String, in table: CSVTable) -> Failure {
    Failure(
      description: "expected a column \(name), found \(table.columns.joined(separator: ", "))")
  }

  /// Written as JSON and read by the protocol's own parser, which says what is wrong with a value.
  private func message(
    at place: String, _ value: (_ input: Int, _ row: Int, _ feature: Int) -> String
  ) throws(Failure) -> WireMessage {
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
