/// What a function is given: operands, and what is piped into it.
struct TemplateArguments {
  static let none = TemplateArguments([], piped: nil)

  let operands: ArraySlice<TemplateOperand>
  let piped: TemplateValue?

  init(_ operands: ArraySlice<TemplateOperand>, piped: TemplateValue?) {
    self.operands = operands
    self.piped = piped
  }

  var count: Int { operands.count + (piped == nil ? 0 : 1) }
  var isEmpty: Bool { count == 0 }
}

extension TemplateExpansion {
  mutating func call(
    _ name: String, _ given: TemplateArguments, _ dot: TemplateValue, failsAt place: TemplatePlace
  ) throws(TemplateFailure) -> TemplateValue {
    // The parser has refused what is no function.
    guard let function = TemplateFunction.named(name) else { return .none }
    return try call(function, given, dot, failsAt: place)
  }

  /// - Parameter place: what a failure of the function itself is told of.
  mutating func call(
    _ function: TemplateFunction, _ given: TemplateArguments, _ dot: TemplateValue,
    failsAt place: TemplatePlace
  ) throws(TemplateFailure) -> TemplateValue {
    try checkCount(given.count, of: function)
    if let truth = function.stopsAt { return try logic(stopsAt: truth, given, dot) }
    var arguments: [TemplateValue] = []
    for operand in given.operands {
      arguments.append(try argument(operand, as: function.parameter(arguments.count), dot))
    }
    if let piped = given.piped {
      arguments.append(try checked(piped, as: function.parameter(arguments.count)))
    }
    return try result(of: function, arguments, failsAt: place)
  }

  @inline(never)
  private func checkCount(_ count: Int, of function: TemplateFunction) throws(TemplateFailure) {
    let wanted = function.parameters.count
    guard count < wanted || (count > wanted && !function.isVariadic) else { return }
    throw failure(
      "wrong number of args for \(function.name): want "
        + "\(function.isVariadic ? "at least " : "")\(wanted) got \(count)")
  }

  @inline(never)
  private mutating func result(
    of function: TemplateFunction, _ arguments: [TemplateValue], failsAt place: TemplatePlace
  ) throws(TemplateFailure) -> TemplateValue {
    do {
      let value = try function.body(arguments, data)
      charge(arguments + [value], isQuery: function.name == "query")
      guard value.weight <= Self.outputLimit else {
        throw TemplateFailure(text: "more than \(Self.outputLimit) bytes")
      }
      return value
    } catch {
      at(place)
      let words = (error as? TemplateFailure)?.text ?? String(describing: error)
      throw failure("error calling \(function.name): \(words)")
    }
  }

  /// `and`, `or`: arguments after the one that decides are not evaluated.
  private mutating func logic(
    stopsAt truth: Bool, _ given: TemplateArguments, _ dot: TemplateValue
  ) throws(TemplateFailure) -> TemplateValue {
    var last = TemplateValue.none
    for operand in given.operands {
      last = try argument(operand, as: .any, dot)
      if last.isTrue == truth { return last }
    }
    return given.piped ?? last
  }

  private mutating func argument(
    _ operand: TemplateOperand, as kind: TemplateFunction.Parameter, _ dot: TemplateValue
  ) throws(TemplateFailure) -> TemplateValue {
    let (value, isOfMap) = try value(of: operand, dot)
    guard !kind.takes(value) else { return value }
    throw mismatch(value, isOfMap, operand, kind)
  }

  @inline(never)
  private func mismatch(
    _ value: TemplateValue, _ isOfMap: Bool, _ operand: TemplateOperand,
    _ kind: TemplateFunction.Parameter
  ) -> TemplateFailure {
    switch operand.kind {
    case .null: failure("cannot assign nil to \(kind.typeName)")
    case .integer, .number, .boolean, .text:
      failure(
        kind == .text
          ? "expected string; found \(operand.description)"
          : "can't handle \(operand.description) for arg of type \(kind.typeName)")
    case .dot, .function, .fields, .variable, .pipeline: mismatch(value, kind, isOfMap)
    }
  }

  private func mismatch(
    _ value: TemplateValue, _ kind: TemplateFunction.Parameter, _ isOfMap: Bool = false
  ) -> TemplateFailure {
    if case .none = value {
      return isOfMap
        ? failure("wrong type for value; expected \(kind.typeName); got interface {}")
        : failure("invalid value; expected \(kind.typeName)")
    }
    return failure("wrong type for value; expected \(kind.typeName); got \(value.typeName)")
  }

  @inline(never)
  private func checked(
    _ value: TemplateValue, as kind: TemplateFunction.Parameter
  ) throws(TemplateFailure) -> TemplateValue {
    guard kind.takes(value) else { throw mismatch(value, kind) }
    return value
  }
}
