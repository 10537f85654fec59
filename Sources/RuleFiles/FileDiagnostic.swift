/// Something wrong in a file that people write, with the place they must go to.
package struct FileDiagnostic: Error, Sendable, Hashable {
  package var path: String
  /// Line and column, from 1; nil for the file as a whole. Columns count Unicode scalars.
  package var place: Place?
  package var reason: String

  package struct Place: Sendable, Hashable, Comparable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
      self.line = line
      self.column = column
    }

    package static func < (left: Place, right: Place) -> Bool {
      (left.line, left.column) < (right.line, right.column)
    }
  }

  package init(path: String, place: Place? = nil, reason: String) {
    self.path = path
    self.place = place
    self.reason = reason
  }
}

extension FileDiagnostic: CustomStringConvertible {
  /// `file:line:column: reason`.
  package var description: String {
    path + (place.map { ":\($0.line):\($0.column)" } ?? "") + ": " + reason
  }
}
