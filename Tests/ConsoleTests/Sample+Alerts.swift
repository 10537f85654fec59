import Console
import Domain
import TextUI

extension Sample {
  static func alert(
    _ name: String, _ labels: [String: String] = [:], severity: String = "warning",
    _ state: Alert.State = .firing, value: Double? = nil, bound: String? = nil,
    measure: String? = nil, unit: Alert.Unit? = nil, summary: String = "", since seconds: Double,
    tookSeconds: Double = 0
  ) -> Alert {
    var all = labels
    all["alertname"] = name
    all["severity"] = severity
    let fired = state == .pending ? nil : at(-seconds)
    return Alert(
      labels: all,
      annotations: [
        "summary": summary, "description": "Look at the requests that failed first.",
        "runbook_url": "runbooks/\(name).md",
      ], group: "serving", state: state, value: value, bound: bound,
      measure: measure, unit: unit,
      activeAt: at(-seconds - 60), firedAt: fired,
      resolvedAt: state == .resolved ? at(tookSeconds - seconds) : nil)
  }

  static let burn = alert(
    "ModelErrorBudgetBurnFast", ["model": "fraud", "version": "31"], severity: "critical",
    value: 63.1, bound: "> 14.4", measure: "vigia_slo_burn_rate",
    summary: "fraud 31 burns its error budget 63 times too fast",
    since: 122)

  /// The two last are consequences of the first.
  static var alerts: [Alert] {
    var slow = alert(
      "ModelLatencyBudgetBurn", ["model": "fraud", "version": "31"], value: 6.1, bound: "> 6",
      summary: "fraud 31 answers 6.1 % of its requests too slowly", since: 122)
    slow.inhibitedBy = burn.id
    var worse = alert(
      "CandidateWorse", ["model": "fraud", "version": "31"], value: 1,
      summary: "fraud 31 fails more often than 30 did", since: 90)
    worse.inhibitedBy = burn.id
    var drift = alert(
      "FeatureDrift", ["model": "electricity", "version": "7"], value: 1, bound: "== 1",
      summary: "electricity 7: inputs no longer look like its reference", since: 2_460)
    drift.acknowledgement = Acknowledgement(
      by: "ana", at: at(-1_200), until: at(2_400), note: "upstream was asked")
    var late = alert(
      "LabelsLate", ["model": "electricity"], severity: "info", value: 7_200, bound: "> 3600",
      unit: .seconds, summary: "electricity has had no label for 2 h", since: 3_600)
    late.silence(
      Silence(
        id: "0192-silence-labels", matchers: [AlertMatcher(name: "model", value: "electricity")],
        startsAt: at(-900), endsAt: at(1_649), createdBy: "ada", comment: "the labels' job is late")
    )
    return [
      burn,
      alert(
        "NoTraffic", ["model": "bikes"], value: 0, bound: "== 0",
        summary: "bikes has had no request for 5 min", since: 40),
      drift, slow, worse, late,
      alert(
        "DiskNearlyFull", [:], .pending, value: 0.914, bound: "> 0.9", unit: .ratio,
        summary: "the disk under the data is 91 % full", since: 0),
      alert(
        "LoadShed", ["model": "bikes"], .resolved, value: nil, bound: "> 0.01",
        summary: "bikes shed 4 % of its requests", since: 700, tookSeconds: 252),
    ]
  }

  static func alerted(_ alerts: [Alert] = Sample.alerts, at time: Timestamp = now)
    -> SystemSnapshot
  {
    var snapshot = snapshot(at: time)
    snapshot.alerts = alerts
    return snapshot
  }
}

extension Alert {
  mutating func silence(_ silence: Silence) {
    silencedBy.append(silence.id)
    silences = (silences ?? []) + [silence]
  }
}
