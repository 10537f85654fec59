@testable import OnnxRuntime

/// A regressor of full binary trees over one feature: of all models those that take most memory at load for their file.
enum ForestModel {
  static func bytes(trees: Int, depth: Int) -> [UInt8] {
    let (inner, nodes) = ((1 << depth) - 1, (2 << depth) - 1)
    let all = (0..<trees).flatMap { tree in (0..<nodes).map { (tree: tree, node: $0) } }
    let leaves = all.filter { $0.node >= inner }
    func child(_ node: Int, _ side: Int) -> Int { node < inner ? 2 * node + side : 0 }
    var model = ProtoWriter()
    model.number(1, 8)
    model.message(7) { graph in
      graph.message(1) { node in
        node.text(1, "x")
        node.text(2, "y")
        node.text(4, "TreeEnsembleRegressor")
        node.text(7, "ai.onnx.ml")
        node.message(5) { attribute in
          attribute.text(1, "n_targets")
          attribute.number(3, 1)
          attribute.number(20, 2)
        }
        node.integers("nodes_treeids", all.map(\.tree))
        node.integers("nodes_nodeids", all.map(\.node))
        node.integers("nodes_featureids", all.map { _ in 0 })
        node.integers("nodes_truenodeids", all.map { child($0.node, 1) })
        node.integers("nodes_falsenodeids", all.map { child($0.node, 2) })
        node.numbers("nodes_values", all.map { Float($0.node) })
        node.texts("nodes_modes", all.map { $0.node < inner ? "BRANCH_LEQ" : "LEAF" })
        node.integers("target_treeids", leaves.map(\.tree))
        node.integers("target_nodeids", leaves.map(\.node))
        node.integers("target_ids", leaves.map { _ in 0 })
        node.numbers("target_weights", leaves.map { Float($0.node) })
      }
      graph.text(2, "forest")
      graph.message(11) { $0.matrix("x") }
      graph.message(12) { $0.matrix("y") }
    }
    model.message(8) { $0.number(2, 15) }
    model.message(8) { opset in
      opset.text(1, "ai.onnx.ml")
      opset.number(2, 3)
    }
    return model.bytes
  }
}

extension ProtoWriter {
  fileprivate mutating func integers(_ name: String, _ values: [Int]) {
    message(5) { attribute in
      attribute.text(1, name)
      for value in values { attribute.number(8, UInt64(value)) }
      attribute.number(20, 7)
    }
  }

  fileprivate mutating func numbers(_ name: String, _ values: [Float]) {
    message(5) { attribute in
      attribute.text(1, name)
      attribute.part(
        7,
        values.flatMap { value in
          withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
        })
      attribute.number(20, 6)
    }
  }

  fileprivate mutating func texts(_ name: String, _ values: [String]) {
    message(5) { attribute in
      attribute.text(1, name)
      for value in values { attribute.text(9, value) }
      attribute.number(20, 8)
    }
  }

  /// A ValueInfoProto of FP32, `[-1, 1]`.
  fileprivate mutating func matrix(_ name: String) {
    text(1, name)
    message(2) { type in
      type.message(1) { tensor in
        tensor.number(1, 1)
        tensor.message(2) { shape in
          shape.message(1) { $0.text(2, "n") }
          shape.message(1) { $0.number(1, 1) }
        }
      }
    }
  }
}
