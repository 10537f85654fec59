import Domain

extension Sample {
  /// What failed of fraud since its release; of other models nothing did.
  static func failures(_ query: FailureQuery) -> FailureReport {
    guard query.model == "fraud" else { return FailureReport(requests: 120_000) }
    return FailureReport(
      requests: 86_400,
      reasons: [
        .init(.failed, requests: 3_170), .init(.timedOut, requests: 260),
        .init(.limited, requests: 41),
      ],
      clients: [
        .init("checkout", requests: 51_000, failed: 3_010, commonest: .failed),
        .init("batch-scoring", requests: 35_400, failed: 461, commonest: .timedOut),
      ], otherClients: 3, clientRequests: 98_700)
  }

  /// An answer and the shadow's, of which one feature is redacted where `isRedacted`.
  static func kept(
    _ id: RequestID, rows: Int = 1, obstacle: RequestDetail.Obstacle? = nil
  ) -> [RequestDetail] {
    let summary = requests(RequestQuery(model: "fraud")).first { $0.id == id }
    guard var summary else { return [] }
    summary.rows = rows
    func cells(_ value: Double) -> [String] {
      (0..<rows).map { "\((value + Double($0)) / 100)" }
    }
    var inputs = TensorTable(
      columns: (1...9).map {
        TensorTable.Column(
          $0 == 3 ? "merchant_category" : "amount_\($0)",
          isRedacted: obstacle == .redacted && $0 == 2, cells: cells(Double($0) * 137))
      }, rows: rows)
    var outputs = TensorTable(
      columns: [
        .init("label", cells: cells(100)), .init("probabilities[0]", cells: cells(12)),
        .init("probabilities[1]", cells: cells(88)),
      ], rows: rows)
    if obstacle == .notKept { (inputs, outputs) = (TensorTable(), TensorTable()) }
    var shadow = summary
    shadow.variant = .shadow
    shadow.version.version = "30"
    return [summary, shadow].map {
      RequestDetail(
        summary: $0, clientRequestID: "order-7", revision: 12, inputs: inputs, outputs: outputs,
        obstacle: obstacle)
    }
  }
}
