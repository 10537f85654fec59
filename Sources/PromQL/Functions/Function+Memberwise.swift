import Glibc

extension Function {
  /// Those that change each value of a vector by itself.
  static let memberwise: [Function] = [
    member("abs", fabs), member("ceil", Glibc.ceil), member("floor", Glibc.floor),
    member("exp", Glibc.exp), member("ln", Glibc.log), member("log2", Glibc.log2),
    member("log10", Glibc.log10), member("sqrt", Glibc.sqrt),
    member("sgn") { $0 < 0 ? -1 : $0 > 0 ? 1 : $0 },
    member("sin", Glibc.sin), member("cos", Glibc.cos), member("tan", Glibc.tan),
    member("asin", Glibc.asin), member("acos", Glibc.acos), member("atan", Glibc.atan),
    member("sinh", Glibc.sinh), member("cosh", Glibc.cosh), member("tanh", Glibc.tanh),
    member("asinh", Glibc.asinh), member("acosh", Glibc.acosh), member("atanh", Glibc.atanh),
    member("deg") { $0 * 180 / .pi }, member("rad") { $0 * .pi / 180 },
    member("clamp", [.vector, .scalar, .scalar]) { value, bounds in
      bounds[1] < bounds[0] ? nil : larger(bounds[0], smaller(bounds[1], value))
    },
    member("clamp_min", [.vector, .scalar]) { larger($1[0], $0) },
    member("clamp_max", [.vector, .scalar]) { smaller($1[0], $0) },
    member("round", [.vector, .scalar], optionalCount: 1) { value, arguments in
      // By the inverse, since most steps asked for (0.1, 0.01) are no exact numbers and their inverses are.
      let inverse = 1 / (arguments.first ?? 1)
      return Glibc.floor(value * inverse + 0.5) / inverse
    },
    // Of native histograms; no series has one, and of a number they give nothing.
    member("histogram_count", [.vector]) { _, _ in nil },
    member("histogram_sum", [.vector]) { _, _ in nil },
    member("histogram_fraction", [.scalar, .scalar, .vector]) { _, _ in nil },
  ]

  private static func member(
    _ name: String, _ body: @escaping @Sendable (Double) -> Double
  ) -> Function {
    member(name, [.vector]) { value, _ in body(value) }
  }

  private static func member(
    _ name: String, _ parameters: [ValueType], optionalCount: Int = 0,
    _ body: @escaping @Sendable (Double, [Double]) -> Double?
  ) -> Function {
    Function(
      name: name, parameters: parameters, optionalCount: optionalCount, result: .vector,
      body: .member(body))
  }
}

/// NaN where either is, unless the other is the infinity that wins anyway (Go's `math.Max`).
private func larger(_ one: Double, _ other: Double) -> Double {
  if one == .infinity || other == .infinity { return .infinity }
  if one.isNaN || other.isNaN { return .nan }
  return max(one, other)
}

private func smaller(_ one: Double, _ other: Double) -> Double {
  if one == -.infinity || other == -.infinity { return -.infinity }
  if one.isNaN || other.isNaN { return .nan }
  return min(one, other)
}
