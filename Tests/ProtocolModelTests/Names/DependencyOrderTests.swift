import Testing

@testable import ProtocolModel

@Suite struct DependencyOrderTests {
  @Test func nodesFollowWhatTheyUse() {
    #expect(DependencyOrder.components([[1, 2], [2], []]) == [[2], [1], [0]])
  }

  @Test func nodesThatReachEachOtherAreOneComponent() {
    let uses = [[1], [2], [0, 3], [3], [0]]
    #expect(DependencyOrder.components(uses) == [[3], [0, 1, 2], [4]])
    #expect(DependencyOrder.cycle(in: [0, 1, 2], uses: uses) == [0, 1, 2])
    #expect(DependencyOrder.cycle(in: [3], uses: uses) == [3])
    #expect(DependencyOrder.cycle(in: [4], uses: uses) == nil)
  }

  @Test func randomGraphsAreOrderedAsReachabilityTells() {
    var state: UInt64 = 7
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    for _ in 0..<300 {
      let count = 1 + random(8)
      let uses = (0..<count).map { _ in (0..<random(3)).map { _ in random(count) } }
      var reaches = (0..<count).map { node in (0..<count).map { uses[node].contains($0) } }
      for k in 0..<count {
        for i in 0..<count where reaches[i][k] {
          for j in 0..<count where reaches[k][j] { reaches[i][j] = true }
        }
      }
      let components = DependencyOrder.components(uses)
      #expect(components.joined().sorted() == Array(0..<count))
      for (position, component) in components.enumerated() {
        let first = component[0]
        #expect(component.allSatisfy { $0 == first || (reaches[$0][first] && reaches[first][$0]) })
        for later in components[(position + 1)...].joined() { #expect(!reaches[first][later]) }
      }
    }
  }
}
