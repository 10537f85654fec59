/// One answer to a request: the client's, or the one that a shadow gave to its copy.
package struct RequestCopy: Codable, Sendable, Hashable {
  package var id: RequestID
  package var variant: Variant

  package init(id: RequestID, variant: Variant) {
    self.id = id
    self.variant = variant
  }
}

extension RequestSummary {
  package var copy: RequestCopy { RequestCopy(id: id, variant: variant) }
}
