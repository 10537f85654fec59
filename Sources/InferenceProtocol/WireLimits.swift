/// How much a body may ask for before it is refused. The size of the body itself is the server's to bound.
package struct WireLimits: Sendable, Equatable {
  /// Inputs, and requested outputs, of one message.
  package var tensors: Int
  /// Elements of all tensors of one message together.
  package var elements: Int
  /// Dimensions of a shape.
  package var dimensions: Int
  /// Nested arrays and objects, counted from the body's own.
  package var depth: Int
  /// Bytes of an id, a name or a parameter's text.
  package var textBytes: Int
  package var parameters: Int

  package init(
    tensors: Int = 256, elements: Int = 16_777_216, dimensions: Int = 16, depth: Int = 32,
    textBytes: Int = 4_096, parameters: Int = 64
  ) {
    self.tensors = tensors
    self.elements = elements
    self.dimensions = dimensions
    self.depth = depth
    self.textBytes = textBytes
    self.parameters = parameters
  }
}
