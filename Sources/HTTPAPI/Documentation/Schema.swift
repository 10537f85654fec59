/// The shape of a JSON value, as the documents tell it: what JSON Schema 2020-12 can say, in so far as our wire needs it.
struct Schema: Sendable {
  var kind: Kind
  /// For people; empty where the name says it all.
  var note = ""
  var isNullable = false

  indirect enum Kind: Sendable {
    case any
    case boolean
    case integer(ClosedRange<Int64>?)
    case number(Bounds)
    case string(Text)
    /// One of these words.
    case word([String])
    case array(Schema, count: ClosedRange<Int>?)
    case object([Property], others: Others)
    case either([Schema])
    case named(NamedSchema)
  }

  /// What an object may hold beside the properties that are named.
  indirect enum Others: Sendable {
    /// It is passed over where it is read, and may come with a later version where it is written.
    case ignored
    case refused
    case values(Schema)
  }

  struct Text: Sendable {
    var count: ClosedRange<Int>?
    var pattern: String?
    var format: String?
  }

  struct Bounds: Sendable {
    var least: Double?
    var most: Double?
    /// More than `least`.
    var isAbove = false
  }

  struct Property: Sendable {
    var name: String
    var schema: Schema
    var isRequired: Bool
  }
}

/// How schemas are written down.
extension Schema {
  init(_ kind: Kind) { self.kind = kind }

  static let any = Schema(.any)
  static let boolean = Schema(.boolean)
  static let integer = Schema(.integer(nil))
  /// From 0.
  static let count = Schema(.integer(0...Int64.max))
  static let number = Schema(.number(Bounds()))
  static let string = Schema(.string(Text()))

  static func integer(_ range: ClosedRange<Int64>) -> Schema { Schema(.integer(range)) }
  static func number(_ range: ClosedRange<Double>) -> Schema {
    Schema(.number(Bounds(least: range.lowerBound, most: range.upperBound)))
  }
  static func number(above least: Double, through most: Double? = nil) -> Schema {
    Schema(.number(Bounds(least: least, most: most, isAbove: true)))
  }
  static func string(
    _ count: ClosedRange<Int>? = nil, pattern: String? = nil, format: String? = nil
  ) -> Schema {
    Schema(.string(Text(count: count, pattern: pattern, format: format)))
  }
  static func word(_ words: [String]) -> Schema { Schema(.word(words)) }
  static func word<Word: CaseIterable & RawRepresentable<String>>(_ type: Word.Type) -> Schema {
    Schema(.word(type.allCases.map(\.rawValue)))
  }
  static func array(_ item: Schema, _ count: ClosedRange<Int>? = nil) -> Schema {
    Schema(.array(item, count: count))
  }
  static func object(_ properties: Property...) -> Schema {
    Schema(.object(properties, others: .ignored))
  }
  static func closedObject(_ properties: Property...) -> Schema {
    Schema(.object(properties, others: .refused))
  }
  static func map(of value: Schema) -> Schema { Schema(.object([], others: .values(value))) }
  static func either(_ schemas: Schema...) -> Schema { Schema(.either(schemas)) }
  static func named(_ name: NamedSchema) -> Schema { Schema(.named(name)) }

  /// An enumeration with values as Swift writes one: `{"case":{...}}`, one key only.
  static func tagged(_ cases: KeyValuePairs<String, Schema>) -> Schema {
    Schema(
      .either(
        cases.map { name, schema in
          Schema(
            .object([Property(name: name, schema: schema, isRequired: true)], others: .refused))
        }))
  }

  func note(_ note: String) -> Schema {
    var schema = self
    schema.note = note
    return schema
  }

  /// Null, too.
  var orNull: Schema {
    var schema = self
    schema.isNullable = true
    return schema
  }
}

extension Schema.Property {
  static func required(_ name: String, _ schema: Schema, _ note: String = "") -> Self {
    Self(name: name, schema: note.isEmpty ? schema : schema.note(note), isRequired: true)
  }

  /// Of an answer: absent when there is nothing to say.
  static func optional(_ name: String, _ schema: Schema, _ note: String = "") -> Self {
    Self(name: name, schema: note.isEmpty ? schema : schema.note(note), isRequired: false)
  }

  /// Of a question: absent or null.
  static func given(_ name: String, _ schema: Schema, _ note: String = "") -> Self {
    .optional(name, schema.orNull, note)
  }
}
