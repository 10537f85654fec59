import PromQL

extension Query {
  /// A question that finds something exactly where one of this query's selectors finds a series: what tells "no data" from
  /// "false" at a server that says only what a query comes to. Nil where nothing is selected, or only what rules themselves
  /// write.
  ///
  /// A selector inside of a subquery is looked for anywhere in what the subquery reads.
  package var presence: String? {
    var parts: [String] = []
    Self.collect(expression, within: 0, &parts)
    return parts.isEmpty ? nil : parts.joined(separator: " or ")
  }

  /// - Parameter outer: milliseconds that subqueries around it look back.
  private static func collect(
    _ expression: Expression, within outer: Int64, _ parts: inout [String]
  ) {
    switch expression {
    case .selector(let selector) where outer == 0: add("\(selector)", selector, &parts)
    case .selector(let selector):
      add(over(selector, outer), selector, &parts)
    case .range(let range):
      add(over(range.selector, range.length + outer), range.selector, &parts)
    case .subquery(let subquery):
      let back = subquery.length + max(0, subquery.shift.offset ?? 0)
      collect(subquery.body, within: outer + back, &parts)
    default:
      for child in expression.children { collect(child, within: outer, &parts) }
    }
  }

  private static func over(_ selector: VectorSelector, _ length: Int64) -> String {
    var bare = selector
    (bare.shift.offset, bare.shift.at) = (nil, nil)
    return "last_over_time(\(bare)[\(length)ms]\(selector.shift))"
  }

  /// Not of what rules write about themselves: that there is no alert is no lack of data.
  private static func add(_ text: String, _ selector: VectorSelector, _ parts: inout [String]) {
    guard selector.metricName != "ALERTS", selector.metricName != "ALERTS_FOR_STATE" else { return }
    let part = "count(\(text))"
    if !parts.contains(part) { parts.append(part) }
  }
}
