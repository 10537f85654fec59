import InferenceProtocol

/// What is known of the form of a version's outputs, from all its answers together: one answer holds only those outputs that
/// its client asked for, and may have an odd shape.
struct OutputForms: Equatable, Sendable {
  /// Answers in a row that must have another form before an output is taken to have it.
  static let patience = 3

  struct Form: Equatable, Sendable {
    var name: String
    var isFloatingPoint: Bool
    /// Elements a row; nil where they do not belong to rows.
    var width: Int?

    init(_ output: Tensor, rows: Int) {
      name = output.name
      isFloatingPoint = output.datatype.isFloatingPoint
      let isByRow = output.shape.count <= 2 && output.elementCount % rows == 0
      width = isByRow ? output.elementCount / rows : nil
    }
  }

  private struct Known: Equatable, Sendable {
    var form: Form
    /// Answers in a row with another one.
    var odd = 0
  }

  private var known: [Known] = []

  var forms: [Form] { known.map(\.form) }

  init() {}

  /// Takes in one answer, its outputs in the model's order.
  ///
  /// - Parameter rows: at least 1.
  /// - Returns: whether more, or something else, is known than before.
  mutating func learn(_ outputs: [Tensor], rows: Int) -> Bool {
    if known.count == outputs.count,
      zip(known, outputs).allSatisfy({ $0.odd == 0 && $0.form == Form($1, rows: rows) })
    {
      return false
    }
    let before = known
    var found: [Known] = []
    for output in outputs {
      let form = Form(output, rows: rows)
      guard var one = known.first(where: { $0.form.name == form.name }) else {
        found.append(Known(form: form))
        continue
      }
      one.odd = one.form == form ? 0 : one.odd + 1
      if one.odd >= Self.patience { one = Known(form: form) }
      found.append(one)
    }
    // An answer with all that is known shows its order; else what it adds comes last.
    let rest = known.filter { one in !found.contains { $0.form.name == one.form.name } }
    known =
      rest.isEmpty
      ? found
      : known.map { one in found.first { $0.form.name == one.form.name } ?? one }
        + found.filter { one in !before.contains { $0.form.name == one.form.name } }
    return known.map(\.form) != before.map(\.form)
  }
}
