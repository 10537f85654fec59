package import Domain

/// A stream made ready for replay: each row as JSON numbers, and its label.
package struct DemoStream: Sendable {
  package let rowCount: Int
  private let head: [UInt8]
  private let numbers: [UInt8]
  private let ends: [Int]
  private let labels: [PredictedValue]

  /// - Parameter path: only for messages.
  package init(_ table: CSVTable, model: DemoManifest.Model, path: String) throws(StreamError) {
    guard table.rowCount > 0 else { throw StreamError(path, .noRows) }
    var columns: [Int] = []
    for name in model.features { columns.append(try Self.column(name, of: table, path)) }
    let labelColumn = try Self.column(model.label, of: table, path)
    var numbers: [UInt8] = []
    var ends: [Int] = []
    var labels: [PredictedValue] = []
    for row in 0..<table.rowCount {
      for (index, column) in columns.enumerated() {
        if index > 0 { numbers.append(UInt8(ascii: ",")) }
        let field = table.field(row: row, column: column)
        if JSONNumber.isValid(field) {
          numbers.append(contentsOf: field)
        } else {
          let number = try Self.number(table, row: row, column: column, path)
          numbers.append(contentsOf: "\(number)".utf8)
        }
      }
      ends.append(numbers.count)
      labels.append(try Self.label(table, row: row, column: labelColumn, model.task, path))
    }
    rowCount = table.rowCount
    self.numbers = numbers
    self.ends = ends
    self.labels = labels
    head = Array(
      #"","inputs":[{"name":"\#(model.input)","shape":[1,\#(columns.count)],"datatype":"FP32","data":["#
        .utf8)
  }

  /// The late truth for a row.
  package func label(row: Int) -> PredictedValue { labels[row] }

  /// A V2 inference request with this one row.
  ///
  /// - Parameter id: plain ASCII, no quotes.
  /// - Parameter feature: the index of one that upstream does not fill any more: NaN stands there, as Python writes it.
  package func body(row: Int, id: String, without feature: Int? = nil) -> [UInt8] {
    var body: [UInt8] = []
    let values = numbers(ofRow: row)
    body.reserveCapacity(head.count + values.count + id.utf8.count + 24)
    body.append(contentsOf: #"{"id":""#.utf8)
    body.append(contentsOf: id.utf8)
    body.append(contentsOf: head)
    if let feature {
      let fields = values.split(separator: Self.comma, omittingEmptySubsequences: false)
      for (index, field) in fields.enumerated() {
        if index > 0 { body.append(Self.comma) }
        if index == feature { body.append(contentsOf: "NaN".utf8) } else { body += field }
      }
    } else {
      body.append(contentsOf: values)
    }
    body.append(contentsOf: "]}]}".utf8)
    return body
  }

  private static let comma = UInt8(ascii: ",")

  private func numbers(ofRow row: Int) -> ArraySlice<UInt8> {
    numbers[(row == 0 ? 0 : ends[row - 1])..<ends[row]]
  }

  /// A row's features, as the model gets them.
  package func values(row: Int) -> [Float] {
    numbers(ofRow: row).split(separator: Self.comma).map {
      Float(String(decoding: $0, as: UTF8.self)) ?? .nan
    }
  }

  private static func column(_ name: String, of table: CSVTable, _ path: String)
    throws(StreamError) -> Int
  {
    guard let index = table.columns.firstIndex(of: name) else {
      let suggestion = Spelling.nearest(to: name, among: table.columns)
      throw StreamError(path, .missingColumn(name: name, suggestion: suggestion))
    }
    return index
  }

  private static func number(_ table: CSVTable, row: Int, column: Int, _ path: String)
    throws(StreamError) -> Double
  {
    let text = table.string(row: row, column: column)
    guard let number = Double(text), number.isFinite else {
      throw StreamError(
        path,
        .notANumber(
          line: table.line(ofRow: row), column: column + 1, name: table.columns[column],
          found: text))
    }
    return number
  }

  private static func label(
    _ table: CSVTable, row: Int, column: Int, _ task: DemoManifest.Task, _ path: String
  ) throws(StreamError) -> PredictedValue {
    switch task {
    case .regression: return .number(try number(table, row: row, column: column, path))
    case .classification:
      let text = table.string(row: row, column: column)
      return Int64(text).map { .integer($0) } ?? .text(text)
    }
  }
}

enum JSONNumber {
  /// Whether these bytes are a number as RFC 8259, section 6, has it.
  static func isValid(_ text: ArraySlice<UInt8>) -> Bool {
    var rest = text
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let whole = rest.prefix(while: isDigit)
    guard let first = whole.first, first != UInt8(ascii: "0") || whole.count == 1 else {
      return false
    }
    rest = rest.dropFirst(whole.count)
    if rest.first == UInt8(ascii: ".") {
      let fraction = rest.dropFirst().prefix(while: isDigit)
      if fraction.isEmpty { return false }
      rest = rest.dropFirst(1 + fraction.count)
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") {
        rest = rest.dropFirst()
      }
      let exponent = rest.prefix(while: isDigit)
      if exponent.isEmpty { return false }
      rest = rest.dropFirst(exponent.count)
    }
    return rest.isEmpty
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
