package import Domain
package import InferenceProtocol

extension CapturedRequest {
  /// As a person looks at it.
  ///
  /// - Parameter names: of the model's features in their order; missing ones are made from the input's name.
  package func detail(names: [String]) -> RequestDetail {
    var detail = RequestDetail(
      summary: summary, clientRequestID: record.clientRequestID, revision: record.revision)
    guard let tensors else {
      detail.obstacle = redacted.isEmpty ? .notKept : .redacted
      return detail
    }
    detail.inputs = TensorTable(
      tensors.inputs, rows: record.rows, names: names, redacted: Set(redacted))
    detail.outputs = TensorTable(tensors.outputs, rows: record.rows)
    if !redacted.isEmpty { detail.obstacle = .redacted }
    return detail
  }
}

extension TensorTable {
  /// - Parameters:
  ///   - rows: of the request.
  ///   - names: of the columns in their order; missing ones are made from the tensor's name.
  ///   - redacted: columns and tensors whose values are not told; where one of them is not found, none is.
  package init(
    _ tensors: [Tensor], rows: Int, names: [String] = [], redacted: Set<String> = []
  ) {
    let rows = max(1, rows)
    let layout = FeatureLayout(tensors, rows: rows, names: names)
    let shown = min(rows, max(1, Self.cellLimit / max(1, layout.columns.count)))
    self.init(
      columns: zip(layout.columns, Redaction(redacted).hidden(layout, tensors)).map {
        column, hidden in
        guard !hidden else { return Column(column.name, isRedacted: true, cells: []) }
        let cells = ArchivedRequest.cells(tensors[column.tensor], column, rows: shown)
        return Column(column.name, cells: cells.map(\.text))
      }, rows: tensors.isEmpty ? 0 : rows, omitted: layout.omitted)
  }
}

extension ArchivedRequest.Cell {
  /// Cut to what a person reads.
  fileprivate var text: String {
    switch self {
    case .number(let text): text
    case .text(let text): String(text.unicodeScalars.prefix(200).map(Character.init))
    }
  }
}

extension [Tensor] {
  /// Whether both hold the same bits under the same names, in any order.
  package func isSame(as others: [Tensor]) -> Bool {
    count == others.count
      && allSatisfy { tensor in others.contains { $0 == tensor } }
  }
}
