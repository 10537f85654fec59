import PromQL
import Testing

struct LabelSetTests {
  @Test func `labels are sorted, empty ones are none, and the name stands apart`() {
    let labels = LabelSet(
      pairs: [
        .init(name: "b", value: "2"), .init(name: "__name__", value: "up"),
        .init(name: "c", value: ""), .init(name: "a", value: "1"),
      ])
    #expect(labels.metricName == "up")
    #expect(labels.pairs.map(\.name) == ["a", "b"])
    #expect(labels["c"] == "")
    #expect(labels["__name__"] == "up")
    #expect(labels == LabelSet(name: "up", ["a": "1", "b": "2"]))
    #expect(labels.description == #"up{a="1", b="2"}"#)
    #expect(LabelSet().description == "{}")
    #expect(LabelSet(name: "up", ["a": "q\"\n\\"]).description == #"up{a="q\"\n\\"}"#)
  }

  @Test func `a label can be set, changed and removed`() {
    let labels = LabelSet(name: "up", ["b": "2"])
    #expect(
      labels.setting("a", to: "1").setting("c", to: "3").pairs.map(\.value) == ["1", "2", "3"])
    #expect(labels.setting("b", to: "4")["b"] == "4")
    #expect(labels.removing("b") == LabelSet(name: "up", [:]))
    #expect(labels.removing("x") == labels)
    #expect(labels.setting("__name__", to: "down").metricName == "down")
    #expect(labels.withoutName == LabelSet(["b": "2"]))
  }

  @Test func `label sets are ordered as Prometheus orders series`() {
    let sorted = [
      LabelSet(), LabelSet(["Z": "1"]), LabelSet(name: "a", [:]), LabelSet(name: "a", ["b": "1"]),
      LabelSet(name: "a", ["b": "1", "c": "0"]), LabelSet(name: "a", ["b": "2"]),
      LabelSet(name: "b", [:]), LabelSet(["b": "1"]),
    ]
    #expect(sorted.shuffled().sorted() == sorted)
  }
}
