/// What the HTTP port has to do.
extension SeriesCatalogue {
  package static let httpConnections = SeriesDefinition(
    name: "vigia_http_connections", kind: .gauge, unit: "", labels: [],
    help: "Connections to the port that are open.")
  package static let httpConnectionLimit = SeriesDefinition(
    name: "vigia_http_connections_limit", kind: .gauge, unit: "", labels: [],
    help: "Connections to the port that may be open; more wait in the kernel's queue.")
  package static let httpRefusals = SeriesDefinition(
    name: "vigia_http_refused_total", kind: .counter, unit: "", labels: ["reason"],
    help: "Requests refused before a model or a route was asked, by the reason.")

  static let http: [SeriesDefinition] = [httpConnections, httpConnectionLimit, httpRefusals]
}
