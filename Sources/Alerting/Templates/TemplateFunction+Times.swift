extension TemplateFunction {
  /// What can be asked of a time, the value of `toTime`: `(toTime $value).Format "15:04"`. Go has more; these are the ones that
  /// print something. Month and weekday are their names.
  static func method(_ name: String, of value: TemplateValue) -> TemplateFunction? {
    guard case .time(let time) = value else { return nil }
    switch name {
    case "Format":
      return TemplateFunction(name, [.text]) { values, _ in
        .text(time.text(layout: values[0].text))
      }
    case "String": return constant(name, .text(time.text))
    case "UTC": return constant(name, value)
    case "Unix":
      return constant(name, .integer(Int((Double(time.milliseconds) / 1_000).rounded(.down))))
    case "UnixMilli": return constant(name, .integer(Int(time.milliseconds)))
    case "Year": return constant(name, .integer(time.year))
    case "Month": return constant(name, .text(time.monthName))
    case "Day": return constant(name, .integer(time.day))
    case "YearDay": return constant(name, .integer(time.dayOfYear))
    case "Weekday": return constant(name, .text(time.weekdayName))
    case "Hour": return constant(name, .integer(time.hour))
    case "Minute": return constant(name, .integer(time.minute))
    case "Second": return constant(name, .integer(time.second))
    default: return nil
    }
  }

  private static func constant(_ name: String, _ value: TemplateValue) -> TemplateFunction {
    TemplateFunction(name, []) { _, _ in value }
  }
}
