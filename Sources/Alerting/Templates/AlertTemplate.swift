/// The text of a label or an annotation, in the subset of Go's templates that rules need.
///
/// `{{ $labels.model }}`, `{{ $value | humanizePercentage }}`, `$externalLabels`, `$externalURL`, the same as `.Labels` and
/// so on; `if`, `else if`, `range`, `with`, variables; Go's comparisons, `printf` and friends; Prometheus' functions, `query`
/// among them. Not `define`, `template`, `block`, `break`, `continue`, and no graph links. A function that does not exist is
/// found here; what can only go wrong with values becomes text of the alert, as in Prometheus, and stops nothing.
package struct AlertTemplate: Sendable {
  package let text: String
  private let nodes: [TemplateNode]

  /// Prometheus puts this before each text, and counts columns from its start.
  private static let prelude =
    "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}"
    + "{{$externalURL := .ExternalURL}}{{$value := .Value}}"

  package init(_ text: String) throws(TemplateMistake) {
    self.text = text
    do throws(TemplateMistake) {
      nodes = try TemplateParser.parse(Self.prelude + text, variables: [])
    } catch {
      throw TemplateMistake(
        error.reason, at: max(0, error.offset - Self.prelude.utf8.count))
    }
  }

  /// The text for one alert.
  ///
  /// - Parameter name: of the alert; it stands in messages.
  package func expanded(_ data: TemplateData, alert name: String) -> String {
    guard nodes.count > 4 else { return "" }
    var expansion = TemplateExpansion(
      source: Self.prelude + text, name: "__alert_" + name, data: data)
    do throws(TemplateFailure) {
      return try expansion.run(nodes)
    } catch {
      return "<error expanding template: error executing template __alert_\(name): \(error.text)>"
    }
  }
}

/// What stopped an expansion, as Go says it.
struct TemplateFailure: Error {
  var text: String
}
