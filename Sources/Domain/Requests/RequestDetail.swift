/// One answer to one request, as far as it was kept.
package struct RequestDetail: Codable, Sendable, Equatable {
  package var summary: RequestSummary
  /// The `id` of the request's body, when the client gave one; cut to what is kept of it.
  package var clientRequestID: String?
  /// Of the model's deployment when the request was admitted.
  package var revision: Int64
  package var inputs: TensorTable
  /// Empty where there was no answer.
  package var outputs: TensorTable
  /// Why the request cannot be run again; nil where it can.
  package var obstacle: Obstacle?

  package enum Obstacle: String, Codable, Sendable, CaseIterable {
    /// Only its times were kept: of a busy version not every request's inputs are.
    case notKept = "not_kept"
    /// A feature's values were blanked before they were kept.
    case redacted
  }

  package init(
    summary: RequestSummary, clientRequestID: String? = nil, revision: Int64,
    inputs: TensorTable = TensorTable(), outputs: TensorTable = TensorTable(),
    obstacle: Obstacle? = nil
  ) {
    self.summary = summary
    self.clientRequestID = clientRequestID
    self.revision = revision
    self.inputs = inputs
    self.outputs = outputs
    self.obstacle = obstacle
  }
}
