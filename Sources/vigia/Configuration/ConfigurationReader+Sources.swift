import Alerting
import Control
import Integrations

/// The `sources` list: other servers whose series are asked for.
extension ConfigurationReader {
  private static let sourceKeys = [
    "name", "url", "authorization_file", "basic_auth", "headers", "timeout_ms", "interval_ms",
    "labels", "rules", "panels",
  ]
  private static let panelsMax = 8
  private static let sourcesMax = 32

  mutating func sources(_ value: LocatedValue) -> [SourceConfiguration] {
    guard case .list(let items) = value.content, items.count <= Self.sourcesMax else {
      report(
        value.place,
        .wrongType(
          key: "sources", expected: "a list of { name: ..., url: ... }", found: value.found))
      return []
    }
    var sources: [SourceConfiguration] = []
    for (index, item) in items.enumerated() {
      guard let source = source(item, owner: "sources[\(index + 1)]") else { continue }
      if sources.contains(where: { $0.name == source.name }) {
        report(
          item.place,
          .badForm(
            key: "sources[\(index + 1)].name", expected: "each name once",
            found: ConfigurationProblem.quoted(source.name)))
      }
      sources.append(source)
    }
    return sources
  }

  private mutating func source(
    _ value: LocatedValue, owner: String
  ) -> SourceConfiguration? {
    guard case .mapping = value.content else {
      _ = entries(value, owner: owner)
      return nil
    }
    let parts = block(value, owner: owner, keys: Self.sourceKeys)
    func part(_ key: String) -> LocatedValue? { parts[key]?.value }
    let whole = LocatedValue.Entry(key: owner, keyPlace: value.place, value: value)
    let name = required("name", of: whole, in: parts, owner: owner)
      .flatMap { receiverName($0.value, key: "\(owner).name") }
    let address = required("url", of: whole, in: parts, owner: owner)
      .flatMap { url($0.value, key: "\(owner).url") }
    let credentials = credentials(parts, owner: owner)
    let headers = part("headers").map { self.headers($0, owner: "\(owner).headers") } ?? []
    let timeout = part("timeout_ms").flatMap {
      number($0, key: "\(owner).timeout_ms", in: 10...60_000)
    }
    let interval = part("interval_ms").flatMap {
      integer($0, key: "\(owner).interval_ms", in: 1_000...3_600_000)
    }
    let labels = part("labels").map { self.labels($0, owner: "\(owner).labels") } ?? [:]
    let rules = part("rules").flatMap { paths($0, key: "\(owner).rules") } ?? []
    guard let name, let address else { return nil }
    var source = SourceConfiguration(name: name, address: address)
    source.credentials = credentials
    source.headers = headers
    if let timeout { source.limits.query = .microseconds(Int64(timeout * 1_000)) }
    if let interval { source.interval = Int64(interval) }
    source.labels = labels
    source.rules = rules
    source.panels = part("panels").map { panels($0, key: "\(owner).panels") } ?? []
    return source
  }

  private mutating func panels(_ value: LocatedValue, key: String) -> [SourcePanelRule] {
    guard case .list(let items) = value.content, items.count <= Self.panelsMax else {
      report(
        value.place,
        .wrongType(
          key: key, expected: "a list of at most \(Self.panelsMax) { title: ..., expr: ... }",
          found: value.found))
      return []
    }
    return items.enumerated().compactMap { index, item in
      let owner = "\(key)[\(index + 1)]"
      let parts = block(item, owner: owner, keys: ["title", "expr"])
      guard case .mapping = item.content else { return nil }
      let whole = LocatedValue.Entry(key: owner, keyPlace: item.place, value: item)
      let title = required("title", of: whole, in: parts, owner: owner)
        .flatMap { text($0.value, key: "\(owner).title") }
      let expression = required("expr", of: whole, in: parts, owner: owner)
        .flatMap { text($0.value, key: "\(owner).expr", expected: "an expression in PromQL") }
      guard let title, let expression else { return nil }
      return SourcePanelRule(title: title, expression: expression)
    }
  }

  private mutating func url(_ value: LocatedValue, key: String) -> UpstreamAddress? {
    guard let text = text(value, key: key, expected: UpstreamAddressError.noURL.description)
    else { return nil }
    do throws(UpstreamAddressError) {
      return try UpstreamAddress.parse(text)
    } catch {
      // A message does not repeat a password.
      let isSecret = error == .credentials
      report(
        value.place,
        .badForm(
          key: key,
          expected: isSecret
            ? "a URL without a user and password; put them into basic_auth" : error.description,
          found: isSecret ? "another text" : value.found))
      return nil
    }
  }

  private mutating func credentials(
    _ parts: [String: LocatedValue.Entry], owner: String
  ) -> PrometheusSource.Credentials {
    let bearer = parts["authorization_file"].flatMap {
      path($0.value, key: "\(owner).authorization_file")
    }
    guard let basic = parts["basic_auth"] else {
      return bearer.map { .bearer(AuthorizationFile(path: $0)) } ?? .none
    }
    let key = "\(owner).basic_auth"
    if parts["authorization_file"] != nil {
      report(
        basic.keyPlace,
        .badForm(
          key: owner, expected: "one of authorization_file and basic_auth", found: "both"))
    }
    let fields = block(basic.value, owner: key, keys: ["username", "password_file"])
    guard case .mapping = basic.value.content else { return .none }
    let user = required("username", of: basic, in: fields, owner: key)
      .flatMap { text($0.value, key: "\(key).username", expected: "a name") }
    let password = required("password_file", of: basic, in: fields, owner: key)
      .flatMap { path($0.value, key: "\(key).password_file") }
    guard let user, let password else { return .none }
    if user.contains(":") {
      report(
        fields["username"]?.value.place ?? basic.keyPlace,
        .badForm(
          key: "\(key).username", expected: "a name without a colon",
          found: ConfigurationProblem.quoted(user)))
    }
    return .basic(user: user, password: AuthorizationFile(path: password))
  }

  private mutating func labels(_ value: LocatedValue, owner: String) -> [String: String] {
    var labels: [String: String] = [:]
    for entry in entries(value, owner: owner) {
      guard RuleName.isLabel(entry.key), !["__name__", "alertname", "source"].contains(entry.key)
      else {
        report(
          entry.keyPlace,
          .badForm(
            key: owner, expected: "a label's name; alertname and source are given",
            found: ConfigurationProblem.quoted(entry.key)))
        continue
      }
      labels[entry.key] = text(entry.value, key: "\(owner).\(entry.key)")
    }
    return labels
  }
}
