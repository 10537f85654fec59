import HTTPTypes

/// The routes for people: one page that stands by itself, made of what `/openapi.json` is made of.
struct DocumentationPage {
  var version: String
  /// Under which the reader has reached the server; the examples use it.
  var authority: String
  var isReadingOpen: Bool

  var html: String {
    HTML.page(
      title: "Vigia \(version): HTTP API", style: Self.style,
      body: """
        <header>
        <h1>Vigia <small>\(HTML.escaped(version))</small></h1>
        \(DocumentTexts.all(isReadingOpen: isReadingOpen).map { HTML.element("p", "", Self.prose($0)) }.joined(separator: "\n"))
        <p>For programs: <a href="/openapi.json">/openapi.json</a></p>
        </header>
        <nav aria-label="Routes">\(contents)</nav>
        <main>
        \(subjects)
        <section id="schemas">
        <h2>Bodies</h2>
        \(NamedSchema.allCases.map(Self.section).joined(separator: "\n"))
        </section>
        </main>
        """)
  }

  private var contents: String {
    let subjects = EndpointDocument.Subject.allCases.map { subject in
      let links = endpoints(of: subject).map { endpoint in
        "<li><a href=\"#\(endpoint.rawValue)\"><b class=\"\(Self.verb(endpoint))\">\(endpoint.route.method.rawValue)</b> \(HTML.escaped(Self.short(endpoint.route.paths[0])))</a></li>"
      }
      return "<h3>\(HTML.escaped(subject.rawValue))</h3><ul>\(links.joined())</ul>"
    }
    return subjects.joined() + "<h3><a href=\"#schemas\">Bodies</a></h3>"
  }

  /// Without what all routes of its kind begin with.
  private static func short(_ path: String) -> String {
    for start in ["/vigia/v1", "/v2/repository"] where path.hasPrefix(start) {
      return "\u{2026}" + path.dropFirst(start.count)
    }
    return path
  }

  private var subjects: String {
    EndpointDocument.Subject.allCases.map { subject in
      """
      <section>
      <h2>\(HTML.escaped(subject.rawValue))</h2>
      \(endpoints(of: subject).map(article).joined(separator: "\n"))
      </section>
      """
    }.joined(separator: "\n")
  }

  private func endpoints(of subject: EndpointDocument.Subject) -> [Endpoint] {
    Endpoint.allCases.filter { $0.document.subject == subject }
  }

  private func article(_ endpoint: Endpoint) -> String {
    let (route, document) = (endpoint.route, endpoint.document)
    let paths = route.paths.map { path in
      "<p class=\"path\"><b class=\"\(Self.verb(endpoint))\">\(route.method.rawValue)</b> <code>\(Self.path(path))</code></p>"
    }
    var parts = [
      "<h3>\(HTML.escaped(document.summary))</h3>", paths.joined(separator: "\n"),
      "<p class=\"who\">\(HTML.escaped(who(route.access)))</p>",
    ]
    if !document.note.isEmpty { parts.append("<p>\(Self.prose(document.note))</p>") }
    parts.append(Self.table("Request", requestRows(document)))
    if let example = example(route, document) {
      parts.append("<pre><code>\(HTML.escaped(example))</code></pre>")
    }
    parts.append(Self.table("Answers", answerRows(route, document)))
    return "<article id=\"\(endpoint.rawValue)\">\(parts.joined(separator: "\n"))</article>"
  }

  private func who(_ access: Access) -> String {
    switch access {
    case .open: "Anybody"
    case .read: isReadingOpen ? "Anybody who reaches the server" : "A token with the role read"
    case .operate: "The role operate: a token, or the control socket"
    case .admin: "The role admin: a token, or the control socket"
    }
  }

  private func requestRows(_ document: EndpointDocument) -> [(String, String)] {
    var rows = document.parameters.map { parameter in
      let name = parameter.place == .query ? "?\(parameter.name)" : parameter.name
      return (
        "<code>\(HTML.escaped(name))</code>\(Self.optional(unless: parameter.isRequired))",
        Self.prose(parameter.note)
      )
    }
    if let body = document.body {
      rows.append((body.isRequired ? "Body" : "Body, or none", Self.bodies(body.contents)))
    }
    return rows
  }

  private func answerRows(_ route: Route, _ document: EndpointDocument) -> [(String, String)] {
    let answer = document.answer
    let bodies = Self.bodies(answer.contents)
    var rows = [
      (
        "<b class=\"good\">200</b>",
        "\(Self.prose(answer.note))\(bodies.isEmpty ? "" : " \(bodies)")"
      )
    ]
    rows += answer.fields.map { field in
      ("<code>\(HTML.escaped(field.name.rawName))</code>", Self.prose(field.note))
    }
    rows += document.failures(of: route, isReadingOpen: isReadingOpen).map { failure in
      let shape: String
      if failure.isPage {
        shape = " <code>text/html</code>"
      } else if case .named(.error) = failure.schema.kind {
        shape = ""
      } else {
        shape = " " + failure.schema.outline
      }
      return ("<b class=\"bad\">\(failure.status)</b>", Self.prose(failure.note) + shape)
    }
    return rows
  }

  /// A command line that works as it stands, but for names.
  private func example(_ route: Route, _ document: EndpointDocument) -> String? {
    guard let body = document.body?.contents.first?.example else { return nil }
    let path = route.paths[0].replacing("{model}", with: "electricity")
    var words = ["curl http://\(authority)\(path)"]
    if route.access > .read || !isReadingOpen {
      words.append("-H \"Authorization: Bearer $TOKEN\"")
    }
    if route.requiresJSONContentType { words.append("-H 'Content-Type: application/json'") }
    words.append("-d '\(body)'")
    return words.joined(separator: " \\\n  ")
  }
}

/// The parts of a page.
extension DocumentationPage {
  private static func verb(_ endpoint: Endpoint) -> String {
    endpoint.route.method == .get ? "get" : "post"
  }

  /// With the places that a caller fills set off.
  private static func path(_ path: String) -> String {
    HTML.escaped(path).replacing("{", with: "<i>{").replacing("}", with: "}</i>")
  }

  private static func bodies(_ contents: [EndpointDocument.Content]) -> String {
    contents.map { content in
      let type = "<code>\(HTML.escaped(content.type))</code>"
      return content.schema.map { "\($0.outline) as \(type)" } ?? type
    }.joined(separator: ", or ")
  }

  /// Text with words between backquotes as code.
  private static func prose(_ text: String) -> String {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
      index % 2 == 0 ? HTML.escaped(part) : "<code>\(HTML.escaped(part))</code>"
    }.joined()
  }

  private static func table(_ title: String, _ rows: [(String, String)]) -> String {
    guard !rows.isEmpty else { return "" }
    let lines = rows.map { "<tr><th scope=\"row\">\($0.0)</th><td>\($0.1)</td></tr>" }
    return "<h4>\(title)</h4><table>\(lines.joined())</table>"
  }

  private static func section(_ name: NamedSchema) -> String {
    let schema = name.schema
    var parts: [String] = []
    if !schema.note.isEmpty { parts.append("<p>\(prose(schema.note))</p>") }
    switch schema.kind {
    case .object(let properties, _) where !properties.isEmpty:
      parts.append("<table>\(properties.map(row).joined())</table>")
    case .array(let item, _):
      parts.append("<p>A list of:</p>")
      if case .object(let properties, _) = item.kind {
        parts.append("<table>\(properties.map(row).joined())</table>")
      }
    case .either(let schemas):
      parts.append("<ul>\(schemas.map { "<li>\($0.outline)</li>" }.joined())</ul>")
    default: parts.append("<p>\(schema.outline)</p>")
    }
    return
      "<article id=\"schema-\(name.rawValue)\"><h3>\(name.rawValue)</h3>\(parts.joined())</article>"
  }

  private static func optional(unless isRequired: Bool) -> String {
    isRequired ? "" : " <small>optional</small>"
  }

  private static func row(_ property: Schema.Property) -> String {
    let note = property.schema.note.isEmpty ? "" : " \(prose(property.schema.note))"
    return
      "<tr><th scope=\"row\"><code>\(HTML.escaped(property.name))</code>\(optional(unless: property.isRequired))</th><td>\(property.schema.outline)\(note.isEmpty ? "" : "<br>\(note)")</td></tr>"
  }
}

extension Schema {
  /// In a few words, with links to what has a name.
  fileprivate var outline: String {
    switch kind {
    case .any: "anything"
    case .boolean: "true or false"
    case .integer(let range): "whole number\(range.map(Self.words) ?? "")"
    case .number(let bounds): "number\(Self.words(bounds))"
    case .string: "text"
    case .word(let words):
      words.map { "<code>\(HTML.escaped($0))</code>" }.joined(separator: " or ")
    case .array(let item, _): "list of \(item.outline)"
    case .object(let properties, .values(let value)) where properties.isEmpty:
      "by name: \(value.outline)"
    case .object(let properties, _):
      "{ \(properties.map { "<code>\(HTML.escaped($0.name))</code>: \($0.schema.outline)" }.joined(separator: ", ")) }"
    case .either(let schemas): schemas.map(\.outline).joined(separator: " or ")
    case .named(let name): "<a href=\"#schema-\(name.rawValue)\">\(name.rawValue)</a>"
    }
  }

  private static func words(_ range: ClosedRange<Int64>) -> String {
    range.upperBound == .max
      ? ", \(range.lowerBound) or more" : ", \(range.lowerBound) through \(range.upperBound)"
  }

  private static func words(_ bounds: Bounds) -> String {
    let least = bounds.least.map { bounds.isAbove ? ", above \(plain($0))" : ", from \(plain($0))" }
    return (least ?? "") + (bounds.most.map { " through \(plain($0))" } ?? "")
  }

  private static func plain(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number))" : "\(number)"
  }
}
