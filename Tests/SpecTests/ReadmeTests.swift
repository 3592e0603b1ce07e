import Testing

/// The numbers in the texts beside the specs are those of the committed table.
@Suite(.enabled(if: !SpecFolder.isWriting)) struct ReadmeTests {
  @Test(arguments: SpecFolder.readmes) func tablesAreAsMeasured(readme: String) throws {
    let text = try SpecFolder.text(of: readme)
    let measured = CheckedText(text, try .committed())
    #expect(measured.unknown == [])
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (number, (written, wanted)) in zip(lines, measured.lines).enumerated() {
      #expect(written == wanted, "\(readme):\(number + 1)")
    }
  }

  @Test func everyInstanceIsTold() throws {
    for family in Set(try ExpectedTable.committed().records.map(\.family)).sorted() {
      let told = CheckedText(try SpecFolder.text(of: family + "/README.md"), try .committed()).instances
      let all = try ExpectedTable.committed().records.filter { $0.family == family }.map(\.name)
      #expect(Set(all).subtracting(told) == [], "\(family)/README.md")
    }
  }

  @Test func cellsAreFilledIn() {
    let table = ExpectedTable(
      """
      a/a.qnt a_S S 1234 2000 7 holds 3/1 q=5 unfired=x,y
      a/a.qnt a_F1 S 10 20 4 violated P@4 Q@4 R@holds
      a/b.qnt a_L L 1000000 2 3 holds 1/0
      """)
    let text = """
      | instance | what | size | states | transitions | depth | verdict | bounds | violated | steps |
      |---|---|---|---|---|---|---|---|---|---|
      | `a_S` | small | | 9 | | | | | | |
      | `a_F1` | fault | | | | | | | | |
      | `a_F2` | gone | | | | | | | | |

      | family | states S / M / L |
      |---|---|
      | [a](a) | ? |
      """
    let checked = CheckedText(text, table)
    #expect(
      checked.text == """
        | instance | what | size | states | transitions | depth | verdict | bounds | violated | steps |
        |---|---|---|---|---|---|---|---|---|---|
        | `a_S` | small | S | 1,234 | 2,000 | 7 | all hold | `q` 5 |  |  |
        | `a_F1` | fault | S | 10 | 20 | 4 | `P`, `Q` violated, 4 steps; `R` holds |  | `P`, `Q` | 4 |
        | `a_F2` | gone |  |  |  |  |  |  |  |  |

        | family | states S / M / L |
        |---|---|
        | [a](a) | 1,234 / - / 1,000,000 |
        """)
    #expect(checked.unknown == ["a_F2"])
  }
}
