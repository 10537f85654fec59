import PromQL
import Testing

/// The same series, the same queries: what Prometheus 2.42 answers, we answer.
struct OracleTests {
  @Test func `every instant query has the value or the error that Prometheus gives`() throws {
    let oracle = try Oracle.recorded.get()
    let evaluator = Evaluator(source: .fixed(oracle.series))
    for one in oracle.instant {
      let difference = compare(one) { query throws(EvaluationError) in
        try evaluator.instant(query, at: oracle.start + one.times[0]).value
      }
      #expect(difference == nil, "\(one.query) at \(one.times)")
    }
    #expect(oracle.instant.count > 900)
  }

  @Test func `every range query has the values or the error that Prometheus gives`() throws {
    let oracle = try Oracle.recorded.get()
    let evaluator = Evaluator(source: .fixed(oracle.series))
    for one in oracle.range {
      let difference = compare(one) { query throws(EvaluationError) in
        try evaluator.range(
          query, from: oracle.start + one.times[0], to: oracle.start + one.times[1],
          step: one.times[2]
        ).value
      }
      #expect(difference == nil, "\(one.query) over \(one.times)")
    }
    #expect(oracle.range.count > 60)
  }

  @Test func `the canonical form is Prometheus', and reads back as itself`() throws {
    for (query, form) in try Oracle.recorded.get().canonical {
      let parsed = try Query(query)
      #expect(parsed.description == form)
      #expect(try Query(parsed.description).description == form)
    }
  }

  @Test func `every query that Prometheus takes reads back from its canonical form`() throws {
    let oracle = try Oracle.recorded.get()
    var count = 0
    for one in oracle.instant {
      guard let query = try? Query(one.query) else { continue }
      let form = query.description
      // Prometheus prints infinity with a sign, which then binds the other way: the value is the same.
      if form.contains("+Inf ^") { continue }
      let again = try Query(form)
      #expect(again.description == form)
      #expect(shape(again.expression) == shape(query.expression), "\(one.query)")
      count += 1
    }
    #expect(count > 1000)
  }

  // MARK: Comparing

  /// What differs, in words; nil when nothing does.
  private func compare(
    _ one: Oracle.Case, _ evaluate: (Query) throws(EvaluationError) -> Value
  ) -> String? {
    let value: Value
    do {
      value = try evaluate(try Query(one.query))
    } catch {
      let text = "\(error)"
      guard case .error(let expected) = one.answer else { return "failed: \(text)" }
      return text == expected ? nil : "said: \(text)\nexpected: \(expected)"
    }
    switch (value, one.answer) {
    case (.scalar(let found), .scalar(let expected)):
      return isNear(found, expected) ? nil : "\(found), not \(expected)"
    case (.string(let found), .string(let expected)):
      return found == expected ? nil : "\(found), not \(expected)"
    case (.vector(let found), .vector(let expected)):
      return compare(found, expected, isOrdered: isOrdered(one.query))
    case (.matrix(let found), .matrix(let expected)): return compare(found, expected)
    default: return "\(value), not \(one.answer)"
    }
  }

  private func isOrdered(_ query: String) -> Bool {
    ["sort", "topk", "bottomk"].contains { query.hasPrefix($0) }
  }

  private func compare(
    _ found: [VectorSample], _ expected: [VectorSample], isOrdered: Bool
  ) -> String? {
    // Of equal values the order is chance, in Prometheus too, so the order is compared by values alone.
    if isOrdered, !zip(found, expected).allSatisfy({ isNear($0.value, $1.value) }) {
      return "\(found), not in the order of \(expected)"
    }
    let left = found.sorted { $0.labels < $1.labels }
    let right = expected.sorted { $0.labels < $1.labels }
    guard left.map(\.labels) == right.map(\.labels) else {
      return "\(left.map(\.labels)), not \(right.map(\.labels))"
    }
    for (one, other) in zip(left, right) where !isNear(one.value, other.value) {
      return "\(one.labels) is \(one.value), not \(other.value)"
    }
    return nil
  }

  private func compare(_ found: [Series], _ expected: [Series]) -> String? {
    let ordered = expected.sorted { $0.labels < $1.labels }
    guard found.map(\.labels) == ordered.map(\.labels) else {
      return "\(found.map(\.labels)), not \(ordered.map(\.labels))"
    }
    for (one, other) in zip(found, ordered) {
      guard one.samples.map(\.time) == other.samples.map(\.time) else {
        return "\(one.labels) at \(one.samples.map(\.time)), not \(other.samples.map(\.time))"
      }
      for (sample, wanted) in zip(one.samples, other.samples)
      where !isNear(sample.value, wanted.value) {
        return "\(one.labels) at \(sample.time) is \(sample.value), not \(wanted.value)"
      }
    }
    return nil
  }

  private func isNear(_ found: Double, _ expected: Double) -> Bool {
    if found.isNaN || expected.isNaN { return found.isNaN && expected.isNaN }
    if found == expected { return true }
    return abs(found - expected) <= 1e-9 * max(abs(found), abs(expected))
  }
}
