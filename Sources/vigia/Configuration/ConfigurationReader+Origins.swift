import HTTPAPI

/// The sites whose pages may read this server: `cors: { origins: [https://ops.example] }`.
extension ConfigurationReader {
  /// One origin may stand alone.
  mutating func origins(_ value: LocatedValue) -> [WebOrigin] {
    guard case .list(let items) = value.content else {
      return [origin(value, key: "cors.origins")].compactMap(\.self)
    }
    return items.enumerated().compactMap { index, item in
      origin(item, key: "cors.origins[\(index + 1)]")
    }
  }

  private mutating func origin(_ value: LocatedValue, key: String) -> WebOrigin? {
    let expected = "an origin such as https://ops.example"
    let text: String
    // YAML reads a bare null as nothing.
    switch value.content {
    case .scalar(let plain, .text): text = plain
    case .scalar(let plain, .nothing) where !plain.isEmpty: text = plain
    default:
      report(value.place, .wrongType(key: key, expected: expected, found: value.found))
      return nil
    }
    do {
      return try WebOrigin(text)
    } catch {
      report(
        value.place,
        .unusable(key: key, found: ConfigurationProblem.quoted(text), reason: error.description))
      return nil
    }
  }
}
