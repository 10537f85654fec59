import Domain

extension MetricsText {
  /// All of it as a scraper reads it.
  ///
  /// Samples are the same in both formats, name for name and bucket for bucket, so that a series goes on where a scraper
  /// changes from one to the other. What differs stands in the lines above them: OpenMetrics names a counter's family without
  /// `_total`, tells the unit where the family's name ends with it, and ends with `# EOF`.
  ///
  /// Source: Prometheus' exposition formats; OpenMetrics 1.0.0, "Text format".
  func printed(as format: ExpositionFormat) -> String {
    var text = ""
    for family in families {
      text += Self.head(of: family.series, format)
      for sample in family.samples {
        text += family.series.name + sample.suffix
        if !sample.labels.isEmpty {
          let list = sample.labels.map { "\($0)=\"\(Self.escaped($1, quotes: true))\"" }
          text += "{" + list.joined(separator: ",") + "}"
        }
        text += " \(Self.number(sample.value))\n"
      }
    }
    return format == .openMetrics ? text + "# EOF\n" : text
  }

  private static func head(of series: SeriesDefinition, _ format: ExpositionFormat) -> String {
    guard format == .openMetrics else {
      return "# HELP \(series.name) \(escaped(series.help, quotes: false))\n"
        + "# TYPE \(series.name) \(series.kind.rawValue)\n"
    }
    let name = series.familyName
    let unit =
      !series.unit.isEmpty && name.hasSuffix("_\(series.unit)")
      ? "# UNIT \(name) \(series.unit)\n" : ""
    return "# TYPE \(name) \(series.kind.rawValue)\n" + unit
      + "# HELP \(name) \(escaped(series.help, quotes: true))\n"
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    return value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    let lines = text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    return quotes ? lines.replacing("\"", with: "\\\"") : lines
  }
}

extension SeriesDefinition {
  /// As OpenMetrics names the family: a counter's without `_total`, which only its samples have.
  var familyName: String {
    kind == .counter && name.hasSuffix("_total") ? String(name.dropLast("_total".count)) : name
  }
}
