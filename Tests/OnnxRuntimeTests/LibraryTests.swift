import OnnxRuntime
import Testing

@Suite struct LibraryTests {
  @Test func `a configured path and the environment stand alone`() {
    let environment = ["VIGIA_ONNXRUNTIME": "/gpu/libonnxruntime.so"]
    #expect(
      OnnxLibrary.candidates(configured: "/x.so", environment: environment, executable: "/a/b")
        == ["/x.so"])
    #expect(
      OnnxLibrary.candidates(configured: nil, environment: environment, executable: "/a/b")
        == ["/gpu/libonnxruntime.so"])
  }

  @Test func `else it is looked for beside the executable and in each folder above`() {
    #expect(
      OnnxLibrary.candidates(
        configured: nil, environment: [:], executable: "/srv/.build/debug/vigia") == [
          "/srv/.build/debug/libonnxruntime.so",
          "/srv/.build/lib/vigia/libonnxruntime.so",
          "/srv/.build/debug/.runtime/libonnxruntime.so",
          "/srv/.build/.runtime/libonnxruntime.so",
          "/srv/.runtime/libonnxruntime.so",
          "/.runtime/libonnxruntime.so",
        ])
  }

  @Test func `the library opens once and tells its version`() throws {
    #expect(try Fixtures.library.open().hasPrefix("1."))
    #expect(Fixtures.library.version?.hasPrefix("1.") == true)
  }
}
