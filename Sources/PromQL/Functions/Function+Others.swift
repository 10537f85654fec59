extension Function {
  /// Without an argument they tell of the time of evaluation.
  static let dates: [Function] = [
    date("minute", \.minute), date("hour", \.hour), date("day_of_week", \.dayOfWeek),
    date("day_of_month", \.day), date("day_of_year", \.dayOfYear),
    date("days_in_month", \.daysInMonth), date("month", \.month), date("year", \.year),
  ]

  private static func date(
    _ name: String, _ part: @escaping @Sendable (CivilTime) -> Int
  ) -> Function {
    Function(
      name: name, parameters: [.vector], optionalCount: 1, result: .vector, body: .date(part))
  }

  static let specials: [Function] = [
    special("absent", [.vector], .absent),
    special("absent_over_time", [.matrix], .absentOverTime),
    special("histogram_quantile", [.scalar, .vector], .histogramQuantile),
    special("label_replace", [.vector, .string, .string, .string, .string], .labelReplace),
    Function(
      name: "label_join", parameters: [.vector, .string, .string, .string], optionalCount: 1,
      isVariadic: true, result: .vector, body: .special(.labelJoin)),
    special("pi", [], result: .scalar, .pi),
    special("scalar", [.vector], result: .scalar, .scalar),
    special("sort", [.vector], .sort(isDescending: false)),
    special("sort_desc", [.vector], .sort(isDescending: true)),
    special("time", [], result: .scalar, .time),
    special("timestamp", [.vector], .timestamp),
    special("vector", [.scalar], .vector),
  ]

  private static func special(
    _ name: String, _ parameters: [ValueType], result: ValueType = .vector, _ kind: Special
  ) -> Function {
    Function(name: name, parameters: parameters, result: result, body: .special(kind))
  }
}
