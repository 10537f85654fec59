import Domain

/// Prometheus' text format 0.0.4, under construction.
struct MetricsText {
  private(set) var text = ""
  private var name = ""

  mutating func family(_ series: SeriesDefinition, _ body: (inout MetricsText) -> Void) {
    name = series.name
    text += "# HELP \(name) \(series.help)\n# TYPE \(name) \(series.kind.rawValue)\n"
    body(&self)
  }

  mutating func sample(_ labels: [(String, String)], _ value: Double, suffix: String = "") {
    let list = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
    let number = value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    text += name + suffix + (list.isEmpty ? "" : "{\(list)}") + " \(number)\n"
  }

  private static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
