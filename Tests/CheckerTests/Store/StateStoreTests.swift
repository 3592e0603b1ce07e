import Testing

@testable import Checker

@Suite struct StateStoreTests {
  @Test func stateIsStoredOnce() throws {
    let store = StateStore(width: 2, capacity: 2)
    #expect(try #require(store.insert([1, 2], parent: StateStore.none)) == (0, true))
    #expect(try #require(store.insert([2, 1], parent: 0)) == (1, true))
    #expect(try #require(store.insert([1, 2], parent: 1)) == (0, false))
    #expect(store.count == 2)
  }

  @Test func firstParentStays() throws {
    let store = StateStore(width: 1, capacity: 2)
    _ = store.insert([7], parent: StateStore.none)
    _ = store.insert([8], parent: 0)
    _ = store.insert([9], parent: 1)
    _ = store.insert([9], parent: 0)
    #expect(store.parent(0) == nil)
    #expect(store.parent(2) == 1)
  }

  /// Long probes, many growths of arena and table.
  @Test(arguments: [1, 2, 1 << 10])
  func tinyStoreGrowsAndForgetsNothing(capacity: Int) throws {
    let store = StateStore(width: 3, capacity: capacity)
    let rows: [[UInt32]] = (0..<20_000).map { number in
      [UInt32(number % 7), UInt32(number / 7), UInt32(number % 3) << 30]
    }
    for (number, row) in rows.enumerated() {
      let parent = number == 0 ? StateStore.none : UInt32(number - 1)
      #expect(try #require(store.insert(row, parent: parent)) == (UInt32(number), true))
    }
    for (number, row) in rows.enumerated() {
      #expect(Array(store.row(UInt32(number))) == row)
      #expect(try #require(store.insert(row, parent: 0)) == (UInt32(number), false))
      #expect(store.parent(UInt32(number)) == (number == 0 ? nil : UInt32(number - 1)))
    }
    #expect(store.count == rows.count)
  }

  @Test func statesWithoutVariablesAreOneState() throws {
    let store = StateStore(width: 0, capacity: 1)
    #expect(try #require(store.insert([], parent: StateStore.none)) == (0, true))
    #expect(try #require(store.insert([], parent: 0)) == (0, false))
    #expect(store.row(0).isEmpty)
  }

  @Test func sizeIsToldForWhatIsHeld() {
    let store = StateStore(width: 4, capacity: 8)
    let before = store.byteCount
    for number in 0..<9 { _ = store.insert([UInt32(number), 0, 0, 0], parent: StateStore.none) }
    #expect(store.byteCount == before * 2)
  }
}
