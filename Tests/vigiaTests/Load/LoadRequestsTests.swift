import InferenceProtocol
import Integrations
import Statistics
import Testing
import vigia

/// Rows to requests, and what a load reports.
struct LoadRequestsTests {
  private let matrix = [TensorMetadata(name: "X", datatype: .fp32, shape: [-1, 2])]

  private func requests(
    _ inputs: [TensorMetadata], rows: Int = 1, isBinary: Bool = false
  ) -> LoadRequests {
    LoadRequests(inputs: inputs, rows: rows, isBinary: isBinary)
  }

  private func parsed(_ message: WireMessage) throws -> InferRequest {
    try InferRequest.parse(message.bytes, headerLength: message.headerLength)
  }

  @Test(arguments: [false, true])
  func `a table's rows are sent in their order, so many at a time`(isBinary: Bool) throws {
    let table = try CSVTable(parsing: Array("a,b\n1,2\n3,4\n5,6\n7,8\n9,10\n".utf8))
    let messages = try requests(matrix, rows: 2, isBinary: isBinary).messages(from: table)
    #expect(messages.count == 2)
    let second = try parsed(messages[1]).inputs[0]
    #expect(second.shape == [2, 2])
    #expect((0..<4).map { second.number(at: $0) } == [5, 6, 7, 8])
    #expect((messages[0].headerLength != nil) == isBinary)
  }

  @Test func `columns are found by the inputs' names`() throws {
    let inputs = [
      TensorMetadata(name: "age", datatype: .int64, shape: [-1, 1]),
      TensorMetadata(name: "city", datatype: .bytes, shape: [-1]),
      TensorMetadata(name: "x", datatype: .fp64, shape: [-1, 2]),
    ]
    let table = try CSVTable(
      parsing: Array("x_1,city,unused,age,x_0\n2.5,\"São \"\"P\"\"\",z,41,1.5\n".utf8))
    let request = try parsed(try requests(inputs).messages(from: table)[0])
    #expect(request.inputs[0].number(at: 0) == 41)
    #expect(request.inputs[1].storage == .strings([Array("São \"P\"".utf8)]))
    #expect((0..<2).map { request.inputs[2].number(at: $0) } == [1.5, 2.5])
  }

  @Test func `features choose columns, in the model's order`() throws {
    let table = try CSVTable(parsing: Array("class,b,a\nUP,2,1\n".utf8))
    var requests = requests(matrix)
    requests.features = ["a", "b"]
    let request = try parsed(try requests.messages(from: table)[0])
    #expect((0..<2).map { request.inputs[0].number(at: $0) } == [1, 2])
    requests.features = ["a", "c"]
    let unknown = #expect(throws: LoadRequests.Failure.self) {
      try requests.messages(from: table)
    }
    #expect(unknown?.description == "--features: no column \"c\"; there are class, b, a")
    requests.features = ["a"]
    let few = #expect(throws: LoadRequests.Failure.self) { try requests.messages(from: table) }
    #expect(few?.description == "input \"X\" takes 2 columns, --features names 1")
  }

  @Test(arguments: [
    (
      "a,b,c\n1,2,3\n",
      "input \"X\" takes 2 columns, the file has 3: a, b, c; choose them with --features a,b,c"
    ),
    ("a,b\n", "expected at least 1 rows of data, found 0"),
    ("a,b\n1,two\n", "line 2: input \"X\": expected FP32, found \"two\""),
    ("a,b\n1,\"2],[3\"\n", "line 2: input \"X\": expected FP32, found \"2],[3\""),
    ("a,b\n1,\n", "line 2: input \"X\": expected FP32, found \"\""),
  ])
  func `data that do not fit are refused with the place`(text: String, reason: String) throws {
    let table = try CSVTable(parsing: Array(text.utf8))
    let error = #expect(throws: LoadRequests.Failure.self) {
      try requests(matrix).messages(from: table)
    }
    #expect(error?.description == reason)
  }

  @Test func `a model of one row a request takes all of it from one row of the table`() throws {
    let fixed = [TensorMetadata(name: "X", datatype: .fp32, shape: [1, 2, 2])]
    let table = try CSVTable(parsing: Array("a,b,c,d\n1,2,3,4\n5,6,7,8\n".utf8))
    let messages = try requests(fixed).messages(from: table)
    #expect(messages.count == 2)
    let tensor = try parsed(messages[1]).inputs[0]
    #expect(tensor.shape == [1, 2, 2])
    #expect((0..<4).map { tensor.number(at: $0) } == [5, 6, 7, 8])
    #expect(throws: LoadRequests.Failure.self) {
      try requests(fixed, rows: 2).messages(from: table)
    }
  }

  @Test func `made-up values are valid, of every type, and the same for a seed`() throws {
    let types: [DataType] = [.fp32, .fp64, .int64, .int32, .uint8, .bool, .bytes]
    let inputs = types.map { TensorMetadata(name: "\($0)", datatype: $0, shape: [-1, 3]) }
    let first = try requests(inputs, rows: 4).messages(seed: 7)
    #expect(first == (try requests(inputs, rows: 4).messages(seed: 7)))
    #expect(first != (try requests(inputs, rows: 4).messages(seed: 8)))
    #expect(Set(first.map(\.bytes)).count == first.count, "no server can answer from one entry")
    let request = try parsed(first[0])
    #expect(request.inputs.map(\.shape) == Array(repeating: [4, 3], count: types.count))
  }

  @Test
  func `requests of more numbers than a body holds are refused, and of large ones few are made`()
    throws
  {
    let error = #expect(throws: LoadRequests.Failure.self) {
      try requests(matrix, rows: 100_000_000).messages(seed: 1)
    }
    #expect(
      error?.description
        == "expected requests of at most 8388608 numbers, found 100000000 rows with 200000000 together: ask for fewer --rows"
    )
    #expect(throws: LoadRequests.Failure.self) {
      try requests(matrix, rows: .max).messages(seed: 1)
    }
    #expect(try requests(matrix, rows: 300_000).messages(seed: 1).count == 3)
  }

  @Test(arguments: [(5.0, 1.0, 0.8, 5.0), (2, 1, 0.5, 2), (50, 2, 1.98, 50), (5, 1, 4, 1.3)])
  func `a rate is over the time in which the requests were due, or until the last was answered`(
    rate: Double, duration: Double, elapsed: Double, found: Double
  ) {
    let schedule = LoadSchedule(rate: rate, duration: duration)
    var figures = LoadFigures()
    figures.ok = schedule.count
    figures.elapsed = elapsed
    #expect(LoadReport(figures, schedule).rate == found)
  }

  @Test func `of a load that was ended early the rate is over the time that it had`() {
    var figures = LoadFigures()
    figures.ok = 20
    figures.elapsed = 2.1
    #expect(LoadReport(figures, LoadSchedule(rate: 10, duration: 60)).rate == 9.5)
  }

  @Test func `the report has the keys that others rely on`() {
    var figures = LoadFigures()
    figures.ok = 98
    figures.rows = 98
    figures.elapsed = 2
    figures.errors = [.status(503): 1, .timedOut: 1]
    for number in 1...98 { figures.latency.add(Double(number) * 1_000) }
    let report = LoadReport(figures, LoadSchedule(rate: 50, duration: 2))
    #expect(report.requests == 100)
    #expect(report.errors == 2)
    #expect(report.rate == 49)
    #expect(report.maxUs == 98_000)
    #expect(abs((report.p99Us ?? 0) - 97_000) < 2_000)
    #expect(report.p99WithTimeoutsUs == report.p99Us)
    figures.late.add(30_000_000, count: 2)
    let late = LoadReport(figures, LoadSchedule(rate: 50, duration: 2))
    #expect(late.p99Us == report.p99Us)
    #expect(abs((late.p99WithTimeoutsUs ?? 0) - 30_000_000) < 600_000)
    #expect(late.lines.last?.hasPrefix("with what timed out, at its limit") == true)
    #expect(report.errorsByKind == ["status 503": 1, "timed out": 1])
    #expect(report.lines[1] == "2 errors: 1 status 503, 1 timed out")
    #expect(LoadReport(LoadFigures(), LoadSchedule(rate: 1, duration: 1)).p50Us == nil)
  }
}
