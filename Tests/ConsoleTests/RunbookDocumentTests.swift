import Domain
import Testing
import TextUI

@testable import Console

@Suite struct RunbookDocumentTests {
  private let page = Runbook(
    id: "A", file: "A.md", title: "A",
    frontMatter: RunbookFrontMatter(
      checks: [RunbookCheck(name: "burn", query: "vigia_slo_burn_rate", line: 3)],
      firstAction: "press R"),
    blocks: [
      .code("bad: [\n", language: "yaml"),
      .heading(level: 1, text: [.run(RunbookRun("A"))]),
      .list(
        RunbookList([
          .init(
            step: RunbookStep(id: "1", text: "look"),
            [.paragraph([.run(RunbookRun("look", marks: [.code, .strong], link: "x"))])]),
          .init(step: RunbookStep(id: "2", text: "", isDone: true), []),
          .init(step: RunbookStep(id: "3", text: ""), []),
        ])),
      .quote([
        .table(
          RunbookTable(
            alignments: [.right, .center], header: [[.run(RunbookRun("h"))]],
            rows: [[[.run(RunbookRun("c", marks: [.emphasis, .struck])), .lineBreak]]]))
      ]),
      .details(summary: "s", [.thematicBreak]),
    ])

  @Test func `a page has its live rows under the title, and keeps its ticks`() {
    let document = MarkdownDocument(
      page, ticked: ["3"], actions: [MarkdownEntry(id: "rollback", label: "R", value: "roll back")]
    ) { check in StyledText(check.query + " 14.4") }
    #expect(
      document.blocks == [
        .code("bad: [\n"), .heading(level: 1, [.text("A")]),
        .entries([
          MarkdownEntry(label: "first", value: "press R"),
          MarkdownEntry(label: "burn", value: "vigia_slo_burn_rate 14.4"),
          MarkdownEntry(id: "rollback", label: "R", value: "roll back"),
        ]),
        .list(
          MarkdownList([
            .init(
              box: .init(id: "1"),
              [.paragraph([.run(MarkdownRun("look", marks: [.code, .strong], link: "x"))])]),
            .init(box: .init(id: "2", isTicked: true), []),
            .init(box: .init(id: "3", isTicked: true), []),
          ])),
        .quote([
          .table(
            MarkdownTable(
              alignments: [.right, .center], header: [[.text("h")]],
              rows: [[[.run(MarkdownRun("c", marks: [.emphasis, .struck])), .lineBreak]]]))
        ]),
        .details(summary: "s", [.thematicBreak]),
      ])
    #expect(
      document.targets == [
        .entry("rollback"), .step("1"), .link("x"), .step("2"), .step("3"),
      ])
  }

  @Test func `what is not known is no 0 in a page's values`() {
    func answer(_ values: [(version: String, value: String)]) -> MetricAnswer {
      MetricAnswer(
        kind: .vector,
        results: values.map {
          .init(
            labels: ["model": "m", "version": $0.version], points: [.init(time: 0, value: $0.value)]
          )
        })
    }
    func text(_ values: [(version: String, value: String)], _ collecting: [String]) -> String {
      RunbookValues.text(answer(values), model: "m", collecting: collecting, Look()).text
    }
    #expect(text([("1", "2")], ["2"]) == "1: 2  2: collecting")
    #expect(text([("1", "2"), ("2", "0")], []) == "1: 2  2: 0")
    #expect(text([], ["1", "2"]) == "1: collecting  2: collecting")
    #expect(text([], []) == "-")
  }

  @Test func `a page of one model has no figures of another's, and those of none`() {
    func text(_ labels: [[String: String]]) -> String {
      let results = labels.map {
        MetricAnswer.Result(labels: $0, points: [.init(time: 0, value: "3")])
      }
      return RunbookValues.text(
        MetricAnswer(kind: .vector, results: results), model: "m", Look()
      ).text
    }
    #expect(text([["model": "other", "version": "1"]]) == "-")
    #expect(text([["model": "other"], ["device": "vda"]]) == "vda: 3")
    #expect(text([["model": "m", "version": "1"], ["model": "other", "version": "2"]]) == "1: 3")
  }

  @Test func `what is collecting is known by what is judged, and only of what a check asks for`() {
    let model = Sample.judged(.ok, concept: .collecting)
    func collecting(_ query: String, _ model: ModelSnapshot = model) -> [String] {
      model.collecting(RunbookCheck(name: "n", query: query, line: 1))
    }
    // Version 9 has not had a window yet, and 7 no block of labels.
    #expect(collecting("vigia_drift_features") == ["9"])
    #expect(collecting("100 * vigia_block_accuracy_ratio") == ["7"])
    // What a check leaves out by its value is not unknown.
    #expect(collecting("vigia_drift_feature == 1") == [])
    #expect(collecting("vigia_upstream_up") == [])
    #expect(collecting("vigia_drift_features", Sample.electricity) == [])
  }
}
