/// How much a body may ask for before it is refused. The size of the body itself is the server's to bound.
package struct WireLimits: Sendable, Equatable {
  /// Inputs, and requested outputs, of one message.
  package var tensors: Int
  /// Elements of all tensors of one message together.
  package var elements: Int
  /// Of these, elements of BYTES tensors: each is an allocation of its own, of some 60 bytes although it may be one
  /// byte long, so that a small body could otherwise ask for a thousand times its size.
  package var strings: Int
  /// Dimensions of a shape.
  package var dimensions: Int
  /// Nested arrays and objects, counted from the body's own.
  package var depth: Int
  /// Bytes of an id, a name or a parameter's text.
  package var textBytes: Int
  package var parameters: Int

  package init(
    tensors: Int = 256, elements: Int = 16_777_216, strings: Int = 1_048_576,
    dimensions: Int = 16, depth: Int = 32, textBytes: Int = 4_096, parameters: Int = 64
  ) {
    self.tensors = tensors
    self.elements = elements
    self.strings = strings
    self.dimensions = dimensions
    self.depth = depth
    self.textBytes = textBytes
    self.parameters = parameters
  }

  func tooMany(_ datatype: DataType) -> WireError {
    datatype == .bytes && strings < elements
      ? .tooMuch(what: "BYTES elements", limit: strings)
      : .tooMuch(what: "elements", limit: elements)
  }
}
