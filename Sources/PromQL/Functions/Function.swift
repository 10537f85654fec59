/// A function of the language: what it takes, gives and does.
struct Function: Sendable {
  var name: String
  /// Of all parameters; the last one's repeats where it is variadic.
  var parameters: [ValueType]
  /// So many of the last ones may be left out.
  var optionalCount = 0
  var isVariadic = false
  var result: ValueType
  var body: Body

  /// What it does, by the shape of its input.
  enum Body: Sendable {
    /// Each series' window to a value, or to none; the scalar arguments come behind.
    case window(
      @Sendable (Window, _ arguments: [Double]) throws(EvaluationError) -> Double?,
      keepsName: Bool)
    /// Each member's value to another one, or to none.
    case member(@Sendable (Double, _ arguments: [Double]) -> Double?)
    /// Each member's value, as a time in UTC, to one of its parts.
    case date(@Sendable (CivilTime) -> Int)
    case special(Special)
  }

  /// Those that see more than one member at a time.
  enum Special: Sendable {
    case absent
    case absentOverTime
    case histogramQuantile
    case labelJoin
    case labelReplace
    case pi
    case scalar
    case sort(isDescending: Bool)
    case time
    case timestamp
    case vector
  }

  static func named(_ name: String) -> Function? { table[name] }

  private static let table: [String: Function] = Dictionary(
    uniqueKeysWithValues: (overTime + memberwise + dates + specials).map { ($0.name, $0) })
}
