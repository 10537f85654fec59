/// One version of one model: the unit that is loaded, measured, judged and switched.
///
/// Order is by model name, then numerically where both versions are numbers ("2" before "10").
package struct ModelVersion: Hashable, Codable, Sendable, Comparable, CustomStringConvertible {
  package var model: String
  package var version: String

  package init(model: String, version: String) {
    self.model = model
    self.version = version
  }

  /// `electricity@2`, the form in which commands and reports name a version.
  package var description: String { "\(model)@\(version)" }

  package static func < (left: ModelVersion, right: ModelVersion) -> Bool {
    left.model == right.model
      ? isOrdered(left.version, right.version) : left.model < right.model
  }

  /// Whether one version's name stands before another's: numbers by value, the rest as text.
  package static func isOrdered(_ left: String, _ right: String) -> Bool {
    switch (UInt64(left), UInt64(right)) {
    case (let left?, let right?): left < right
    case (_?, nil): true
    case (nil, _?): false
    case (nil, nil): left < right
    }
  }
}
