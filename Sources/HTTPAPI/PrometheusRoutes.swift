import Domain
import Foundation
import HTTPTypes
import Hummingbird

/// Alerts, rules and queries: as Vigia's own consoles read them, and as Prometheus has them, so that Grafana and others can
/// read them, too.
extension APIResponder {
  func alerts() async throws(APIError) -> Response {
    guard let report = await services.alerts() else {
      throw APIError(.notFound, "this server has no rules: name some in `rules`")
    }
    return JSONBody.response(report)
  }

  func prometheusAlerts() async throws(APIError) -> Response {
    let report = await services.alerts() ?? AlertReport()
    let active = report.alerts.filter { $0.state != .resolved }
    return JSONBody.response(
      PrometheusEnvelope(data: PrometheusAlerts(alerts: active.map(PrometheusAlert.init))))
  }

  /// - Parameter type: `alert` or `record`; both without one.
  func prometheusRules(type: String?) async throws(APIError) -> Response {
    let report = await services.alerts() ?? AlertReport()
    guard let rules = PrometheusRules(report, type: type ?? "") else {
      var response = JSONBody.response(
        PrometheusFailure(
          errorType: "bad_data",
          error: "expected the type \"alert\" or \"record\", found \((type ?? "").debugDescription)"
        ))
      response.status = .badRequest
      return response
    }
    return JSONBody.response(PrometheusEnvelope(data: rules))
  }

  /// `?query=E&time=T`, or `?query=E&start=T&end=T&step=D`, and `source=NAME` to ask a source. What cannot be answered is said in Prometheus' shape, too.
  func prometheusQuery(_ form: QueryForm, isRange: Bool) async -> Response {
    do throws(MetricQueryFailure) {
      let question = try form.question(isRange: isRange, now: services.now())
      return JSONBody.response(PrometheusEnvelope(data: try await services.query(question)))
    } catch {
      let (type, status): (String, HTTPResponse.Status) =
        switch (error.isBadQuery, error.isPassing) {
        case (true, _): ("bad_data", .badRequest)
        case (false, true): ("unavailable", .serviceUnavailable)
        case (false, false): ("execution", .unprocessableContent)
        }
      var response = JSONBody.response(PrometheusFailure(errorType: type, error: error.reason))
      response.status = status
      return response
    }
  }
}

extension APIResponder {
  /// The same in the body, as a form: how Grafana asks.
  func prometheusForm(_ request: Request, isRange: Bool) async throws(APIError) -> Response {
    let limit = services.limits.controlBody
    let text = try await withBody(of: request, upTo: limit) { body throws(APIError) in
      String(buffer: body)
    }
    return await prometheusQuery(QueryForm(text, and: request.uri.query), isRange: isRange)
  }
}

/// What stands behind the question mark of a query, or in the body of a form.
struct QueryForm {
  /// Points that a range may have, as in Prometheus.
  static let pointsMax: Int64 = 11_000
  static let timeMax = 253_402_300_799.0

  private var fields: [String: String] = [:]

  /// - Parameter other: for names that the first does not have.
  init(_ query: String?, and other: String? = nil) {
    for pair in ((query ?? "") + "&" + (other ?? "")).split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let text = parts.count == 2 ? parts[1].replacing("+", with: " ") : ""
      // As Prometheus: the first of a name counts.
      let name = String(parts[0])
      if fields[name] == nil { fields[name] = text.removingPercentEncoding ?? String(text) }
    }
  }

  /// Nil where it is not there.
  subscript(name: String) -> String? { fields[name] }

  func question(isRange: Bool, now: Timestamp) throws(MetricQueryFailure) -> MetricQuery {
    guard let expression = fields["query"], !expression.isEmpty else {
      throw Self.bad("\"query\" is needed: an expression in the rules' language")
    }
    let source = fields["source"].flatMap { $0.isEmpty ? nil : $0 }
    let present = now.microseconds / 1_000
    guard isRange else {
      return MetricQuery(
        expression: expression, time: try time("time") ?? present, source: source)
    }
    guard let from = try time("start"), let to = try time("end") else {
      throw Self.bad("\"start\" and \"end\" are needed, in seconds since 1970 or as RFC 3339")
    }
    guard let step = Self.duration(fields["step"] ?? ""), step > 0 else {
      throw Self.bad(
        "zero or negative query resolution step widths are not accepted. Try a positive integer")
    }
    guard to >= from else { throw Self.bad("end timestamp must not be before start time") }
    guard (to - from) / step <= Self.pointsMax else {
      throw Self.bad(
        "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query "
          + "resolution (?step=XX)")
    }
    return MetricQuery(
      expression: expression, time: to, range: .init(from: from, step: step), source: source)
  }

  private static func bad(_ reason: String) -> MetricQueryFailure {
    MetricQueryFailure(isBadQuery: true, reason: reason)
  }

  /// Milliseconds.
  private func time(_ name: String) throws(MetricQueryFailure) -> Int64? {
    guard let text = fields[name], !text.isEmpty else { return nil }
    if let seconds = Double(text), seconds.isFinite, abs(seconds) <= Self.timeMax {
      return Int64((seconds * 1_000).rounded())
    }
    let style = Date.ISO8601FormatStyle()
    let precise = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    if let date = (try? style.parse(text)) ?? (try? precise.parse(text)) {
      return Int64((date.timeIntervalSince1970 * 1_000).rounded())
    }
    throw Self.bad("cannot parse \(text.debugDescription) to a valid timestamp")
  }

  /// `15`, `0.5`, or `1m30s`, in milliseconds.
  private static func duration(_ text: String) -> Int64? {
    if let seconds = Double(text), seconds.isFinite, seconds < 1e9 {
      return Int64((seconds * 1_000).rounded())
    }
    let units: [Character: Double] = [
      "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "y": 31_536_000,
    ]
    var (sum, digits) = (0.0, "")
    for character in text {
      if character.isASCII, character.isNumber {
        digits.append(character)
      } else if let unit = units[character], let number = Double(digits), number < 1e9 {
        sum += number * unit
        digits = ""
      } else {
        return nil
      }
    }
    return digits.isEmpty && sum > 0 ? Int64(sum * 1_000) : nil
  }
}

struct PrometheusEnvelope<Content: Encodable>: Encodable {
  var status = "success"
  var data: Content
}

struct PrometheusFailure: Encodable {
  var status = "error"
  var errorType: String
  var error: String
}

struct PrometheusAlerts: Encodable { var alerts: [PrometheusAlert] }

struct PrometheusAlert: Encodable {
  var labels: [String: String]
  var annotations: [String: String]
  var state: String
  var activeAt: String
  var value: String

  init(_ alert: Alert) {
    labels = alert.labels
    annotations = alert.annotations
    state = alert.isFiring ? "firing" : "pending"
    activeAt = Self.text(alert.activeAt)
    // Go's 'e' with the fewest digits: 1e-01, 2.5e+02.
    value = alert.value.map(Self.scientific) ?? "NaN"
  }

  static func text(_ time: Timestamp) -> String {
    Date(timeIntervalSince1970: Double(time.microseconds) / 1e6)
      .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }

  static func scientific(_ value: Double) -> String {
    guard value != 0 else { return "0e+00" }
    var exponent = Int(log10(abs(value)).rounded(.down))
    var digits = "\(value / pow(10, Double(exponent)))"
    for precision in 0...17 {
      let text = String(format: "%.*e", precision, value)
      guard Double(text) == value, let mark = text.firstIndex(of: "e") else { continue }
      digits = String(text[..<mark])
      exponent = Int(text[text.index(after: mark)...]) ?? exponent
      break
    }
    let magnitude = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
    return digits + (exponent < 0 ? "e-" : "e+") + magnitude
  }
}

struct PrometheusRules: Encodable {
  struct Group: Encodable {
    var name: String
    var file: String
    var interval: Double
    var rules: [Rule]
    var lastEvaluation: String
    var evaluationTime: Double
  }

  struct Rule: Encodable {
    var state: String?
    var name: String
    var query: String
    var duration: Double?
    var keepFiringFor: Double?
    var labels: [String: String]
    var annotations: [String: String]?
    var alerts: [PrometheusAlert]?
    var health: String
    var lastError: String?
    var evaluationTime: Double
    var lastEvaluation: String
    var type: String
  }

  private static let never = "0001-01-01T00:00:00Z"

  var groups: [Group] = []

  /// - Parameter type: `alert` or `record` leaves out the others; empty: all.
  /// - Returns: nil for another type.
  init?(_ report: AlertReport, type: String) {
    guard ["", "alert", "record"].contains(type) else { return nil }
    var report = report
    if !type.isEmpty { report.rules.removeAll { $0.isRecording != (type == "record") } }
    self.init(report)
  }

  init(_ report: AlertReport) {
    let active = report.alerts.filter { $0.state != .resolved }
    var source: String?
    for status in report.rules {
      let rule = Self.rule(
        status,
        active.filter {
          $0.group == status.group && $0.name == status.name
            && (status.source == nil || $0.source == status.source)
        })
      let isSameSource = source == status.source
      source = status.source
      if isSameSource, groups.last?.name == status.group, groups.last?.file == status.file {
        groups[groups.count - 1].rules.append(rule)
        groups[groups.count - 1].evaluationTime += status.evaluationTime
      } else {
        groups.append(
          Group(
            name: status.group, file: status.file, interval: status.interval, rules: [rule],
            lastEvaluation: rule.lastEvaluation, evaluationTime: status.evaluationTime))
      }
    }
  }

  private static func rule(_ status: RuleStatus, _ alerts: [Alert]) -> Rule {
    var rule = Rule(
      name: status.name, query: status.expression, labels: status.labels,
      health: status.failure != nil ? "err" : status.lastEvaluation == nil ? "unknown" : "ok",
      lastError: status.failure, evaluationTime: status.evaluationTime,
      lastEvaluation: status.lastEvaluation.map(PrometheusAlert.text) ?? never,
      type: status.isRecording ? "recording" : "alerting")
    guard !status.isRecording else { return rule }
    rule.state =
      alerts.contains(where: \.isFiring) ? "firing" : alerts.isEmpty ? "inactive" : "pending"
    rule.duration = status.hold
    rule.keepFiringFor = status.keepFiring
    rule.annotations = status.annotations
    rule.alerts = alerts.map(PrometheusAlert.init)
    return rule
  }
}
