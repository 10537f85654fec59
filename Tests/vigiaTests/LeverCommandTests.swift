import Testing

/// What the levers of the command line refuse before they ask a server.
@Suite struct LeverCommandTests {
  @Test(arguments: [
    (["--rate", "-1"], "--rate takes a number above 0, found -1.0"),
    (["--rate", "0"], "--rate takes a number above 0, found 0.0"),
    (["--rate=nan"], "--rate takes a number above 0, found nan"),
    (["--rate", "5", "--burst", "-2"], "--burst takes a number above 0, found -2.0"),
  ])
  func `a limit that is none is refused by its option`(
    options: [String], reason: String
  ) throws {
    let (status, _, errors) = try Program.run(["limit", "bat"] + options + ["--reason", "x"])
    #expect(status == 2)
    #expect(errors.contains(reason), "\(errors)")
  }
}
