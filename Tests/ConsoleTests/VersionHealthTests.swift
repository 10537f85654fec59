import Console
import Domain
import Testing
import TextUI

/// One word for how a version does, wherever it stands.
struct VersionHealthTests {
  private static let size = Size(width: 120, height: 36)

  /// electricity 7 serves well, and something else is wrong.
  private static func snapshot(_ trouble: String) -> SystemSnapshot {
    var snapshot = Sample.snapshot(
      models: [
        trouble == "drift"
          ? Sample.judged(.major)
          : Sample.judged(.ok, concept: trouble == "wrong" ? .drift : .ok)
      ])
    if trouble == "alert" {
      snapshot.alerts = [
        Sample.alert("Odd", ["model": "electricity", "version": "7"], summary: "odd", since: 60)
      ]
    }
    return snapshot
  }

  @Test(arguments: ["drift", "wrong", "alert", "ok"], Size.usual)
  func `a version's status is the same on every panel`(_ word: String, _ size: Size) {
    for panel in [PanelID.overview, .experiment, .models] {
      let text = Hand(
        Sample.state(
          panel, size: size, snapshot: Self.snapshot(word),
          selecting: Selection(model: "electricity", version: "7"))
      ).text
      let glyph = ["drift": "▲", "alert": "▲", "wrong": "■", "ok": "●"][word] ?? ""
      let lines = text.split(separator: "\n").filter { $0.contains(" 7 ") || $0.contains("▌7") }
      #expect(lines.contains { $0.contains("\(glyph) \(word) ") }, "\(panel)")
    }
  }

  @Test(arguments: ["drift", "wrong", "alert", "ok"])
  func `what is exported and said in lines has the same word`(_ word: String) {
    let state = Sample.state(
      .models, size: Self.size, snapshot: Self.snapshot(word),
      selecting: Selection(model: "electricity", version: "7"))
    let row = state.csv.split(separator: "\n").first { $0.contains("electricity,7,") } ?? ""
    #expect(row.contains(",champion,\(word),"))
    var report = PlainReport(endpoint: "here", wall: Wall(offset: 0))
    let lines = report.lines(Self.snapshot(word), at: Sample.now)
    let spoken = word == "ok" ? "ok" : word == "wrong" ? "critical (wrong)" : "in warning (\(word))"
    #expect(
      lines.contains { $0.contains("electricity 7, champion") && $0.contains(": \(spoken), ") })
  }

  /// electricity 7 with so many slow requests of a thousand, and an alert of it.
  private static func alerted(_ alert: Alert, slow: Double = 0) -> SystemSnapshot {
    var model = Sample.judged(.ok)
    if let index = model.versions.firstIndex(where: { $0.version == "7" }) {
      model.versions[index].recent.slowShare = slow
    }
    var snapshot = Sample.snapshot(models: [model])
    snapshot.alerts = [alert]
    return snapshot
  }

  private static func health(_ snapshot: SystemSnapshot, _ version: String = "7") throws -> Health {
    let model = try #require(snapshot.model("electricity"))
    return snapshot.versionHealth.of(try #require(model.version(version)), in: model)
  }

  private static let labels = ["model": "electricity", "version": "7"]

  @Test func `a page's word is what it is of, and not what is a little slow beside it`() throws {
    let page = Sample.alert(
      "FeatureVanished", Self.labels, severity: "critical", value: 1, bound: "== 1",
      measure: "vigia_feature_vanished", since: 60)
    #expect(try Self.health(Self.alerted(page)) == Health(.critical, "drift"))
    let slow = Self.alerted(page, slow: 0.012)
    #expect(try Self.health(slow) == Health(.critical, "drift"))
    var warning = page
    warning.labels["severity"] = "warning"
    #expect(try Self.health(Self.alerted(warning, slow: 0.012)) == Health(.warn, "slow"))
    // What is measured to be as bad keeps its word.
    #expect(try Self.health(Self.alerted(page, slow: 0.5)) == Health(.critical, "slow"))
  }

  @Test func `a version that is out of the traffic is not red for what it did before`() throws {
    let page = Sample.alert("ModelFailing", Self.labels, severity: "critical", since: 60)
    var snapshot = Self.alerted(page)
    let index = try #require(snapshot.models[0].versions.firstIndex { $0.version == "7" })
    snapshot.models[0].versions[index].variant = nil
    #expect(try Self.health(snapshot) == Health(.critical, "errors"))
    snapshot.models[0].versions[index].recent = RecentFigures()
    #expect(try Self.health(snapshot) == Health(.quiet, "idle"))
  }

  @Test(
    arguments: [
      ("ModelErrorBudgetBurnSlow", "vigia_slo_burn_rate", "availability", "errors"),
      ("ModelLatencyBudgetBurnFast", "vigia_slo_burn_rate", "latency", "slow"),
      ("ModelErrorBudgetBurnSlow", "vigia_slo_burn_rate", "", "errors"),
      (
        "ModelFailing", #"sum by (model) (increase(requests{outcome=~"failed|shed"}[2m]))"#, "",
        "errors"
      ),
      (
        "RollbackFailed", #"sum(increase(vigia_commands_total{action="rollback"}[10m]))"#, "",
        "alert"
      ),
      ("ChampionWorse", "vigia_champion_accuracy_ratio", "", "wrong"),
      ("AccuracyDrop", "vigia_concept_drift_open", "", "wrong"),
      ("RequestsShed", #"rate(vigia_refused_requests_total{reason="queue_full"}[1m])"#, "", "shed"),
      ("FeatureDrift", "vigia_drift_features", "", "drift"), ("Odd", "up", "", "alert"),
    ])
  func `an alert's word says what it is of`(
    _ name: String, _ measure: String, _ objective: String, _ word: String
  ) throws {
    var labels = Self.labels
    if !objective.isEmpty { labels["objective"] = objective }
    let alert = Sample.alert(name, labels, severity: "critical", measure: measure, since: 60)
    #expect(try Self.health(Self.alerted(alert)) == Health(.critical, word))
  }
}
