/// ONNX models of one node, of opset 13 and FP32: what is needed to try something out without a file.
enum OneNodeModel {
  /// How long a dimension is.
  enum Length {
    /// As long as others of this name.
    case open(String)
    case fixed(Int)
  }

  /// An input that stands in the model, in its little-endian bytes.
  struct Weights {
    let name: String
    let shape: [Int]
    let bytes: [UInt8]
  }

  /// - Parameters:
  ///   - operation: as ONNX calls it: "Identity".
  ///   - inputs: in the operation's order, the weights' name among them where there are some.
  ///   - shape: of an input or the output by its name; nil: the model does not say how many dimensions it has.
  static func bytes(
    _ operation: String, of inputs: [String], to output: String, weights: Weights? = nil,
    shape: (String) -> [Length]?
  ) -> [UInt8] {
    var model = ProtoWriter()
    model.number(1, 7)
    model.message(7) { graph in
      graph.message(1) { node in
        for input in inputs { node.text(1, input) }
        node.text(2, output)
        node.text(4, operation)
      }
      graph.text(2, operation)
      if let weights { graph.message(5) { $0.tensor(weights) } }
      for input in inputs where input != weights?.name {
        graph.message(11) { $0.value(input, shape(input)) }
      }
      graph.message(12) { $0.value(output, shape(output)) }
    }
    model.message(8) { $0.number(2, 13) }
    return model.bytes
  }
}

extension ProtoWriter {
  /// A TensorProto of FP32.
  fileprivate mutating func tensor(_ weights: OneNodeModel.Weights) {
    for length in weights.shape { number(1, UInt64(length)) }
    number(2, 1)
    text(8, weights.name)
    part(9, weights.bytes)
  }

  /// A ValueInfoProto of FP32.
  fileprivate mutating func value(_ name: String, _ shape: [OneNodeModel.Length]?) {
    text(1, name)
    message(2) { type in
      type.message(1) { tensor in
        tensor.number(1, 1)
        guard let shape else { return }
        tensor.message(2) { dimensions in
          for length in shape {
            dimensions.message(1) { dimension in
              switch length {
              case .open(let name): dimension.text(2, name)
              case .fixed(let length): dimension.number(1, UInt64(length))
              }
            }
          }
        }
      }
    }
  }
}
