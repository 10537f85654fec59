import Domain
import HTTPTypes
import Hummingbird

/// `/alert/{id}`: where the link leads that is sent of an alert, for a reader with a browser and no terminal yet.
extension APIResponder {
  func alertPage(_ parameters: PathParameters) async throws(APIError) -> Response {
    let report = await services.alerts()
    let now = services.now()
    guard let id = AlertID(parameters.id),
      let alert = report?.alerts.first(where: { $0.id == id })
    else { return await missingAlert(parameters.id, hasRules: report != nil) }
    let query = RunbookQuery.page(forAlert: alert.name, model: alert.model)
    // Without its runbook an alert is still worth showing.
    let answer = try? await services.source.runbooks(query)
    return HTML.response(
      AlertPage(
        alert: alert, runbook: answer?.page, causes: report?.alerts ?? [],
        version: services.identity.version, now: now
      ).html, style: AlertPage.style, caching: "no-store")
  }

  /// Instead of the refusal, for a reader who followed the link of an alert; nil for any other request.
  func closedAlertPage(_ head: HTTPRequest, _ error: APIError) -> Response? {
    let prefix = "/alert/"
    guard error.status == .unauthorized, let path = head.path?.prefix(while: { $0 != "?" }),
      path.hasPrefix(prefix),
      let id = AlertID(String(path.dropFirst(prefix.count)))
    else { return nil }
    var response = HTML.response(
      ClosedAlertPage(id: id, version: services.identity.version).html, style: AlertPage.style,
      status: error.status, caching: "no-store")
    for field in error.fields { response.headers.append(field) }
    return response
  }

  private func missingAlert(_ text: String, hasRules: Bool) async -> Response {
    var incidents: [Incident] = []
    if let id = AlertID(text) {
      let known = try? await services.source.incidents(IncidentQuery())
      incidents = (known ?? []).filter { $0.alerts.contains { $0.id == id } }
    }
    return HTML.response(
      MissingAlertPage(
        text: text, incidents: incidents, hasRules: hasRules, version: services.identity.version
      ).html, style: AlertPage.style, status: .notFound, caching: "no-store")
  }
}
