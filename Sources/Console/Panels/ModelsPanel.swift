import Domain
import TextUI

/// The versions of one model: what each file is, how it runs, how it does, and what may be done with it.
struct ModelsPanel {
  private let state: ConsoleState

  init(_ state: ConsoleState) { self.state = state }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    guard let (model, version) = state.selected else { return }
    let wanted = model.versions.count + 4
    let rows = rect.rows([
      .fixed(min(max(wanted, rect.height / 3), max(6, rect.height - 9))), .rest,
    ])
    let at = (state.shown?.models.firstIndex { $0.name == model.name } ?? 0) + 1
    let inner = Panel(
      "models", detail: "\(model.name)\(state.cursorTitle)", hotkey: "8",
      value: look.text("model \(at) of \(state.shown?.models.count ?? 1)", .quiet), isFocused: true
    ).draw(in: rows[0], on: &grid, look: look)
    drawTable(model, version, in: inner, on: &grid, look: look)
    drawDetails(model, version, in: rows[1], on: &grid, look: look)
  }

  private func drawTable(
    _ model: ModelSnapshot, _ selected: String, in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    let isNarrow = rect.width < 100
    let now = state.shownTime
    let versions = model.versions.filter {
      state.isListed(ModelVersion(model: model.name, version: $0.version))
    }
    guard !versions.isEmpty else {
      EmptyState("no version passes the filter", hints: [Hint("Esc", "clears")])
        .draw(in: rect, on: &grid, look: look)
      return
    }
    let health = state.shown?.versionHealth
    let names = versions.map { name($0, look) }
    let rows = versions.enumerated().map { index, version -> Table.Row in
      let health =
        health?.of(version, in: model) ?? Health(version, objective: model.objective)
      return Table.Row(
        [
          names[index], Figures.status(health, look),
          part(version, look), Figures.share(version, look), Figures.rate(version, look),
          Figures.latency(version.recent.p50, look), Figures.p99(version, model.objective, look),
          Figures.errors(version, model.objective, look),
          Figures.quality(
            version.recent, model.judgement?.accuracyHealth(of: version.version), look),
          look.text(
            state.showsPast ? "not kept" : Figures.sha(version.sha256, isNarrow ? 8 : 12), .quiet),
          state.showsPast
            ? look.text("-", .quiet)
            : version.upstreams == nil
              ? Format.bytes(Double(version.fileBytes)).styled(look) : look.text("remote", .quiet),
          look.text(Figures.ago(version.loadedAt, now), .quiet),
          look.text(version.execution, .quiet),
        ], isAlarm: health.tone == .critical, item: index)
    }
    Table(
      columns: [
        Table.Column("VERSION", .fixed(names.map(\.width).reduce(7, max))),
        Table.Column("STATUS", .fixed(10)),
        Table.Column("PART", .fixed(17)), Table.Column("SHARE", .fixed(5), align: .right),
        Table.Column("REQ/S", .fixed(6), align: .right),
        Table.Column("P50", .fixed(7), align: .right, dropOrder: 5),
        Table.Column("P99", .fixed(7), align: .right),
        Table.Column("ERRORS", .fixed(7), align: .right),
        Table.Column(
          isNarrow ? "ACC 15 M" : "ACC 15 MIN", .fixed(isNarrow ? 8 : 10), align: .right,
          dropOrder: 1),
        Table.Column("SHA256", .fixed(isNarrow ? 8 : 12), dropOrder: 2),
        Table.Column("SIZE", .fixed(7), align: .right, dropOrder: 4),
        Table.Column("LOADED", .fixed(10), align: .right, dropOrder: 3),
        Table.Column("RUNS", .flexible(minimum: 16), dropOrder: 6),
      ], rows: rows, selection: versions.firstIndex { $0.version == selected },
      gap: isNarrow ? 1 : 2
    ).draw(in: rect, on: &grid, look: look)
  }

  /// The version, marked where there is something to know of it that is said below.
  private func name(_ version: VersionSnapshot, _ look: Look) -> StyledText {
    let name = StyledText(version.version, look.theme.text.bold)
    guard !state.showsPast, version.warnings?.isEmpty == false else { return name }
    return name + look.text(" \(look.glyph(.warn))", .warn)
  }

  /// The version's part in the traffic, or what stands against one.
  private func part(_ version: VersionSnapshot, _ look: Look) -> StyledText {
    if let variant = version.variant, variant != .direct {
      return look.text(variant.name(isShort: false))
    }
    if version.quarantine != nil { return look.status(.warn, "quarantine") }
    if version.isRollbackTarget { return look.status(.ok, "rollback target") }
    return look.text("-", .quiet)
  }

  private func drawDetails(
    _ model: ModelSnapshot, _ name: String, in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    let parts =
      rect.width >= 110 ? rect.columns([.share(1), .share(1)]) : [rect]
    if parts.count > 1 {
      ChangesBox(state, model: model.name).draw(in: parts[1], on: &grid, look: look)
    }
    let inner = Panel("version", detail: "\(model.name) \(name)").draw(
      in: parts[0], on: &grid, look: look)
    let pairs = VersionFacts(state, model, name).pairs(look)
    TextPage(
      pairs.map { label, value in
        TextPage.Paragraph(value, marker: look.text(label.padded(to: 13), .quiet))
      }
    ).draw(in: inner, on: &grid, look: look)
  }
}

/// All there is to know of one version, as labels and sentences.
struct VersionFacts {
  private let state: ConsoleState
  private let model: ModelSnapshot
  private let name: String

  init(_ state: ConsoleState, _ model: ModelSnapshot, _ name: String) {
    self.state = state
    self.model = model
    self.name = name
  }

  func pairs(_ look: Look) -> [(String, StyledText)] {
    guard let version = model.version(name) else {
      return [("state", look.text("not in the model repository", .critical))]
    }
    var pairs: [(String, StyledText)] = []
    if case .failed(let reason) = version.state {
      pairs.append(("failed", look.text(reason, .critical)))
    }
    if !state.showsPast {
      pairs += (version.warnings ?? []).map { ("warning", look.text($0, .warn)) }
    }
    if let quarantine = version.quarantine {
      pairs.append(
        (
          "quarantine",
          look.text(
            "since \(state.wall.dateAndTime(quarantine.since)) by \(quarantine.by): \(quarantine.reason)",
            .warn)
        ))
    }
    if let freeze = model.deployment.activeFreeze(at: state.shownTime) {
      pairs.append(
        (
          "frozen",
          look.text(
            "until \(state.wall.dateAndTime(freeze.until)) by \(freeze.by): \(freeze.reason)", .info
          )
            + look.text(state.showsPast ? "" : "  \(state.key(.freeze)) lifts it", .quiet)
        ))
    }
    if !state.showsPast { pairs.append(("can do", look.text(deeds(version)))) }
    pairs.append(("champion", champion(look)))
    pairs += state.showsPast ? [] : running(version, look)
    pairs.append(
      ("last request", look.text(Figures.ago(version.recent.lastRequest, state.shownTime))))
    if version.recent.labels > 0 {
      pairs.append(
        (
          "labels",
          look.text("\(Format.count(Int(version.recent.labels))) rows of the last 15 min, ")
            + Figures.quality(
              version.recent, model.judgement?.accuracyHealth(of: version.version), look)
        ))
    }
    pairs +=
      state.showsPast
      ? [("file", look.text("file, memory and queue are not recorded", .quiet))]
      : file(version, look)
    if let change = model.lastChange {
      pairs.append(
        (
          "last change",
          look.text("\(state.wall.time(change.time)) \(change.summary)")
            + look.text(
              "  by \(change.principal.name)" + (change.reason.isEmpty ? "" : ": \(change.reason)"),
              .quiet)
        ))
    }
    return pairs
  }

  private func running(
    _ version: VersionSnapshot, _ look: Look
  ) -> [(String, StyledText)] {
    var pairs: [(String, StyledText)] = []
    pairs.append(("runs", look.text(version.execution.isEmpty ? "not loaded" : version.execution)))
    if let figures = version.executionFigures {
      if !figures.curve.isEmpty { pairs.append(("measured", look.text(figures.curveText))) }
      pairs.append(("because", look.text(figures.reason, .quiet)))
      if let batching = figures.batchingText { pairs.append(("batches", look.text(batching))) }
      if let cache = figures.cacheText { pairs.append(("cache", look.text(cache))) }
    }
    pairs.append(("queue", look.text("\(version.queueDepth) waiting")))
    return pairs
  }

  private func file(_ version: VersionSnapshot, _ look: Look) -> [(String, StyledText)] {
    var pairs: [(String, StyledText)] = []
    let loaded = look.text(", loaded \(Figures.ago(version.loadedAt, state.shownTime))")
    if let upstreams = version.upstreams {
      pairs.append(("file", look.text("none: it runs on other servers") + loaded))
      pairs += upstreams.map { ("upstream", upstream($0, look)) }
    } else {
      pairs.append(("file", Format.bytes(Double(version.fileBytes)).styled(look) + loaded))
    }
    pairs.append(
      ("sha256", look.text(version.sha256.isEmpty ? "could not be read" : version.sha256, .quiet)))
    return pairs
  }

  private func upstream(_ upstream: UpstreamStatus, _ look: Look) -> StyledText {
    let state: StyledText =
      switch upstream.state {
      case .healthy: look.status(.ok, "healthy")
      case .unhealthy(let reason): look.status(.critical, "passed over") + look.text(" \(reason)")
      case .ejected(let until, let reason):
        look.status(.critical, "left out")
          + look.text(" until \(self.state.wall.time(until)): \(reason)")
      }
    let failed = upstream.failures.values.reduce(0, +)
    return look.text("\(upstream.name) ") + state
      + look.text(", \(upstream.inFlight) in flight, p50 ", .quiet)
      + Figures.latency(upstream.p50, look)
      + look.text(", \(failed) of \(upstream.requests) failed", .quiet)
  }

  /// The keys that may work on this version.
  private func deeds(_ version: VersionSnapshot) -> String {
    let isFrozen = model.deployment.activeFreeze(at: state.shownTime) != nil
    let roll = state.key(.rollBack)
    let split = state.key(.setWeight)
    // While promotions are frozen the line above says who wants that, and what lifts it.
    let freeze = isFrozen ? nil : "\(state.key(.freeze)) freezes"
    let promote = isFrozen ? nil : "\(state.key(.promote)) promotes"
    let deeds: [String?] =
      switch version.variant {
      case .champion:
        [
          model.deployment.rollbackTarget.map { "\(roll) rolls back to \($0)" }
            ?? "no version to roll back to", freeze,
        ]
      case .challenger: ["\(roll) takes it out", promote, "\(split) sets its share"]
      case .shadow: ["\(roll) ends the shadow", promote, "\(split) gives it a share"]
      case .direct, nil:
        version.quarantine == nil
          ? [
            promote, "\(split) gives it a share", "\(state.key(.shadow)) makes it the shadow",
          ] : ["\(state.key(.release)) releases it from quarantine"]
      }
    return deeds.compactMap(\.self).joined(separator: "   ")
  }

  private func champion(_ look: Look) -> StyledText {
    let since = state.wall.dateAndTime(model.deployment.championSince)
    let back =
      model.deployment.rollbackTarget.map {
        state.showsPast
          ? ", a rollback went to \($0)" : ", \(state.key(.rollBack)) rolls back to \($0)"
      }
      ?? ", nothing to roll back to"
    return look.text("\(model.deployment.champion) since \(since)") + look.text(back, .quiet)
      + look.text("  revision \(model.deployment.revision)", .quiet)
  }
}
