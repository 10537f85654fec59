import Domain

/// What is known of versions that are not in memory: under way, failed and why, waited for, or kept out.
struct LoadingStates {
  var underWay: [ModelVersion: Task<Result<LoadedVersion, InferenceError>, Never>] = [:]
  var failures: [ModelVersion: InferenceError] = [:]
  /// For want of room, as far as they were asked for and are not in memory.
  var crowdedOut: [ModelVersion: InferenceError] = [:]
  /// Until when a request does not bring back a version that failed.
  var retryAt: [ModelVersion: MonotonicTime] = [:]
  /// Loaded again and again by themselves, until their servers are there: until then they count as failed, also while
  /// one of these loads is under way.
  var triedAgain: Set<ModelVersion> = []
  /// Taken out by a person: no request brings them back.
  private(set) var keptOut: Set<ModelVersion> = []
  private var unloadedBy: [ModelVersion: String] = [:]
  /// In memory at some time of this run, by the hash of their file then: a request may bring them back, and nothing else in.
  var wereLoaded: [ModelVersion: String] = [:]
  /// Bytes in memory by the file's hash, of versions that were there.
  var lastBytes: [String: Int64] = [:]
  var evictions = 0
  var returns = 0
  /// Requests by the version that they wait for.
  private(set) var waiting: [ModelVersion: [Int: Admission]] = [:]
  private(set) var waitingCount = 0
  /// Of memory, that they hold.
  private(set) var waitingBytes = 0
  private var lastTicket = 0

  mutating func keepOut(_ version: ModelVersion, by person: String?) {
    keptOut.insert(version)
    unloadedBy[version] = person
  }

  /// Somebody asks for it.
  mutating func letIn(_ version: ModelVersion) {
    keptOut.remove(version)
    unloadedBy[version] = nil
  }

  /// Why a version is not in memory; nil: nobody has asked for it.
  ///
  /// - Parameter returns: whether requests bring versions back.
  func absence(of version: ModelVersion, returns: Bool) -> InferenceError.Absence? {
    let isTriedAgain = triedAgain.contains(version)
    let isUnderWay = underWay[version] != nil && !isTriedAgain
    if isUnderWay || waiting[version]?.isEmpty == false { return .loading }
    if keptOut.contains(version) { return .unloaded(by: unloadedBy[version]) }
    if let failure = failures[version] ?? crowdedOut[version] {
      // The version is said before it.
      let text = failure.description
      let prefixes = ["\(version): ", "\(version) is not loaded: "]
      let prefix = prefixes.first { text.hasPrefix($0) }
      return .failed(
        reason: String(text.dropFirst(prefix?.count ?? 0)), isTriedAgain: isTriedAgain)
    }
    return wereLoaded[version] != nil ? .left(returns: returns) : nil
  }

  mutating func wait(_ admission: Admission, for version: ModelVersion) -> Int {
    lastTicket += 1
    waitingCount += 1
    waitingBytes += admission.call.request.inputBytes
    waiting[version, default: [:]][lastTicket] = admission
    return lastTicket
  }

  /// Nil when it has left already.
  mutating func take(_ ticket: Int, for version: ModelVersion) -> Admission? {
    guard let admission = waiting[version]?.removeValue(forKey: ticket) else { return nil }
    waitingCount -= 1
    waitingBytes -= admission.call.request.inputBytes
    return admission
  }

  /// In the order in which they came.
  mutating func takeAll(for version: ModelVersion) -> [Admission] {
    let all = waiting.removeValue(forKey: version) ?? [:]
    waitingCount -= all.count
    waitingBytes -= all.values.reduce(0) { $0 + $1.call.request.inputBytes }
    return all.sorted { $0.key < $1.key }.map(\.value)
  }
}
