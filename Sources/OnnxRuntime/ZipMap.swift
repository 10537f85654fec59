/// A classifier's scores as scikit-learn's exporters give them by default: a node that makes a map from class to
/// score of each row. V2 knows no maps, and the node computes nothing: served is the tensor that it was made from,
/// `[rows, classes]` FP32, with the classes named in the output's metadata.
enum ZipMap {
  struct Replacement {
    /// The model with each such node replaced by an Identity.
    var model: [UInt8]
    /// The classes in the order of the columns, by the output's name.
    var labels: [String: [String]]
  }

  /// - Returns: nil when no output of the model comes out of such a node.
  static func replaced(in model: [UInt8]) -> Replacement? {
    guard let graph = ProtoFields(model).first(where: { $0.number == Model.graph }) else {
      return nil
    }
    var nodes: [String: Node] = [:]
    var outputs: Set<String> = []
    for field in ProtoFields(model, graph.body) {
      switch field.number {
      case Graph.node:
        if let node = Node(model, field) { nodes[node.output] = node }
      case Graph.output: outputs.insert(name(of: field, in: model))
      default: break
      }
    }
    nodes = nodes.filter { outputs.contains($0.key) }
    guard !nodes.isEmpty else { return nil }
    var writer = ProtoWriter()
    for field in ProtoFields(model) {
      if field.number == Model.graph {
        writer.part(UInt64(Model.graph), rewritten(model, graph: field.body, nodes))
      } else {
        writer.bytes += model[field.whole]
      }
    }
    return Replacement(model: writer.bytes, labels: nodes.mapValues(\.labels))
  }

  private static func rewritten(
    _ model: [UInt8], graph: Range<Int>, _ nodes: [String: Node]
  ) -> [UInt8] {
    let byPlace = Dictionary(uniqueKeysWithValues: nodes.values.map { ($0.place, $0) })
    var writer = ProtoWriter()
    writer.bytes.reserveCapacity(graph.count)
    for field in ProtoFields(model, graph) {
      switch field.number {
      case Graph.node:
        if let node = byPlace[field.whole.lowerBound] {
          writer.message(UInt64(Graph.node)) { $0.identity(node) }
          continue
        }
      case Graph.output, Graph.valueInfo:
        let name = name(of: field, in: model)
        if let node = nodes[name] {
          if field.number == Graph.output {
            writer.message(UInt64(Graph.output)) { $0.scores(node) }
          }
          continue
        }
      default: break
      }
      writer.bytes += model[field.whole]
    }
    return writer.bytes
  }

  /// Of a ValueInfoProto.
  private static func name(of field: ProtoFields.Field, in model: [UInt8]) -> String {
    ProtoFields(model, field.body).first { $0.number == 1 }.map { text($0, model) } ?? ""
  }

  fileprivate static func text(_ field: ProtoFields.Field, _ model: [UInt8]) -> String {
    String(decoding: model[field.body], as: UTF8.self)
  }

  /// Field numbers of onnx.proto.
  private enum Model { static let graph = 7 }
  private enum Graph {
    static let node = 1
    static let output = 12
    static let valueInfo = 13
  }

  fileprivate struct Node {
    var input = ""
    var output = ""
    var labels: [String] = []
    /// Where it begins in the file.
    var place: Int

    /// Nil for any node that is no ZipMap with one input, one output and its classes.
    init?(_ model: [UInt8], _ field: ProtoFields.Field) {
      place = field.whole.lowerBound
      var kind = ""
      var inputs = 0
      for part in ProtoFields(model, field.body) {
        switch part.number {
        case 1:
          input = text(part, model)
          inputs += 1
        case 2: output = text(part, model)
        case 4: kind = text(part, model)
        case 5: readAttribute(model, part)
        default: break
        }
        // The type comes after the names: most nodes are left here.
        if part.number == 4, kind != "ZipMap" { return nil }
      }
      guard kind == "ZipMap", inputs == 1, !output.isEmpty, !labels.isEmpty else { return nil }
    }

    private mutating func readAttribute(_ model: [UInt8], _ field: ProtoFields.Field) {
      let parts = Array(ProtoFields(model, field.body))
      guard let name = parts.first(where: { $0.number == 1 }).map({ text($0, model) }),
        name == "classlabels_int64s" || name == "classlabels_strings"
      else { return }
      for part in parts {
        if part.number == 9 { labels.append(text(part, model)) }
        guard part.number == 8 else { continue }
        // One by one, or packed into one text.
        if part.body.isEmpty {
          labels.append("\(Int64(bitPattern: part.value))")
        } else {
          labels += packed(model[part.body]).map { "\(Int64(bitPattern: $0))" }
        }
      }
    }

    private func packed(_ bytes: ArraySlice<UInt8>) -> [UInt64] {
      var values: [UInt64] = []
      var value: UInt64 = 0
      var shift: UInt64 = 0
      for byte in bytes {
        value |= shift < 64 ? UInt64(byte & 0x7f) << shift : 0
        shift += 7
        guard byte < 0x80 else { continue }
        values.append(value)
        (value, shift) = (0, 0)
      }
      return values
    }
  }
}

extension ProtoWriter {
  /// A NodeProto.
  fileprivate mutating func identity(_ node: ZipMap.Node) {
    text(1, node.input)
    text(2, node.output)
    text(4, "Identity")
  }

  /// A ValueInfoProto: FP32, any number of rows, a column a class.
  fileprivate mutating func scores(_ node: ZipMap.Node) {
    text(1, node.output)
    message(2) { type in
      type.message(1) { tensor in
        tensor.number(1, 1)
        tensor.message(2) { shape in
          shape.message(1) { _ in }
          shape.message(1) { $0.number(1, UInt64(node.labels.count)) }
        }
      }
    }
  }
}
