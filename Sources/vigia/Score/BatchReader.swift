import InferenceProtocol

/// Reads the fields of a chunk's rows straight into the memory of a model's inputs. One thread's own.
final class BatchReader {
  /// The rows of a chunk that can be asked of the model.
  struct Batch {
    /// Indices in the chunk's rows, in order.
    var good: [Int] = []
    /// Of each good row its id's field as it stands in the text; empty without an id column.
    var ids: [Range<Int>] = []
    /// The rest, in order.
    var bad: [(row: Int, reason: String)] = []
  }

  private let plan: ColumnPlan
  /// Whether a field without a value is NaN in floating-point inputs.
  private let takesMissing: Bool
  private let columns: [Column]
  /// By input; empty for BYTES.
  private var memory: [UnsafeMutableRawBufferPointer] = []
  private var strings: [[[UInt8]]] = []

  /// Where a column's value goes.
  private struct Column {
    enum Kind { case unused, float, number, text }
    var kind: Kind
    var datatype = DataType.bytes
    var input = 0
    var element = 0
    /// Bytes from one row's element to the next one's.
    var stride = 0
    var base: UnsafeMutableRawPointer?
  }

  /// - Parameter rows: most of a chunk.
  init(_ plan: ColumnPlan, rows: Int, takesMissing: Bool) {
    self.plan = plan
    self.takesMissing = takesMissing
    for input in plan.inputs {
      let size = (input.datatype.byteSize ?? 0) * input.width
      memory.append(.allocate(byteCount: size * rows, alignment: 64))
      strings.append(
        size > 0
          ? [] : Array(repeating: [], count: input.datatype == .bytes ? input.width * rows : 0)
      )
    }
    let memory = memory
    columns = plan.uses.map { use in
      guard let use else { return Column(kind: .unused) }
      let input = plan.inputs[use.input]
      guard let size = input.datatype.byteSize else {
        return Column(kind: .text, input: use.input, element: use.element)
      }
      return Column(
        kind: input.datatype == .fp32 ? .float : .number, datatype: input.datatype,
        input: use.input, element: use.element, stride: size * input.width,
        base: memory[use.input].baseAddress.map { $0 + use.element * size })
    }
  }

  deinit { for buffer in memory { buffer.deallocate() } }

  func read(_ chunk: RowChunk) -> Batch {
    var batch = Batch()
    batch.good.reserveCapacity(chunk.rows.count)
    let text = chunk.text.span
    for (index, row) in chunk.rows.enumerated() {
      var id = row.lowerBound..<row.lowerBound
      if let reason = read(text, row, slot: batch.good.count, &id) {
        batch.bad.append((index, reason))
      } else {
        batch.good.append(index)
        if plan.idColumn != nil { batch.ids.append(id) }
      }
    }
    return batch
  }

  /// Rows of the last batch as tensors, by their places among the good ones.
  func tensors(_ rows: Range<Int>, isBatched: Bool) -> [Tensor] {
    plan.inputs.enumerated().map { index, input in
      let shape = isBatched ? [rows.count] + input.shape : input.shape
      let storage: Tensor.Storage
      if let size = input.datatype.byteSize {
        let width = size * input.width
        storage = .bytes(
          Array(memory[index][rows.lowerBound * width..<rows.upperBound * width]))
      } else {
        storage = .strings(
          Array(strings[index][rows.lowerBound * input.width..<rows.upperBound * input.width]))
      }
      return Tensor(name: input.name, datatype: input.datatype, shape: shape, storage: storage)
    }
  }

  /// - Returns: why the row is bad; nil when it is not, and stands in `slot` now.
  @inline(__always)
  private func read(
    _ text: Span<UInt8>, _ row: Range<Int>, slot: Int, _ id: inout Range<Int>
  ) -> String? {
    var at = row.lowerBound
    let end = row.upperBound
    var count = 0
    var reason: String?
    while true {
      let start = at
      if at < end, text[at] == UInt8(ascii: "\"") {
        guard let close = CSVField.closing(text, at, end) else {
          return "a quoted field does not end"
        }
        at = close + 1
        guard at == end || text[at] == UInt8(ascii: ",") else {
          return "column \(count + 1): text after the closing quote"
        }
        if count < columns.count, columns[count].kind != .unused {
          let field = CSVField.unquoted(text, start + 1..<close)
          if !store(field.span, 0..<field.count, columns[count], slot) {
            reason = reason ?? self.reason(count, field)
          }
        }
      } else if count < columns.count, columns[count].kind == .float,
        let value = TableNumber.float(text, &at), at == end || text[at] == UInt8(ascii: ",")
      {
        columns[count].base?.storeBytes(
          of: value, toByteOffset: slot * columns[count].stride, as: Float.self)
      } else {
        at = start
        while at < end, text[at] != UInt8(ascii: ",") { at += 1 }
        if count < columns.count, columns[count].kind != .unused,
          !store(text, start..<at, columns[count], slot)
        {
          reason = reason ?? self.reason(count, (start..<at).map { text[$0] })
        }
      }
      if count == plan.idColumn { id = start..<at }
      count += 1
      guard at < end else { break }
      at += 1
    }
    return count == columns.count
      ? reason : "expected \(columns.count) fields, found \(count)"
  }

  private func store(
    _ text: Span<UInt8>, _ range: Range<Int>, _ column: Column, _ slot: Int
  ) -> Bool {
    guard column.kind != .text else {
      strings[column.input][slot * plan.inputs[column.input].width + column.element] =
        range.map { text[$0] }
      return true
    }
    var bits = TableNumber.bits(of: text, in: range, as: column.datatype)
    if column.datatype.isFloatingPoint, TableNumber.isMissing(text, in: range) {
      bits = takesMissing ? Self.nan(column.datatype) : nil
    }
    guard let bits else { return false }
    withUnsafeBytes(of: bits.littleEndian) { bytes in
      (column.base.map { $0 + slot * column.stride })?
        .copyMemory(from: bytes.baseAddress!, byteCount: column.datatype.byteSize ?? 0)
    }
    return true
  }

  private static func nan(_ datatype: DataType) -> UInt64? {
    TableNumber.bits(of: Self.word.span, in: 0..<3, as: datatype)
  }
  private static let word = Array("nan".utf8)

  private func reason(_ column: Int, _ field: [UInt8]) -> String {
    let name = ConfigurationProblem.quoted(plan.columns[column])
    let found = String(decoding: field, as: UTF8.self)
    let type = columns[column].datatype.rawValue
    return TableNumber.isMissing(field.span, in: 0..<field.count)
      ? "column \(name): no value for \(type)"
      : "column \(name): expected \(type), found \(ConfigurationProblem.quoted(found))"
  }
}
