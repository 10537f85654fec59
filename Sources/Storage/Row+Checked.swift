import GRDB

/// Columns of a file that may be damaged in a way that SQLite does not notice: GRDB's own subscript ends the process when
/// a value has another type than is wanted.
extension Row {
  /// - Throws: SQLITE_CORRUPT when the column holds another type, or NULL.
  func checked<Value: DatabaseValueConvertible>(
    _ index: Int, as type: Value.Type = Value.self
  ) throws -> Value {
    let stored: DatabaseValue = self[index]
    guard let value = Value.fromDatabaseValue(stored) else {
      throw Self.damage("column \(index) holds \(stored.storage.kind), expected \(Value.self)")
    }
    return value
  }

  /// Likewise, where NULL stands for nil.
  func checkedIfPresent<Value: DatabaseValueConvertible>(_ index: Int) throws -> Value? {
    (self[index] as DatabaseValue).isNull ? nil : try checked(index, as: Value.self)
  }

  /// A number of which thousands are read, without a value of GRDB's between. Text or a blob in a damaged row counts as
  /// the number that SQLite finds in it.
  ///
  /// - Throws: SQLITE_CORRUPT for NULL.
  func number<Value: DatabaseValueConvertible & StatementColumnConvertible>(
    _ index: Int, as type: Value.Type = Value.self
  ) throws -> Value {
    do { return try decode(Value.self, atIndex: index) } catch {
      throw Self.damage("column \(index) holds NULL, expected \(Value.self)")
    }
  }

  /// A count: sums of any number of rows stay far from the largest integer.
  func count(_ index: Int) throws -> Int64 {
    try Self.count(checked(index), of: index)
  }

  /// A count of which thousands are read: see `number` and `count`.
  func fastCount(_ index: Int) throws -> Int64 { try Self.count(number(index), of: index) }

  private static func count(_ value: Int64, of index: Int) throws -> Int64 {
    guard (0...1 << 40).contains(value) else {
      throw damage("column \(index) holds \(value), expected a count")
    }
    return value
  }

  private static func damage(_ detail: String) -> DatabaseError {
    DatabaseError(resultCode: .SQLITE_CORRUPT, message: detail)
  }
}

extension DatabaseValue.Storage {
  fileprivate var kind: String {
    switch self {
    case .null: "NULL"
    case .int64: "an integer"
    case .double: "a real"
    case .string: "text"
    case .blob: "a blob"
    }
  }
}

extension TierPlan {
  /// The cell in which a row that begins at `t` counts.
  ///
  /// - Throws: SQLITE_CORRUPT for a time outside of what was asked for.
  func cell(at t: Int64) throws -> Int {
    guard t >= from, t < from + Int64(cells) * step else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a row of \(t) is out of place")
    }
    return Int((t - from) / step)
  }
}

extension PeriodPlan {
  /// The period in which a row that begins at `t` counts.
  ///
  /// - Throws: SQLITE_CORRUPT for a time outside of what was asked for.
  func checkedPeriod(at t: Int64) throws -> Int {
    guard let period = period(at: t) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a row of \(t) is out of place")
    }
    return period
  }
}
