extension VigiaConfiguration {
  /// Keys whose values differ in another reading and which a running server cannot take over.
  package func fixedKeys(changedIn other: VigiaConfiguration) -> [String] {
    func changed(_ key: KeyPath<VigiaConfiguration, some Equatable>) -> Bool {
      self[keyPath: key] != other[keyPath: key]
    }
    var keys: [Setting] = []
    if changed(\.listen) { keys.append(.listen) }
    if changed(\.socket) { keys.append(.socket) }
    if changed(\.dataDirectory) { keys.append(.dataDirectory) }
    if changed(\.modelRepository) { keys.append(.modelRepository) }
    if changed(\.runbooks) { keys.append(.runbooks) }
    if changed(\.onnxRuntime) { keys.append(.onnxRuntime) }
    if changed(\.tokensFile) { keys.append(.tokensFile) }
    if changed(\.tls?.certificate) { keys.append(.certificate) }
    if changed(\.tls?.privateKey) { keys.append(.privateKey) }
    if changed(\.corsOrigins) { keys.append(.corsOrigins) }
    if changed(\.logsRequests) { keys.append(.logRequests) }
    if changed(\.machinePrice) { keys.append(.machinePrice) }
    if changed(\.environment) { keys.append(.environment) }
    if changed(\.lanes) { keys.append(.lanes) }
    if changed(\.eventLoops) { keys.append(.eventLoops) }
    if changed(\.threads) { keys.append(.threads) }
    if changed(\.engine.providers) { keys.append(.providers) }
    if changed(\.engine.fallsBack) { keys.append(.providerFallback) }
    if changed(\.engine.modelMemory) { keys.append(.modelMemory) }
    if changed(\.engine.maxAnswer) { keys.append(.maxAnswer) }
    if changed(\.engine.loadCheck) || changed(\.engine.refusesNaN) { keys.append(.loadCheck) }
    if changed(\.isReadOnly) { keys.append(.readOnly) }
    if changed(\.isInsecure) { keys.append(.insecure) }
    let names = models.map(\.name) + other.models.map(\.name).filter { model($0) == nil }
    return keys.map(\.rawValue)
      + names.filter { model($0) != other.model($0) }.map { "models.\($0)" }
  }
}
