import Domain
import Integrations

/// The `notify` list and `external_url`.
extension ConfigurationReader {
  private static let receiverKeys = [
    "name", "alertmanager", "webhook", "command", "authorization_file", "severity",
  ]
  private static let receiversMax = 64
  private static let nameBytesMax = 64

  mutating func receivers(_ value: LocatedValue) -> [ReceiverConfiguration] {
    guard case .list(let items) = value.content, items.count <= Self.receiversMax else {
      report(
        value.place,
        .wrongType(
          key: "notify", expected: "a list of { name: ..., webhook: ... }", found: value.found))
      return []
    }
    var receivers: [ReceiverConfiguration] = []
    for (index, item) in items.enumerated() {
      guard let receiver = receiver(item, owner: "notify[\(index + 1)]") else { continue }
      if receivers.contains(where: { $0.name == receiver.name }) {
        report(
          item.place,
          .badForm(
            key: "notify[\(index + 1)].name", expected: "each name once",
            found: ConfigurationProblem.quoted(receiver.name)))
      }
      receivers.append(receiver)
    }
    return receivers
  }

  private mutating func receiver(
    _ value: LocatedValue, owner: String
  ) -> ReceiverConfiguration? {
    guard case .mapping = value.content else {
      _ = entries(value, owner: owner)
      return nil
    }
    let parts = block(value, owner: owner, keys: Self.receiverKeys)
    let whole = LocatedValue.Entry(key: owner, keyPlace: value.place, value: value)
    let name = required("name", of: whole, in: parts, owner: owner)
      .flatMap { receiverName($0.value, key: "\(owner).name") }
    let way = way(parts, of: whole, owner: owner)
    let least = parts["severity"].flatMap { severity($0.value, key: "\(owner).severity") }
    var authorization: AuthorizationFile?
    if let part = parts["authorization_file"] {
      let path = path(part.value, key: "\(owner).authorization_file")
      authorization = path.map(AuthorizationFile.init)
      if parts["command"] != nil {
        report(
          part.keyPlace,
          .unusable(
            key: "\(owner).authorization_file", found: "a file",
            reason: "a command gets none; it can read one itself"))
      }
    }
    guard let name, let way else { return nil }
    var receiver = ReceiverConfiguration(name: name, way: way)
    receiver.authorization = authorization
    receiver.least = least ?? .info
    return receiver
  }

  mutating func receiverName(_ value: LocatedValue, key: String) -> String? {
    let expected = "a name of letters, digits, . - and _"
    guard let name = text(value, key: key, expected: expected) else { return nil }
    guard Self.isName(name), name.utf8.count <= Self.nameBytesMax else {
      report(value.place, .badForm(key: key, expected: expected, found: value.found))
      return nil
    }
    return name
  }

  private mutating func way(
    _ parts: [String: LocatedValue.Entry], of whole: LocatedValue.Entry, owner: String
  ) -> ReceiverConfiguration.Way? {
    let ways = ["alertmanager", "webhook", "command"].compactMap { parts[$0] }
    guard ways.count == 1, let entry = ways.first else {
      report(
        ways.last?.keyPlace ?? whole.keyPlace,
        .badForm(
          key: owner, expected: "one of alertmanager, webhook and command",
          found: ways.isEmpty ? "none of them" : "\(ways.count) of them"))
      return nil
    }
    let key = "\(owner).\(entry.key)"
    switch entry.key {
    case "alertmanager":
      let peers = upstreams(entry.value, key: key)
      return peers.isEmpty ? nil : .alertmanager(peers)
    case "webhook": return webhook(entry.value, key: key).map { .webhook($0) }
    default: return command(entry.value, key: key).map { .command($0) }
    }
  }

  /// A message about it does not repeat it: such URLs are often secrets.
  private mutating func webhook(_ value: LocatedValue, key: String) -> WebhookAddress? {
    guard case .scalar(let text, .text) = value.content else {
      report(
        value.place,
        .wrongType(key: key, expected: UpstreamAddressError.noURL.description, found: value.found))
      return nil
    }
    do throws(UpstreamAddressError) {
      return try WebhookAddress.parse(text)
    } catch {
      let expected =
        error == .credentials
        ? "a URL without a user and password; put a token into authorization_file"
        : error.description
      report(value.place, .badForm(key: key, expected: expected, found: "another text"))
      return nil
    }
  }

  private mutating func command(_ value: LocatedValue, key: String) -> [String]? {
    guard case .list(let items) = value.content, let program = items.first else {
      report(
        value.place,
        .wrongType(
          key: key, expected: "a list of a program's path and its arguments", found: value.found))
      return nil
    }
    var words: [String] = []
    if let path = path(program, key: "\(key)[1]") { words.append(path) }
    for (index, item) in items.enumerated().dropFirst() {
      guard case .scalar(let text, let kind) = item.content, kind != .nothing,
        !text.unicodeScalars.contains("\0")
      else {
        report(
          item.place,
          .wrongType(key: "\(key)[\(index + 1)]", expected: "an argument", found: item.found))
        continue
      }
      words.append(text)
    }
    return words.count == items.count ? words : nil
  }

  private mutating func severity(_ value: LocatedValue, key: String) -> Alert.Severity? {
    let expected = "info, warning or critical"
    guard let text = text(value, key: key, expected: expected) else { return nil }
    if let severity = Alert.Severity(rawValue: text) { return severity }
    report(value.place, .badForm(key: key, expected: expected, found: value.found))
    return nil
  }

  mutating func externalURL(_ value: LocatedValue) -> String? {
    let key = Setting.externalURL.rawValue
    guard let text = text(value, key: key, expected: "a URL as https://vigia.example") else {
      return nil
    }
    do throws(UpstreamAddressError) {
      return try UpstreamAddress.parse(text).description
    } catch {
      report(
        value.place, .badForm(key: key, expected: error.description, found: value.found))
      return nil
    }
  }
}
