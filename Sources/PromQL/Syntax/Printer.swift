extension Expression: CustomStringConvertible {
  /// Prometheus' own form of it.
  package var description: String {
    switch self {
    case .number(let value, _): goShortest(value)
    case .string(let text, _): quoted(text)
    case .selector(let selector): selector.description
    case .range(let range): range.description
    case .subquery(let subquery): subquery.description
    case .call(let call):
      call.name + "(" + call.arguments.map(\.description).joined(separator: ", ") + ")"
    case .aggregation(let aggregation): aggregation.description
    case .binary(let operation): operation.description
    case .unary(let operation):
      (operation.isNegative ? "-" : "+") + operation.operand.description
    case .parenthesized(let inner, _): "(\(inner))"
    }
  }
}

extension VectorSelector: CustomStringConvertible {
  package var description: String { body + shift.description }

  fileprivate var body: String {
    let written = name.isEmpty ? matchers : matchers.filter { $0.name != LabelSet.nameLabel }
    if written.isEmpty { return name.isEmpty ? "{}" : name }
    return name + "{" + written.map(\.description).sorted().joined(separator: ",") + "}"
  }
}

extension RangeSelector: CustomStringConvertible {
  package var description: String {
    selector.body + "[\(PrometheusDuration.text(length))]" + selector.shift.description
  }
}

extension Subquery: CustomStringConvertible {
  package var description: String {
    let step = step.map { PrometheusDuration.text($0) } ?? ""
    return "\(body)[\(PrometheusDuration.text(length)):\(step)]" + shift.description
  }
}

extension TimeShift: CustomStringConvertible {
  package var description: String {
    var text = ""
    switch at {
    case .time(let time): text += " @ \(goFixed(Double(time) / 1000, digits: 3))"
    case .start: text += " @ start()"
    case .end: text += " @ end()"
    case nil: break
    }
    if let offset { text += " offset \(PrometheusDuration.text(offset))" }
    return text
  }
}

extension Aggregation: CustomStringConvertible {
  package var description: String {
    var text = aggregator.rawValue
    if isWithout || !labels.isEmpty {
      text += " \(isWithout ? "without" : "by") (\(labels.joined(separator: ", "))) "
    }
    return text + "(" + (parameter.map { "\($0), " } ?? "") + "\(body))"
  }
}

extension BinaryOperation: CustomStringConvertible {
  package var description: String {
    "\(left) \(binaryOperator.rawValue)\(returnsBool ? " bool" : "")\(matching) \(right)"
  }
}

extension VectorMatching: CustomStringConvertible {
  package var description: String {
    guard isOn || !labels.isEmpty || isGrouped else { return "" }
    var text = " \(isOn ? "on" : "ignoring") (\(labels.joined(separator: ", ")))"
    if isGrouped {
      text += cardinality == .manyToOne ? " group_left" : " group_right"
      text += " (\(included.joined(separator: ", ")))"
    }
    return text
  }

  private var isGrouped: Bool { cardinality == .manyToOne || cardinality == .oneToMany }
}
