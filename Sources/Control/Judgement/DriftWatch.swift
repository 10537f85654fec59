import Domain
import Statistics
import Storage

/// Whether the inputs and answers of one version still look like its reference: makes the reference, fills windows, judges
/// each once, and decides over time.
///
/// Windows do not overlap. One ends after `fullRows` rows and at least a minute, or after an hour once it has the rows that a
/// verdict needs; with fewer it stays open. Against a provisional reference drift is suspected and never opens. A value: no
/// clock, no store.
package struct DriftWatch: Sendable {
  /// Rows that make a provisional reference of live traffic, and seconds of traffic that make a final one: a season, since
  /// the hours of a day differ.
  static let referenceRows: Int64 = 5_000
  package static let referenceSeconds: Int64 = 86_400
  /// Rows that end a window, and bounds of its length in seconds.
  static let fullRows: Int64 = 2_000
  static let longest: Int64 = 3_600
  static let shortest: Int64 = 60

  /// What is kept over a restart.
  struct Memory: Sendable, Equatable, Codable {
    /// By feature; score and class have names of their own.
    var persistence: [String: DriftPersistence] = [:]
    var openSince: Timestamp?
    /// Against which reference all this was judged.
    var referenceID: Int64?
    /// The last finished window.
    var last: DriftWindow?
    var words: String?
    /// What was open when this was written; nil in what an older Vigia kept.
    var window: Window?
  }

  /// One that is being filled.
  struct Window: Sendable, Equatable, Codable {
    var from: Int64
    var counts: FeatureCounts
  }

  let version: ModelVersion
  private(set) var reference: FrozenReference?
  private(set) var memory: Memory
  /// Nil where there is a final reference, or no row yet.
  private(set) var collection: ReferenceCollection?
  private var window: Window?
  /// The same hours of other weeks, on the reference's bins.
  private var seasonal: (hour: Int64, counts: FeatureCounts)?

  /// What a step brought.
  enum Event: Sendable, Equatable {
    /// A reference was made of live traffic: to be stored, and counted by from now on.
    case reference(FrozenReference)
    case window(DriftWindow)
    case opened(words: String)
    case closed(words: String)
  }

  init(
    _ version: ModelVersion, reference: FrozenReference? = nil, memory: Memory = Memory(),
    collection: ReferenceCollection? = nil
  ) {
    self.version = version
    self.reference = reference
    self.memory = memory
    window = memory.window
    self.memory.window = nil
    self.collection = collection
  }

  /// What is to be kept.
  var remembered: Memory {
    var remembered = memory
    remembered.window = window
    return remembered
  }

  /// Puts a reference in force that was made elsewhere.
  ///
  /// - Returns: what ended with the former; nil: a newer one is in force, and stays. One that was made of live traffic just
  ///   before the training file was read must not take its place.
  @discardableResult
  mutating func use(_ reference: FrozenReference) -> [Event]? {
    if let present = self.reference, present.id > reference.id { return nil }
    self.reference = reference
    var events: [Event] = []
    // What was found against another reference says nothing of this one.
    if memory.referenceID != reference.id {
      if memory.openSince != nil {
        events.append(.closed(words: "another reference is in force, \(reference.source)"))
      }
      memory = Memory(referenceID: reference.id)
    }
    if !reference.isProvisional { collection = nil }
    if let window, !window.counts.isOn(reference) { self.window = nil }
    return events
  }

  mutating func setSeasonal(_ counts: FeatureCounts?, hour: Int64) {
    seasonal = counts.map { (hour, $0) }
  }

  // MARK: Reference

  /// Takes in rows for a reference.
  ///
  /// - Parameter nextID: the number that a finished one gets.
  mutating func add(_ sample: FeatureSample, now: Timestamp, nextID: Int64) -> [Event] {
    guard reference?.isProvisional ?? true, sample.rows > 0 else { return [] }
    let found = sample.columns.map(\.declaration)
    if collection?.declarations != found { collection = ReferenceCollection(found) }
    collection?.add(sample, now: now.seconds)
    guard let seconds = collection?.seconds, let rows = collection?.rows else { return [] }
    let isFinal = seconds >= Self.referenceSeconds
    guard rows >= Self.referenceRows, isFinal || reference == nil,
      let features = collection?.references()
    else { return [] }
    let made = FrozenReference(
      id: nextID, version: version, madeAt: now,
      source: "\(ObjectiveWatch.span(seconds)) of live traffic", rows: rows,
      isProvisional: !isFinal, features: features)
    let ended = use(made) ?? []
    return [.reference(made)] + ended
  }

  /// The wall clock was set: what was measured from a moment on is not longer or shorter for it.
  mutating func clockMoved(by seconds: Int64) {
    window?.from += seconds
    collection?.clockMoved(by: seconds)
  }

  /// Takes a collection from before the start in the place of what was collected since, where it has more traffic behind it
  /// and is of the same features.
  mutating func resume(_ stored: ReferenceCollection) {
    guard reference?.isProvisional ?? true,
      collection.map({
        $0.declarations == stored.declarations && $0.seconds < stored.seconds
      }) ?? true
    else { return }
    collection = stored
  }

  // MARK: Windows

  /// Takes in rows that were counted by the reference's bins.
  mutating func add(_ counts: FeatureCounts, at second: Int64) {
    guard let reference, counts.isOn(reference) else { return }
    if window == nil {
      window = Window(from: second, counts: counts)
    } else {
      window?.counts.merge(counts)
    }
  }

  static func isFull(rows: Int64, seconds: Int64) -> Bool {
    rows >= FeatureReference.rowsMin
      && ((rows >= fullRows && seconds >= shortest) || seconds >= longest)
  }

  /// Judges the window when it is full.
  mutating func step(now: Timestamp) -> [Event] {
    // The clock was set back while no server ran.
    if let from = window?.from, from > now.seconds { window?.from = now.seconds }
    guard let reference, let window else { return [] }
    let rows = window.counts.rows
    let age = now.seconds - window.from
    guard Self.isFull(rows: rows, seconds: age) else { return [] }
    self.window = nil
    let season = seasonal.flatMap { $0.counts.reference == reference.id ? $0.counts : nil }
    let windows = window.counts.features.enumerated().map { index, counts in
      FeatureWindow(counts: counts, rows: rows, seasonal: season?.features[index])
    }
    guard windows.count == reference.features.count else { return [] }
    let report = DriftJudge.judge(reference.features, windows)
    return conclude(report, window, rows: rows, now: now)
  }

  private mutating func conclude(
    _ report: DriftReport, _ window: Window, rows: Int64, now: Timestamp
  ) -> [Event] {
    // A few minutes of traffic are not what the version is for: a difference from them is shown, and opens nothing.
    for one in report.features where reference?.isProvisional != true {
      let key = "\(one.feature.role.rawValue):\(one.name)"
      _ = memory.persistence[key, default: DriftPersistence()].step(
        one.verdict, psi: one.comparison?.psi)
    }
    let wasOpen = memory.openSince != nil
    let isOpen = memory.persistence.values.contains(where: \.isOpen)
    if isOpen != wasOpen { memory.openSince = isOpen ? now : nil }
    let cells = cells(of: window.counts)
    let features = report.ranked.map { one -> FeatureVerdict in
      var verdict = FeatureVerdict(one)
      verdict.cells = cells[verdict.subject]?[verdict.name]
      return verdict
    }
    let done = DriftWindow(
      from: window.from, to: now.seconds, rows: Int(rows), features: features, isOpen: isOpen,
      reference: reference?.id, words: told(report.sentence), openSince: memory.openSince)
    memory.last = done.brief
    memory.words = report.sentence
    var events = [Event.window(done)]
    if isOpen, !wasOpen { events.append(.opened(words: report.sentence)) }
    if wasOpen, !isOpen { events.append(.closed(words: report.sentence)) }
    return events
  }

  private func cells(of counts: FeatureCounts) -> [FeatureVerdict.Subject: [String: [Int]]] {
    var cells: [FeatureVerdict.Subject: [String: [Int]]] = [:]
    for (feature, bins) in zip(reference?.features ?? [], counts.features) {
      cells[FeatureVerdict.Subject(feature.role), default: [:]][feature.name] =
        bins.counts.map(Int.init)
    }
    return cells
  }

  // MARK: Summary

  var summary: DriftSummary {
    let collected = Int(window?.counts.rows ?? 0)
    guard let reference else {
      let sampled = collection?.rows ?? 0
      return DriftSummary(
        version: version.version, state: .noReference,
        words: "reference: collecting \(sampled)/\(Self.referenceRows) rows",
        collected: Int(sampled), needed: Int(Self.referenceRows))
    }
    let origin = DriftSummary.Reference(
      source: reference.source, rows: Int(reference.rows), madeAt: reference.madeAt)
    guard let last = memory.last else {
      return DriftSummary(
        version: version.version, state: .collecting,
        words: Self.progress(collected),
        features: reference.features.count { $0.role == .feature }, collected: collected,
        needed: Int(FeatureReference.rowsMin), reference: origin)
    }
    var summary = DriftSummary(
      version: version.version,
      state: Self.state(of: last.features, isOpen: memory.openSince != nil),
      words: told(memory.words ?? ""), openSince: memory.openSince, collected: collected,
      needed: Int(FeatureReference.rowsMin), reference: origin)
    summary.count(last.features)
    return summary
  }

  /// How the first window goes.
  static func progress(_ rows: Int) -> String {
    if rows < FeatureReference.rowsMin { return "collecting \(rows)/\(FeatureReference.rowsMin)" }
    let end =
      rows < fullRows
      ? "with \(fullRows) or after an hour" : "when it is a minute old"
    return "the first window has \(rows) rows, and ends \(end)"
  }

  /// What is concluded, and how far it can be trusted.
  private func told(_ words: String) -> String {
    guard let reference, reference.isProvisional else { return words }
    return
      "\(words); the reference is \(reference.source): less than a day, so other hours may look like drift"
  }

  /// What a finished window comes to.
  static func state(of features: [FeatureVerdict], isOpen: Bool) -> DriftSummary.State {
    let drifted = features.filter(\.verdict.isDrift)
    if isOpen { return drifted.contains { $0.verdict != .drift } ? .major : .drift }
    guard drifted.isEmpty else { return .suspected }
    // Where no feature can be compared, nothing is well either.
    return features.isEmpty || features.contains(where: \.verdict.isJudged) ? .ok : .collecting
  }
}

extension FeatureCounts {
  /// Rows that were counted: each feature has each row, but the predicted class of a request without one.
  var rows: Int64 { features.map(\.total).max() ?? 0 }
}

extension FeatureVerdict {
  init(_ drift: FeatureDrift) {
    self.init(
      name: drift.name, subject: Subject(drift.feature.role), verdict: Verdict(drift.verdict),
      reference: Int(drift.referenceRows), current: Int(drift.currentRows),
      psi: drift.comparison?.psi.finite, ks: drift.comparison?.ks?.finite,
      w1: drift.comparison?.w1OverStandardDeviation?.finite, js: drift.comparison?.js.finite,
      p: drift.comparison?.chiSquared.p.finite, adjustedP: drift.adjustedP?.finite,
      words: drift.sentence)
  }
}

extension FeatureVerdict.Subject {
  init(_ role: FeatureRole) {
    switch role {
    case .feature: self = .feature
    case .score: self = .score
    case .predictedClass: self = .predictedClass
    }
  }
}

extension FeatureVerdict.Verdict {
  init(_ verdict: DriftVerdict) {
    switch verdict {
    case .ok: self = .ok
    case .drift: self = .drift
    case .major: self = .major
    case .collecting: self = .collecting
    case .constantChanged: self = .constantChanged
    case .missing: self = .missing
    case .noVerdict: self = .noVerdict
    }
  }
}

extension Double {
  /// Nil where JSON has no number for it.
  var finite: Double? { isFinite ? self : nil }
}
