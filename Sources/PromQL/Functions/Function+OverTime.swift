extension Function {
  /// Those that take a range.
  static let overTime: [Function] = [
    range("rate") { window, _ in extrapolated(window, isCounter: true, isRate: true) },
    range("increase") { window, _ in extrapolated(window, isCounter: true, isRate: false) },
    range("delta") { window, _ in extrapolated(window, isCounter: false, isRate: false) },
    range("irate") { window, _ in lastChange(window, isRate: true) },
    range("idelta") { window, _ in lastChange(window, isRate: false) },
    range("changes") { window, _ in changes(window) },
    range("resets") { window, _ in resets(window) },
    range("deriv") { window, _ in derivative(window) },
    range("predict_linear", [.matrix, .scalar]) { window, arguments in
      prediction(window, secondsAhead: arguments[0])
    },
    range("holt_winters", [.matrix, .scalar, .scalar]) {
      (window, arguments) throws(EvaluationError) in
      try holtWinters(window, smoothing: arguments[0], trend: arguments[1])
    },
    range("avg_over_time") { window, _ in average(window) },
    range("sum_over_time") { window, _ in sum(window) },
    range("count_over_time") { window, _ in Double(window.samples.count) },
    range("present_over_time") { _, _ in 1 },
    range("last_over_time", keepsName: true) { window, _ in window.last.value },
    range("min_over_time") { window, _ in extreme(window) { $0 < $1 } },
    range("max_over_time") { window, _ in extreme(window) { $0 > $1 } },
    range("stdvar_over_time") { window, _ in variance(window) },
    range("stddev_over_time") { window, _ in variance(window).squareRoot() },
    range("quantile_over_time", [.scalar, .matrix]) { window, arguments in
      quantile(arguments[0], window.samples.map(\.value))
    },
  ]

  private static func range(
    _ name: String, _ parameters: [ValueType] = [.matrix], keepsName: Bool = false,
    _ body: @escaping @Sendable (Window, [Double]) throws(EvaluationError) -> Double?
  ) -> Function {
    Function(
      name: name, parameters: parameters, result: .vector,
      body: .window(body, keepsName: keepsName))
  }
}
