import Inference
import InferenceProtocol
import Integrations

/// The `remotes` block of a model: versions that run on other servers.
extension ConfigurationReader {
  private static let remoteKeys = [
    "upstreams", "model", "version", "protocol", "headers", "timeout_ms", "health_interval_ms",
    "max_in_flight", "binary", "inputs", "outputs",
  ]
  private static let upstreamsMax = 64

  mutating func remotes(_ value: LocatedValue, owner: String) -> [String: RemoteSpec] {
    var remotes: [String: RemoteSpec] = [:]
    for entry in entries(value, owner: owner) {
      guard ModelRepository.isVersionName(entry.key) else {
        report(
          entry.keyPlace,
          .badForm(
            key: owner, expected: "a version that is a whole number, such as \"2\"",
            found: ConfigurationProblem.quoted(entry.key)))
        continue
      }
      remotes[entry.key] = remote(entry, owner: "\(owner).\(entry.key)")
    }
    return remotes
  }

  private mutating func remote(_ entry: LocatedValue.Entry, owner: String) -> RemoteSpec? {
    guard case .mapping = entry.value.content else {
      _ = entries(entry.value, owner: owner)
      return nil
    }
    let parts = block(entry.value, owner: owner, keys: Self.remoteKeys)
    func part(_ key: String) -> LocatedValue? { parts[key]?.value }
    let upstreams = required("upstreams", of: entry, in: parts, owner: owner)
      .map { self.upstreams($0.value, key: "\(owner).upstreams") }
    var spec = RemoteSpec(upstreams: upstreams ?? [])
    spec.model = part("model").flatMap { text($0, key: "\(owner).model", expected: "a name") }
    spec.version = part("version").flatMap { version($0, key: "\(owner).version") }
    if let value = part("protocol") { spec.dialect = dialect(value, key: "\(owner).protocol") }
    if let value = part("headers") { spec.headers = headers(value, owner: "\(owner).headers") }
    if let value = part("timeout_ms") {
      spec.timeout = milliseconds(value, key: "\(owner).timeout_ms", from: 1) ?? spec.timeout
    }
    if let value = part("health_interval_ms") {
      spec.healthInterval =
        milliseconds(value, key: "\(owner).health_interval_ms", from: 100) ?? spec.healthInterval
    }
    if let value = part("max_in_flight") {
      spec.maxInFlight =
        integer(value, key: "\(owner).max_in_flight", in: 1...4_096) ?? spec.maxInFlight
    }
    if let value = part("binary") { spec.binary = binary(value, key: "\(owner).binary") }
    if let value = part("inputs") { spec.inputs = tensors(value, key: "\(owner).inputs") }
    if let value = part("outputs") { spec.outputs = tensors(value, key: "\(owner).outputs") }
    return spec.upstreams.isEmpty ? nil : spec
  }

  mutating func upstreams(_ value: LocatedValue, key: String) -> [UpstreamAddress] {
    let items: [LocatedValue] =
      if case .list(let items) = value.content { items } else { [value] }
    guard (1...Self.upstreamsMax).contains(items.count) else {
      report(
        value.place,
        .outOfRange(key: key, expected: "from 1 to \(Self.upstreamsMax) URLs", found: value.found))
      return []
    }
    var addresses: [UpstreamAddress] = []
    for (index, item) in items.enumerated() {
      let key = items.count == 1 ? key : "\(key)[\(index + 1)]"
      guard let text = text(item, key: key, expected: UpstreamAddressError.noURL.description)
      else { continue }
      do throws(UpstreamAddressError) {
        let address = try UpstreamAddress.parse(text)
        if addresses.contains(address) {
          report(item.place, .badForm(key: key, expected: "each URL once", found: item.found))
        }
        addresses.append(address)
      } catch {
        report(item.place, .badForm(key: key, expected: error.description, found: item.found))
      }
    }
    return addresses
  }

  private mutating func dialect(_ value: LocatedValue, key: String) -> RemoteSpec.Dialect {
    let expected = "auto, triton, kserve or mlserver"
    guard let text = text(value, key: key, expected: expected) else { return .auto }
    if let dialect = RemoteSpec.Dialect(rawValue: text) { return dialect }
    report(value.place, .badForm(key: key, expected: expected, found: value.found))
    return .auto
  }

  private mutating func binary(_ value: LocatedValue, key: String) -> RemoteSpec.Binary {
    if case .scalar("auto", .text) = value.content { return .auto }
    if case .scalar(_, .boolean) = value.content {
      return boolean(value, key: key) == true ? .always : .never
    }
    report(
      value.place, .wrongType(key: key, expected: "auto, true or false", found: value.found))
    return .auto
  }

  mutating func headers(_ value: LocatedValue, owner: String) -> [RemoteSpec.Header] {
    entries(value, owner: owner).compactMap { entry in
      guard !entry.key.isEmpty, entry.key.utf8.allSatisfy(Self.isTokenByte),
        !RemoteSpec.isReserved(header: entry.key)
      else {
        report(
          entry.keyPlace,
          .badForm(
            key: owner, expected: "a header that Vigia does not write itself",
            found: ConfigurationProblem.quoted(entry.key)))
        return nil
      }
      return text(entry.value, key: "\(owner).\(entry.key)")
        .map { RemoteSpec.Header(name: entry.key, value: $0) }
    }
  }

  mutating func milliseconds(
    _ value: LocatedValue, key: String, from lowest: Double
  ) -> Duration? {
    number(value, key: key, in: lowest...3_600_000).map { .microseconds(Int64($0 * 1_000)) }
  }

  private mutating func tensors(_ value: LocatedValue, key: String) -> [TensorMetadata] {
    guard case .list(let items) = value.content, !items.isEmpty else {
      report(
        value.place,
        .wrongType(
          key: key, expected: "a list of { name: ..., datatype: ..., shape: [...] }",
          found: value.found))
      return []
    }
    return items.enumerated().compactMap { tensor($1, owner: "\(key)[\($0 + 1)]") }
  }

  private mutating func tensor(_ value: LocatedValue, owner: String) -> TensorMetadata? {
    let parts = block(value, owner: owner, keys: ["name", "datatype", "shape"])
    let whole = LocatedValue.Entry(key: owner, keyPlace: value.place, value: value)
    let name = required("name", of: whole, in: parts, owner: owner)
      .flatMap { text($0.value, key: "\(owner).name") }
    let datatype = required("datatype", of: whole, in: parts, owner: owner)
      .flatMap { self.datatype($0.value, key: "\(owner).datatype") }
    let shape = required("shape", of: whole, in: parts, owner: owner)
      .flatMap { self.shape($0.value, key: "\(owner).shape") }
    guard let name, let datatype, let shape else { return nil }
    return TensorMetadata(name: name, datatype: datatype, shape: shape)
  }

  private mutating func datatype(_ value: LocatedValue, key: String) -> DataType? {
    let expected = "one of " + DataType.allCases.map(\.rawValue).joined(separator: ", ")
    guard let text = text(value, key: key, expected: expected) else { return nil }
    guard let datatype = DataType(rawValue: text) else {
      report(value.place, .badForm(key: key, expected: expected, found: value.found))
      return nil
    }
    return datatype
  }

  private mutating func shape(_ value: LocatedValue, key: String) -> [Int]? {
    guard case .list(let items) = value.content, items.count <= 16 else {
      report(
        value.place,
        .wrongType(key: key, expected: "a list such as [-1, 8]", found: value.found))
      return nil
    }
    let lengths = items.compactMap { integer($0, key: key, in: -1...Int(Int32.max)) }
    return lengths.count == items.count ? lengths : nil
  }
}
