/// A line of text in several styles. A string literal is a line in the plain style.
package struct StyledText: Sendable, Equatable, ExpressibleByStringInterpolation {
  package struct Span: Sendable, Equatable {
    package var text: String
    package var style: Style

    package init(_ text: String, _ style: Style = .plain) {
      self.text = text
      self.style = style
    }
  }

  package var spans: [Span]

  package init(_ text: String = "", _ style: Style = .plain) {
    spans = text.isEmpty ? [] : [Span(text, style)]
  }

  package init(_ spans: [Span]) {
    self.spans = spans
  }

  package init(stringLiteral value: String) {
    self.init(value)
  }

  /// The columns it takes.
  package var width: Int { spans.reduce(0) { $0 + $1.text.displayWidth } }

  /// Its characters without the styles.
  package var text: String { spans.map(\.text).joined() }

  package var isEmpty: Bool { spans.allSatisfy(\.text.isEmpty) }

  package static func + (left: StyledText, right: StyledText) -> StyledText {
    var text = left
    text += right
    return text
  }

  /// Spans that meet in the same style become one.
  package static func += (left: inout StyledText, right: StyledText) {
    var added = right.spans[...]
    if let last = left.spans.last, let first = added.first, last.style == first.style {
      left.spans[left.spans.count - 1].text += first.text
      added = added.dropFirst()
    }
    left.spans += added
  }

  /// With every style changed.
  package func styled(_ change: (Style) -> Style) -> StyledText {
    StyledText(spans.map { Span($0.text, change($0.style)) })
  }

  /// Parts joined by a text of their own.
  package static func joined(_ parts: [StyledText], separator: StyledText) -> StyledText {
    var result = StyledText()
    for (index, part) in parts.enumerated() {
      if index > 0 { result += separator }
      result += part
    }
    return result
  }
}
