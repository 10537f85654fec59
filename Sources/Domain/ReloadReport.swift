/// What came of reading the configuration and the files it names again: the answer to `POST /vigia/v1/reload`.
///
/// Each line is for a person. All three empty: nothing has changed.
package struct ReloadReport: Codable, Sendable, Equatable {
  /// In force now, and not before.
  package var changes: [String]
  /// `file:line:column: reason`. What was in force of that file before still is.
  package var problems: [String]
  /// Changed in the file, and in force only after a restart.
  package var needsRestart: [String]

  package init(changes: [String] = [], problems: [String] = [], needsRestart: [String] = []) {
    self.changes = changes
    self.problems = problems
    self.needsRestart = needsRestart
  }

  package var isEmpty: Bool { changes.isEmpty && problems.isEmpty && needsRestart.isEmpty }
}
