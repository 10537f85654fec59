import Domain

/// The data behind a panel, as a table: times in UTC, latencies in microseconds, shares from 0 to 1.
extension ConsoleState {
  package var csv: String {
    if let list = openRequests {
      return list.page == nil ? requestsTable : openRequest?.table ?? requestsTable
    }
    return switch panel {
    case .overview: versionsTable(shown?.models ?? [], serving: true)
    case .models: versionsTable([selected?.model].compactMap(\.self), serving: false)
    case .latency: latencyTable
    case .traffic: trafficTable
    case .drift: drift.isOpen ? cellsTable : featuresTable
    case .experiment: experiment.isOpen ? effectsTable : guardrailsTable
    case .timeline: entriesTable
    case .alerts: alertsTable
    case .business: businessTable
    case .runbooks: runbooksTable
    case .system: limitsTable
    }
  }

  private var runbooksTable: String {
    var table = CSVText([
      "page", "alert", "title", "severity", "owner", "last_tested", "first_action",
    ])
    for entry in listedRunbooks.compactMap(\.entry) {
      table.append([
        .text(entry.id), .text(entry.alert), .text(entry.title),
        .text(entry.severity?.rawValue ?? ""), .text(entry.owner ?? ""),
        .text(entry.lastTested?.description ?? ""), .text(entry.firstAction ?? ""),
      ])
    }
    return table.text
  }

  func utc(_ seconds: Int64) -> CSVText.Field {
    let time = Wall(offset: 0).dateAndTime(Timestamp(seconds: seconds))
    return .text(time.replacing(" ", with: "T") + "Z")
  }

  private func versionsTable(_ models: [ModelSnapshot], serving: Bool) -> String {
    var table = CSVText([
      "time", "model", "version", "variant", "health", "share", "requests_per_second", "p50_us",
      "p99_us", "requests_60s", "errors_60s", "slow_share", "labels_15min", "accuracy",
      "absolute_error", "sha256",
    ])
    let health = shown?.versionHealth
    for model in models {
      for version in model.versions {
        let isListed = isListed(ModelVersion(model: model.name, version: version.version))
        guard isListed, !serving || model.servingVersions.contains(version.version) else {
          continue
        }
        let recent = version.recent
        table.append([
          utc(shownTime.seconds), .text(model.name), .text(version.version),
          .text(version.variant?.name(isShort: false) ?? ""),
          .text(health?.of(version, in: model).word ?? ""), .number(version.share),
          .number(recent.requestRate), .number(recent.p50), .number(recent.p99),
          .count(recent.requests), .count(recent.errors), .number(recent.slowShare),
          .count(recent.labels), .number(recent.accuracy), .number(recent.absoluteError),
          .text(version.sha256),
        ])
      }
    }
    return table.text
  }

  private var latencyTable: String {
    var table = CSVText(["time", "step_seconds", "model", "version", "up_to_us", "requests"])
    guard let model = selected?.model.name,
      let map = board.heatmap(.heatmap(model: model, version: latencyVersion))
    else { return table.text }
    for (step, counts) in map.counts.enumerated() {
      for (bucket, count) in counts.enumerated() where count > 0 && bucket < map.edges.count {
        table.append([
          utc(map.window.from + Int64(step) * map.window.step), .count(map.window.step),
          .text(model), .text(latencyVersion ?? "all"), .number(map.edges[bucket]),
          .count(Int64(count)),
        ])
      }
    }
    return table.text
  }

  private var trafficTable: String {
    var table = CSVText(["time", "step_seconds", "model", "version", "measure", "value"])
    guard let model = selected?.model.name else { return table.text }
    for measure in SeriesQuery.Measure.allCases {
      guard let result = board.series(.series(measure, model: model)) else { continue }
      for line in result.lines {
        for (step, value) in line.values.enumerated() {
          guard let value else { continue }
          table.append([
            utc(result.window.from + Int64(step) * result.window.step),
            .count(result.window.step), .text(model), .text(line.version?.version ?? "all"),
            .text(measure.rawValue), .number(value),
          ])
        }
      }
    }
    return table.text
  }

  private var featuresTable: String {
    var table = CSVText([
      "model", "version", "window_from", "window_to", "feature", "subject", "verdict", "psi", "ks",
      "w1_std", "js", "p_adjusted", "n_reference", "n_current",
    ])
    let window = shownWindow
    for feature in listedFeatures {
      table.append([
        .text(selected?.model.name ?? ""), .text(judgedVersion ?? ""),
        window.map { utc($0.from) } ?? "", window.map { utc($0.to) } ?? "", .text(feature.name),
        .text(feature.subject.rawValue), .text(feature.verdict.rawValue), .number(feature.psi),
        .number(feature.ks), .number(feature.w1), .number(feature.js),
        .number(feature.adjustedP), .count(Int64(feature.reference)),
        .count(Int64(feature.current)),
      ])
    }
    return table.text
  }

  private var guardrailsTable: String {
    var table = CSVText([
      "model", "champion", "challenger", "verdict", "guardrail", "champion_events",
      "champion_trials", "challenger_events", "challenger_trials", "evidence", "needed",
      "difference", "low", "high", "unit",
    ])
    guard let model = selected?.model, let experiment = model.judgement?.experiment else {
      return table.text
    }
    for guardrail in experiment.guardrails {
      table.append([
        .text(model.name), .text(experiment.champion), .text(experiment.challenger),
        .text(experiment.verdict.rawValue), .text(guardrail.name),
        .count(guardrail.champion.events), .count(guardrail.champion.trials),
        .count(guardrail.challenger.events), .count(guardrail.challenger.trials),
        .number(guardrail.evidence), .number(guardrail.needed),
        .number(guardrail.difference?.value), .number(guardrail.difference?.low),
        .number(guardrail.difference?.high), .text(experiment.unit?.rawValue ?? ""),
      ])
    }
    return table.text
  }

  private var entriesTable: String {
    var table = CSVText([
      "time", "sequence", "outcome", "action", "model", "from", "to", "what", "why", "who",
      "through", "row_hash",
    ])
    for entry in listedEntries {
      table.append([
        utc(entry.time.seconds), .count(entry.sequence), .text(entry.health.word),
        .text(entry.action), .text(entry.model ?? ""), .text(entry.fromVersion ?? ""),
        .text(entry.toVersion ?? ""), .text(entry.summary), .text(entry.reason),
        .text(entry.principal.name), .text(entry.origin.rawValue), .text(entry.hash),
      ])
    }
    return table.text
  }

  /// The last 24 hours of each model, a row an objective; then a row a day and objective of the chosen model.
  private var businessTable: String {
    var table = CSVText([
      "time", "model", "period", "predictions", "accuracy", "labelled", "cost_per_thousand",
      "full_cost_per_thousand", "currency", "satisfaction", "satisfaction_count", "objective",
      "target", "attained", "budget_left",
    ])
    func append(
      _ model: ModelSnapshot, _ period: String, _ figures: BusinessFigures?,
      _ objective: ObjectiveSummary.Kind, _ target: Double?, _ attained: Double?,
      budgetLeft: Double? = nil
    ) {
      table.append([
        utc(shownTime.seconds), .text(model.name), .text(period),
        .count(figures?.predictions ?? 0), .number(figures?.accuracy),
        .count(figures?.labelled ?? 0), .number(figures?.costPerThousand),
        .number(figures?.fullCostPerThousand), .text(figures?.currency ?? ""),
        .number(figures?.satisfaction), .count(figures?.satisfactionCount ?? 0),
        .text(objective.rawValue), .number(target), .number(attained), .number(budgetLeft),
      ])
    }
    for model in shown?.models ?? [] {
      for objective in model.judgement?.objectives ?? [] {
        append(
          model, "last 24 h", model.judgement?.business, objective.kind, objective.target,
          objective.attained, budgetLeft: objective.budgetLeft)
      }
    }
    guard let model = selected?.model, let history = board.business(of: model.name) else {
      return table.text
    }
    for day in BusinessPeriods(history, wall).days {
      let figures = BusinessFigures(day.sum, currency: history.currency)
      append(
        model, day.date, figures, .availability, model.objective?.availability,
        day.sum.availability)
      append(
        model, day.date, figures, .latency, model.objective?.latencyObjective, day.sum.inTime)
    }
    return table.text
  }

  private var limitsTable: String {
    var table = CSVText(["time", "what", "used", "of", "unit", "share", "health"])
    let step = cursorStep(in: chartSpan)
    let history = SystemHistory(self)
    var limits = shown.map(SystemLimits.all) ?? []
    if step == nil { limits += SystemLimits.console(cost) }
    for limit in limits.map(history.pointed) {
      table.append([
        utc(step?.from ?? shownTime.seconds), .text(limit.name),
        .number(limit.isKnown ? limit.used : nil), .number(limit.limit),
        .text(limit.unit.rawValue), .number(limit.share),
        .text(limit.isKnown ? limit.health.word : ""),
      ])
    }
    return table.text
  }
}
