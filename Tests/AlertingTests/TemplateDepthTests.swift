import Alerting
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

  @Test func `what nests deeper is refused, however deep`() {
    for count in [101, 5_000, 200_000] {
      for text in [Self.brackets(count), Self.blocks(count), Self.chain(count)] {
        #expect(throws: (any Error).self) { try AlertTemplate(text) }
      }
    }
  }
}
