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
