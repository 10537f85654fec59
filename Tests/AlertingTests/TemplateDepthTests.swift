import Alerting
import Foundation
import Testing

/// A rule file of anybody must not end the server.
struct TemplateDepthTests {
  private static func brackets(_ count: Int) -> String {
    "{{ " + String(repeating: "(", count: count) + " \"hi\" "
      + String(repeating: ")", count: count) + " }}"
  }

  private static func blocks(_ count: Int) -> String {
    String(repeating: "{{ if true }}", count: count) + "hi"
      + String(repeating: "{{ end }}", count: count)
  }

  private static func chain(_ count: Int) -> String {
    "{{ if false }}" + String(repeating: "{{ else if false }}", count: count) + "{{ end }}"
  }

  @Test func `what a person nests is taken`() throws {
    for text in [Self.brackets(99), Self.blocks(99), Self.chain(98)] {
      _ = try AlertTemplate(text)
    }
  }

  /// The thread of the rules has half of it, which is enough for the release build.
  @Test func `the deepest template fits into a small stack`() throws {
    let calls =
      "{{ len " + String(repeating: "(print ", count: 95) + "1" + String(repeating: ")", count: 95)
      + " }}"
    let again = "{{ template \"x\" . }}"
    let ranges =
      String(repeating: "{{ range args 1 }}", count: 95) + again
      + String(repeating: "{{ end }}", count: 95)
    let template = try AlertTemplate("{{ define \"x\" }}\(calls)\(ranges){{ end }}\(again)")
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      let text = template.expanded(TemplateData(labels: [:], value: 1), alert: "A")
      if text.contains("exceeded maximum template depth") { done.signal() }
    }
    thread.stackSize = 2 << 20
    thread.start()
    #expect(done.wait(timeout: .now() + 60) == .success)
  }

  @Test func `what nests deeper is refused, however deep`() {
    for count in [101, 5_000, 200_000] {
      for text in [Self.brackets(count), Self.blocks(count), Self.chain(count)] {
        #expect(throws: (any Error).self) { try AlertTemplate(text) }
      }
    }
  }
}
