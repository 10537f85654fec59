/// The smallest model there is: `y = x`, one FP32. Loaded first, so that what comes after it is the next model's.
enum TinyModel {
  static let bytes: [UInt8] = {
    var model = ProtoWriter()
    model.number(1, 7)
    model.message(7) { graph in
      graph.message(1) { node in
        node.text(1, "x")
        node.text(2, "y")
        node.text(4, "Identity")
      }
      graph.text(2, "tiny")
      graph.message(11) { $0.scalar("x") }
      graph.message(12) { $0.scalar("y") }
    }
    model.message(8) { $0.number(2, 13) }
    return model.bytes
  }()
}

extension ProtoWriter {
  /// A ValueInfoProto of a tensor of one FP32.
  fileprivate mutating func scalar(_ name: String) {
    text(1, name)
    message(2) { type in
      type.message(1) { tensor in
        tensor.number(1, 1)
        tensor.message(2) { $0.message(1) { $0.number(1, 1) } }
      }
    }
  }
}
