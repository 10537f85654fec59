extension TemplateFunction {
  /// Go's functions on what has parts.
  static let indexing: [TemplateFunction] = [
    TemplateFunction("len", [.any]) { values, _ in
      switch values[0] {
      case .text(let text): .integer(text.utf8.count)
      case .labels(let labels): .integer(labels.count)
      case .map(let map): .integer(map.values.count)
      case .samples(let samples): .integer(samples.count)
      case .none:
        throw TemplateFailure(text: "reflect: call of reflect.Value.Type on zero Value")
      default: throw TemplateFailure(text: "len of type \(values[0].typeName)")
      }
    },
    TemplateFunction("index", [.any], isVariadic: true) { values, _ in
      try values.dropFirst().reduce(nonNil(values[0], in: "index"), element)
    },
    TemplateFunction("slice", [.any], isVariadic: true) { values, _ in
      try slice(nonNil(values[0], in: "slice"), Array(values.dropFirst()))
    },
    TemplateFunction("call", [.any], isVariadic: true) { values, _ in
      if case .none = values[0] { throw TemplateFailure(text: "call of nil") }
      // No value of a rule's template is a function.
      throw TemplateFailure(text: "non-function of type \(values[0].typeName)")
    },
  ]

  private static func nonNil(
    _ value: TemplateValue, in function: String
  ) throws -> TemplateValue {
    if case .none = value { throw TemplateFailure(text: "\(function) of untyped nil") }
    return value
  }

  private static func element(of item: TemplateValue, at index: TemplateValue) throws
    -> TemplateValue
  {
    switch item {
    case .labels(let labels): return .text(labels[try key(index)] ?? "")
    case .map(let map): return map.values[try key(index)] ?? TemplateValue.none
    case .samples(let samples):
      let position = try self.position(index, upTo: samples.count)
      guard position < samples.count else {
        throw TemplateFailure(text: "reflect: slice index out of range")
      }
      return .sample(samples[position])
    case .text(let text):
      let position = try self.position(index, upTo: text.utf8.count)
      guard position < text.utf8.count else {
        throw TemplateFailure(text: "reflect: string index out of range")
      }
      return .integer(Int(Array(text.utf8)[position]))
    case .none: throw TemplateFailure(text: "index of nil pointer")
    default: throw TemplateFailure(text: "can't index item of type \(item.typeName)")
    }
  }

  private static func key(_ index: TemplateValue) throws -> String {
    switch index {
    case .text(let text): return text
    case .none: throw TemplateFailure(text: "value is nil; should be of type string")
    default:
      throw TemplateFailure(text: "value has type \(index.typeName); should be string")
    }
  }

  private static func position(_ index: TemplateValue, upTo count: Int) throws -> Int {
    switch index {
    case .integer(let position):
      guard (0...count).contains(position) else {
        throw TemplateFailure(text: "index out of range: \(position)")
      }
      return position
    case .none: throw TemplateFailure(text: "cannot index slice/array with nil")
    default:
      throw TemplateFailure(text: "cannot index slice/array with type \(index.typeName)")
    }
  }

  /// `slice x 1 2` is x[1:2] of a text's bytes or of a query's series; `slice x` and `slice x 1` go on to the end.
  private static func slice(_ item: TemplateValue, _ indices: [TemplateValue]) throws
    -> TemplateValue
  {
    guard indices.count <= 3 else {
      throw TemplateFailure(text: "too many slice indexes: \(indices.count)")
    }
    let count: Int
    switch item {
    case .text(let text):
      guard indices.count < 3 else {
        throw TemplateFailure(text: "cannot 3-index slice a string")
      }
      count = text.utf8.count
    case .samples(let samples): count = samples.count
    default: throw TemplateFailure(text: "can't slice item of type \(item.typeName)")
    }
    var bounds = [0, count]
    for (index, value) in indices.enumerated() {
      let position = try self.position(value, upTo: count)
      if index < 2 { bounds[index] = position } else { bounds.append(position) }
    }
    for (lower, upper) in zip(bounds, bounds.dropFirst()) where lower > upper {
      throw TemplateFailure(text: "invalid slice index: \(lower) > \(upper)")
    }
    if case .samples(let samples) = item {
      return .samples(Array(samples[bounds[0]..<bounds[1]]))
    }
    let bytes = Array(item.text.utf8)[bounds[0]..<bounds[1]]
    return .text(String(decoding: bytes, as: UTF8.self))
  }
}
