/// A setting's value with the source that gave it.
struct SourcedValue {
  var value: LocatedValue
  var origin: SettingOrigin
}

/// From sources to one configuration.
extension ConfigurationReader {
  /// Longest path that `sockaddr_un` holds, its final zero apart.
  private static let socketPathLimit = 107

  /// What each setting is in the file.
  mutating func settings(inFile root: LocatedValue) -> [Setting: SourcedValue] {
    if case .mapping(let entries) = root.content,
      let entry = entries.first(where: { $0.key == Setting.insecure.rawValue })
    {
      report(entry.keyPlace, .flagOnly(.insecure))
    }
    var top = block(root, owner: nil, keys: Setting.topLevelKeys + [Setting.insecure.rawValue])
    top[Setting.insecure.rawValue] = nil
    var values: [Setting: SourcedValue] = [:]
    for section in ["auth", "tls", "cors", "console"] {
      guard let entry = top[section] else { continue }
      let members = Setting.allCases.filter { $0.section == section }
      let parts = block(entry.value, owner: section, keys: members.map(\.leaf))
      for member in members {
        if let part = parts[member.leaf] { values[member] = Self.sourced(part) }
      }
      if case .mapping(let entries) = entry.value.content, entries.isEmpty || section != "tls",
        parts.isEmpty, let first = members.first
      {
        report(entry.keyPlace, .missingKey(first.leaf, in: section))
      }
    }
    for setting in Setting.allCases where setting.section == nil {
      if let entry = top[setting.rawValue] { values[setting] = Self.sourced(entry) }
    }
    return values
  }

  private static func sourced(_ entry: LocatedValue.Entry) -> SourcedValue {
    guard case .position(let path, let line, _) = entry.keyPlace else {
      return SourcedValue(value: entry.value, origin: .standard)
    }
    return SourcedValue(value: entry.value, origin: .file(path: path, line: line))
  }

  /// An empty variable counts as none.
  mutating func addVariables(
    _ environment: [String: String], to values: inout [Setting: SourcedValue]
  ) {
    let known = Set(Setting.allCases.map(\.variable)).union(Setting.otherVariables)
    for name in environment.keys.sorted() where name.hasPrefix("VIGIA_") && !known.contains(name) {
      let suggestion = Spelling.nearest(to: name, among: known.sorted())
      report(.variable(name), .unknownVariable(name, suggestion: suggestion))
    }
    for setting in Setting.allCases {
      guard let text = environment[setting.variable], !text.isEmpty,
        let value = value(of: setting, text: text, place: .variable(setting.variable))
      else { continue }
      values[setting] = SourcedValue(value: value, origin: .variable(setting.variable))
    }
  }

  mutating func addFlags(_ flags: [Setting: String], to values: inout [Setting: SourcedValue]) {
    for setting in Setting.allCases {
      guard let text = flags[setting],
        let value = value(of: setting, text: text, place: .flag(setting.flag))
      else { continue }
      values[setting] = SourcedValue(value: value, origin: .flag(setting.flag))
    }
  }

  /// Text settings are taken as they stand; the others are a line of YAML.
  private mutating func value(of setting: Setting, text: String, place: ConfigurationPlace)
    -> LocatedValue?
  {
    switch setting {
    case .models, .notify, .sources, .inhibitRules, .lanes, .eventLoops, .threads, .readOnly,
      .logRequests, .insecure, .keys, .mouse, .bell, .desktopMessages, .links:
      break
    case .providerFallback, .loadCheck: break
    case .providers where text.hasPrefix("["): break
    case .rules where text.hasPrefix("["): break
    case .corsOrigins where text.hasPrefix("["): break
    default: return LocatedValue(place: place, content: .scalar(text, .text))
    }
    do {
      return try YAMLText.parse(text, path: setting.variable, place: place)
    } catch {
      diagnostics.append(error)
      return nil
    }
  }

  mutating func configuration(
    from values: [Setting: SourcedValue], standardDataDirectory: String
  ) -> VigiaConfiguration {
    func value(_ setting: Setting) -> LocatedValue? { values[setting]?.value }

    let dataDirectory = value(.dataDirectory).flatMap { path($0, key: "data_dir") }
    let repository = value(.modelRepository).flatMap { path($0, key: "model_repository") }
    var result = VigiaConfiguration(
      dataDirectory: dataDirectory ?? standardDataDirectory,
      modelRepository: repository ?? FilePath.absolute("models", in: folder))
    result.origins = values.mapValues(\.origin)
    if let part = value(.listen), let address = listen(part) { result.listen = address }
    if let part = value(.models) { result.models = models(part) }
    if let part = value(.rules) { result.rules = paths(part, key: "rules") ?? [] }
    result.runbooks = value(.runbooks).flatMap { path($0, key: "runbooks") }
    if let part = value(.notify) { result.receivers = receivers(part) }
    if let part = value(.sources) { result.sources = sources(part) }
    if let part = value(.inhibitRules) { result.inhibitions = inhibitions(part) }
    result.externalURL = value(.externalURL).flatMap { externalURL($0) }
    if let part = value(.theme), let name = text(part, key: "theme") { result.theme = name }
    result.keys = value(.keys).map { keys($0) } ?? []
    result.usesMouse = value(.mouse).flatMap { boolean($0, key: "mouse") } ?? true
    result.ringsBell = value(.bell).flatMap { boolean($0, key: "bell") } ?? false
    result.notifiesDesktop = value(.desktopMessages).flatMap { boolean($0, key: "notify") } ?? false
    result.showsLinks = value(.links).flatMap { boolean($0, key: "links") } ?? true
    result.onnxRuntime = value(.onnxRuntime).flatMap { path($0, key: "onnxruntime") }
    result.tokensFile = value(.tokensFile).flatMap { path($0, key: "auth.tokens_file") }
    if let part = value(.corsOrigins) { result.corsOrigins = origins(part) }
    result.logsRequests = value(.logRequests).flatMap { boolean($0, key: "log_requests") } ?? false
    result.machinePrice = value(.machinePrice).flatMap { price($0) }
    result.environment = value(.environment).flatMap { environmentName($0) } ?? ""
    result.lanes = value(.lanes).flatMap { integer($0, key: "lanes", in: 1...256) }
    result.eventLoops = value(.eventLoops).flatMap {
      integer($0, key: "event_loops", in: 1...256)
    }
    result.threads =
      value(.threads).flatMap { integer($0, key: "threads", in: 1...256) } ?? result.threads
    result.engine = engine(from: value)
    result.isReadOnly = value(.readOnly).flatMap { boolean($0, key: "read_only") } ?? false
    result.isInsecure = value(.insecure).flatMap { boolean($0, key: "insecure") } ?? false
    result.tls = tls(certificate: values[.certificate], key: values[.privateKey])
    readSocket(values, into: &result)
    if !result.listen.isLoopback, result.tls == nil, !result.isInsecure, let part = value(.listen) {
      report(part.place, .needsInsecure(listen: result.listen.description))
    }
    return result
  }

  private mutating func listen(_ value: LocatedValue) -> ListenAddress? {
    let expected = "an address and port such as 127.0.0.1:8080"
    guard case .scalar(let text, let kind) = value.content, kind != .nothing, kind != .boolean
    else {
      report(value.place, .wrongType(key: "listen", expected: expected, found: value.found))
      return nil
    }
    do {
      return try ListenAddress(parsing: text)
    } catch {
      switch error {
      case .form:
        report(value.place, .badForm(key: "listen", expected: expected, found: value.found))
      case .port(let port):
        report(
          value.place,
          .outOfRange(
            key: "listen", expected: "a port from 0 to 65535",
            found: ConfigurationProblem.quoted(port)))
      }
      return nil
    }
  }

  private mutating func environmentName(_ value: LocatedValue) -> String? {
    let expected = "a name of at most 32 characters, such as production"
    guard let name = text(value, key: "environment", expected: expected) else { return nil }
    if name.count <= 32 { return name }
    report(value.place, .badForm(key: "environment", expected: expected, found: value.found))
    return nil
  }

  private mutating func tls(certificate: SourcedValue?, key: SourcedValue?) -> TLSFiles? {
    let certificatePath = certificate.flatMap { path($0.value, key: "tls.cert") }
    let keyPath = key.flatMap { path($0.value, key: "tls.key") }
    if let certificate, key == nil {
      report(certificate.value.place, .missingKey("key", in: "tls"))
    }
    if let key, certificate == nil { report(key.value.place, .missingKey("cert", in: "tls")) }
    guard let certificatePath, let keyPath else { return nil }
    return TLSFiles(certificate: certificatePath, privateKey: keyPath)
  }

  private mutating func readSocket(
    _ values: [Setting: SourcedValue], into result: inout VigiaConfiguration
  ) {
    let value = values[.socket]?.value
    let name = value.flatMap { text($0, key: "socket", expected: "a path") } ?? "vigia.sock"
    let path = FilePath.absolute(name, in: result.dataDirectory)
    result.socket = path
    if let value, !name.hasPrefix("/"), !path.hasPrefix(result.dataDirectory + "/") {
      report(value.place, .socketOutside(name))
    } else if path.utf8.count > Self.socketPathLimit {
      let place = (value ?? values[.dataDirectory]?.value)?.place ?? .standard
      report(
        place, .socketTooLong(path: path, bytes: path.utf8.count, limit: Self.socketPathLimit))
    }
  }
}
