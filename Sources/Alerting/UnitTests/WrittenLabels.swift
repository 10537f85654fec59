package import PromQL

/// Labels as a unit test writes them: a name may stand there twice, which no series has.
package struct WrittenLabels: Sendable, Hashable {
  /// By name, `__name__` at its place among them.
  package let pairs: [LabelSet.Label]

  /// - Parameter metric: the name before the brackets, empty without one. It counts where there is a `__name__` as well; and with it,
  ///   but not without, a label that is empty once is not there at all.
  init(metric: String, _ labels: [LabelSet.Label]) {
    var pairs = labels
    if !metric.isEmpty {
      let empty = Set(labels.filter(\.value.isEmpty).map(\.name))
      pairs.removeAll { empty.contains($0.name) || $0.name == "__name__" }
      pairs.append(LabelSet.Label(name: "__name__", value: metric))
    }
    self.pairs = pairs.sorted { $0.name < $1.name }
  }

  /// Of a name that stands there twice the last value that is not empty.
  package var labelSet: LabelSet {
    LabelSet(
      pairs.filter { !$0.value.isEmpty }.reduce(into: [:]) { $0[$1.name] = $1.value })
  }

  /// Why Prometheus takes no value of such a series, in its words.
  var refusal: String? {
    let names = pairs.filter { !$0.value.isEmpty }.map(\.name)
    if names.isEmpty { return "empty labelset: invalid sample" }
    guard let twice = zip(names, names.dropFirst()).first(where: ==) else { return nil }
    return "label name \(quoted(twice.0)) is not unique: invalid sample"
  }
}
