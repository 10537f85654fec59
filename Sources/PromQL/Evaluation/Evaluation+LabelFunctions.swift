extension Evaluation {
  /// `label_replace(v, destination, replacement, source, pattern)`.
  func labelReplace(_ call: Call, at time: Int64) throws(EvaluationError) -> [VectorSample] {
    let destination = try string(call.arguments[1])
    let replacement = try string(call.arguments[2])
    let source = try string(call.arguments[3])
    let text = try string(call.arguments[4])
    guard let pattern = try? Pattern(text) else {
      throw .invalidArgument("invalid regular expression in label_replace(): \(text)")
    }
    guard isLabelName(destination) else {
      throw .invalidArgument("invalid destination label name in label_replace(): \(destination)")
    }
    var members = try vector(call.arguments[0], at: time)
    for index in members.indices {
      let labels = members[index].labels
      if let value = pattern.expand(replacement, matching: labels[source]) {
        members[index].labels = try labels.setting(destination, toComputed: value)
      }
    }
    try requireUnique(members)
    return members
  }

  /// `label_join(v, destination, separator, source...)`.
  func labelJoin(_ call: Call, at time: Int64) throws(EvaluationError) -> [VectorSample] {
    let destination = try string(call.arguments[1])
    let separator = try string(call.arguments[2])
    var sources: [String] = []
    for argument in call.arguments.dropFirst(3) {
      let source = try string(argument)
      guard isLabelName(source) else {
        throw .invalidArgument("invalid source label name in label_join(): \(source)")
      }
      sources.append(source)
    }
    guard isLabelName(destination) else {
      throw .invalidArgument("invalid destination label name in label_join(): \(destination)")
    }
    var members = try vector(call.arguments[0], at: time)
    for index in members.indices {
      let labels = members[index].labels
      let value = sources.map { labels[$0] }.joined(separator: separator)
      members[index].labels = try labels.setting(destination, toComputed: value)
    }
    try requireUnique(members)
    return members
  }

  /// Of each group of buckets, told apart by their labels other than `le`.
  func histogramQuantile(_ call: Call, at time: Int64) throws(EvaluationError) -> [VectorSample] {
    let q = try scalar(call.arguments[0], at: time)
    var groups: [(labels: LabelSet, buckets: [Bucket])] = []
    var places: [LabelSet: Int] = [:]
    for member in try vector(call.arguments[1], at: time) {
      guard let bound = bucketBound(member.labels["le"]) else { continue }
      let bucket = Bucket(upperBound: bound, count: member.value)
      // Prometheus tells histograms apart by their names too, and then drops these.
      let labels = member.labels.removing("le")
      if let place = places[labels] {
        groups[place].buckets.append(bucket)
      } else {
        places[labels] = groups.count
        groups.append((labels, [bucket]))
      }
    }
    let result = groups.map { group in
      VectorSample(
        labels: group.labels.withoutName, value: PromQL.histogramQuantile(q, group.buckets))
    }
    if !NameCheck(groups.lazy.map(\.labels)).areSame { try requireUnique(result) }
    return result
  }

  private func bucketBound(_ text: String) -> Double? {
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
      default: false
      }
    }
    if isPlain { return Double(text) }
    switch text.lowercased() {
    case "+inf", "inf", "+infinity", "infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    default: return nil
    }
  }
}

extension LabelSet {
  private static let computedValueLimit = 65_536

  /// Nested calls can double a value each time: so what they make is bounded, in bytes.
  fileprivate func setting(
    _ name: String, toComputed value: String
  ) throws(EvaluationError) -> LabelSet {
    if value.utf8.count > Self.computedValueLimit {
      throw .invalidArgument("label value longer than \(Self.computedValueLimit) bytes")
    }
    return setting(name, to: value)
  }
}
