/// The text of a label or an annotation: a template of Go's, with all functions of Go's and Prometheus'.
///
/// `{{ $labels.model }}`, `{{ $value | humanizePercentage }}`, `$externalLabels`, `$externalURL`, the same as `.Labels` and
/// so on; what `{{define}}` names is known within the one text. A function that does not exist is found here; what can only
/// go wrong with values becomes text of the alert, as in Prometheus, and stops nothing.
package struct AlertTemplate: Sendable {
  package let text: String
  private let tree: TemplateTree

  /// Prometheus puts this before each text, and counts columns from its start.
  private static let prelude =
    "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}"
    + "{{$externalURL := .ExternalURL}}{{$value := .Value}}"

  package init(_ text: String) throws(TemplateMistake) {
    self.text = text
    do throws(TemplateMistake) {
      tree = try TemplateParser.parse(Self.prelude + text, variables: [])
    } catch {
      throw TemplateMistake(
        error.reason, at: max(0, error.offset - Self.prelude.utf8.count))
    }
  }

  /// Whether it asks for other series, with `query`.
  package var asksQueries: Bool {
    text.split(separator: "{{", omittingEmptySubsequences: false).dropFirst().contains { part in
      let action = part.split(separator: "}}", omittingEmptySubsequences: false)[0]
      return action.split { !($0.isLetter || $0.isNumber || "_.$\"".contains($0)) }
        .contains("query")
    }
  }

  /// The text for one alert.
  ///
  /// - Parameter name: of the alert; it stands in messages.
  package func expanded(_ data: TemplateData, alert name: String) -> String {
    guard tree.nodes.count > 4 else { return "" }
    var expansion = TemplateExpansion(
      tree, source: Self.prelude + text, name: "__alert_" + name, data: data)
    do throws(TemplateFailure) {
      return try expansion.run()
    } catch {
      return "<error expanding template: error executing template __alert_\(name): \(error.text)>"
    }
  }
}

/// What stopped an expansion, as Go says it.
struct TemplateFailure: Error {
  var text: String
}
