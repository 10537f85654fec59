/// One answer to one request, as far as it was kept.
package struct RequestDetail: Codable, Sendable, Equatable {
  package var summary: RequestSummary
  /// The `id` of the request's body, when the client gave one; cut to what is kept of it.
  package var clientRequestID: String?
  /// Of the model's deployment when the request was admitted.
  package var revision: Int64
  package var inputs: TensorTable
  /// Empty where there was no answer.
  package var outputs: TensorTable
  /// Why the request cannot be run again; nil where it can.
  package var obstacle: Obstacle?

  package enum Obstacle: String, Codable, Sendable, CaseIterable {
    /// Only its times were kept: of a busy version not every request's inputs are.
    case notKept = "not_kept"
    /// A feature's values were blanked before they were kept.
    case redacted
  }

  package init(
    summary: RequestSummary, clientRequestID: String? = nil, revision: Int64,
    inputs: TensorTable = TensorTable(), outputs: TensorTable = TensorTable(),
    obstacle: Obstacle? = nil
  ) {
    self.summary = summary
    self.clientRequestID = clientRequestID
    self.revision = revision
    self.inputs = inputs
    self.outputs = outputs
    self.obstacle = obstacle
  }
}

/// Tensors as a table: a column a feature or output, a row a row of the request.
package struct TensorTable: Codable, Sendable, Equatable {
  package var columns: [Column]
  /// Of the request; `columns` hold the first ones of them.
  package var rows: Int
  /// Tensors that have too many values, or too many dimensions, to be columns, and columns that found no room.
  package var omitted: [String]

  /// Cells of one table: what a person can look through.
  package static let cellLimit = 2_000

  package init(columns: [Column] = [], rows: Int = 0, omitted: [String] = []) {
    self.columns = columns
    self.rows = rows
    self.omitted = omitted
  }

  package struct Column: Codable, Sendable, Equatable {
    package var name: String
    package var isRedacted: Bool
    /// The first rows; empty where it was redacted.
    package var cells: [String]

    package init(_ name: String, isRedacted: Bool = false, cells: [String]) {
      self.name = name
      self.isRedacted = isRedacted
      self.cells = cells
    }
  }
}
