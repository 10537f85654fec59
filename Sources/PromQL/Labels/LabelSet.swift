/// What names a series: its metric name and its labels.
///
/// The metric name stands apart from the others, because most operators drop it: that costs nothing here. Labels are
/// sorted by name, and none is empty, since an empty label and a missing one are the same in PromQL.
///
/// Values are compared as Swift compares strings: two spellings of one character (composed or not) are one value.
package struct LabelSet: Hashable, Sendable {
  package struct Label: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  static let nameLabel = "__name__"

  /// Empty when there is none.
  package private(set) var metricName: String
  /// Without `__name__`.
  package private(set) var pairs: [Label]

  package init() {
    metricName = ""
    pairs = []
  }

  /// Labels in any order, each name at most once; `__name__` may be among them.
  package init(name: String = "", pairs: [Label]) {
    metricName = name
    self.pairs = []
    self.pairs.reserveCapacity(pairs.count)
    for label in pairs where !label.value.isEmpty {
      if label.name == Self.nameLabel {
        metricName = label.value
      } else {
        self.pairs.append(label)
      }
    }
    self.pairs.sort { $0.name < $1.name }
  }

  package init(name: String = "", _ labels: [String: String]) {
    self.init(name: name, pairs: labels.map { Label(name: $0.key, value: $0.value) })
  }

  /// `pairs` is sorted, and holds neither empty values nor `__name__`.
  init(name: String, sorted pairs: [Label]) {
    metricName = name
    self.pairs = pairs
  }

  package var isEmpty: Bool { metricName.isEmpty && pairs.isEmpty }

  /// The label's value, empty when it is missing.
  package subscript(name: String) -> String {
    for label in pairs where label.name == name { return label.value }
    return name == Self.nameLabel ? metricName : ""
  }

  package var withoutName: LabelSet { LabelSet(name: "", sorted: pairs) }

  /// The same with one label changed; an empty value removes it.
  package func setting(_ name: String, to value: String) -> LabelSet {
    guard name != Self.nameLabel else { return LabelSet(name: value, sorted: pairs) }
    var changed = self
    let position = pairs.firstIndex { $0.name >= name } ?? pairs.endIndex
    if position < pairs.endIndex, pairs[position].name == name {
      if value.isEmpty {
        changed.pairs.remove(at: position)
      } else {
        changed.pairs[position].value = value
      }
    } else if !value.isEmpty {
      changed.pairs.insert(Label(name: name, value: value), at: position)
    }
    return changed
  }

  package func removing(_ name: String) -> LabelSet { setting(name, to: "") }

  /// Only the labels named.
  func keeping(_ names: [String]) -> LabelSet {
    LabelSet(
      name: names.contains(Self.nameLabel) ? metricName : "",
      sorted: pairs.filter { names.contains($0.name) })
  }

  /// All labels but those named, and without the metric name.
  func droppingNameAnd(_ names: [String]) -> LabelSet {
    if names.isEmpty || !pairs.contains(where: { names.contains($0.name) }) { return withoutName }
    return LabelSet(name: "", sorted: pairs.filter { !names.contains($0.name) })
  }
}

extension LabelSet: Comparable {
  /// Prometheus' order of series: label by label, `__name__` at its place among them.
  package static func < (left: LabelSet, right: LabelSet) -> Bool {
    let (leftLabels, rightLabels) = (left.allLabels, right.allLabels)
    for (one, other) in zip(leftLabels, rightLabels) where one != other {
      return one.name == other.name ? one.value < other.value : one.name < other.name
    }
    return leftLabels.count < rightLabels.count
  }

  private var allLabels: [Label] {
    guard !metricName.isEmpty else { return pairs }
    let position = pairs.firstIndex { $0.name > Self.nameLabel } ?? pairs.endIndex
    var labels = pairs
    labels.insert(Label(name: Self.nameLabel, value: metricName), at: position)
    return labels
  }
}

extension LabelSet: CustomStringConvertible {
  /// `up{instance="a", job="b"}`.
  package var description: String {
    if pairs.isEmpty { return metricName.isEmpty ? "{}" : metricName }
    return metricName + "{" + listed(pairs) + "}"
  }

  /// `{__name__="up", instance="a"}`, as Prometheus names a series in an error.
  var bracedDescription: String { "{" + listed(allLabels) + "}" }

  private func listed(_ labels: [Label]) -> String {
    labels.map { "\($0.name)=\(quoted($0.value))" }.joined(separator: ", ")
  }
}
