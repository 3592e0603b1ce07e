#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs a closure on a thread of its own with a stack of the given size, and
/// waits for its result.
///
/// Parsing and every walk over a syntax tree recurse as deep as the input nests,
/// and so does the destruction of a deep tree: let such values live and die
/// inside `body`. Memory of the stack is claimed only as far as it is used.
/// Without memory for the thread, `body` runs on the caller's stack.
public func runOnLargeStack<Success: Sendable, Failure: Error>(
  stackSize: Int = 512 << 20, _ body: @escaping @Sendable () throws(Failure) -> Success
) throws(Failure) -> Success {
  let outcome = ResultBox<Success, Failure>()
  let work = Work {
    do throws(Failure) { outcome.result = .success(try body()) } catch { outcome.result = .failure(error) }
  }
  if runToEnd(work, stackSize: stackSize), let result = outcome.result { return try result.get() }
  return try body()
}

/// Runs a closure on several threads at once, each with a stack of the given size, and
/// waits for all. It gets the number of its thread, from 0.
///
/// What a thread that cannot be had should have done, the caller does in the end; the
/// closures must not wait for each other.
public func runOnLargeStacks(
  count: Int, stackSize: Int = 512 << 20, _ body: @escaping @Sendable (Int) -> Void
) {
  var threads: [pthread_t] = []
  var others: [Int] = []
  for number in 0..<count {
    if let thread = start(Work { body(number) }, stackSize: stackSize) {
      threads.append(thread)
    } else {
      others.append(number)
    }
  }
  for number in others { body(number) }
  for thread in threads { pthread_join(thread, nil) }
}

/// The slot for a result; written by the thread, read after it was joined.
private final class ResultBox<Success, Failure: Error>: @unchecked Sendable {
  var result: Result<Success, Failure>?
}

/// Starts a thread that nobody waits for.
///
/// - Returns: false if there is none to be had.
public func startDetachedThread(_ body: @escaping @Sendable () -> Void) -> Bool {
  guard let thread = start(Work(body), stackSize: 1 << 20) else { return false }
  pthread_detach(thread)
  return true
}

private final class Work: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Starts a thread and joins it; false if there is no thread to be had.
private func runToEnd(_ work: Work, stackSize: Int) -> Bool {
  guard let thread = start(work, stackSize: stackSize) else { return false }
  return pthread_join(thread, nil) == 0
}

/// Starts a thread, which must be joined or detached; nil if there is none to be had.
private func start(_ work: Work, stackSize: Int) -> pthread_t? {
  var attributes = pthread_attr_t()
  guard pthread_attr_init(&attributes) == 0 else { return nil }
  defer { pthread_attr_destroy(&attributes) }
  guard pthread_attr_setstacksize(&attributes, stackSize) == 0 else { return nil }
  let argument = Unmanaged.passRetained(work)
  #if canImport(Darwin)
    var created: pthread_t?
    let status = pthread_create(
      &created, &attributes,
      {
        Unmanaged<Work>.fromOpaque($0).takeRetainedValue().run()
        return nil
      }, argument.toOpaque())
    guard status == 0, let thread = created else {
      argument.release()
      return nil
    }
  #else
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      {
        if let opaque = $0 { Unmanaged<Work>.fromOpaque(opaque).takeRetainedValue().run() }
        return nil
      }, argument.toOpaque())
    guard status == 0 else {
      argument.release()
      return nil
    }
  #endif
  return thread
}
