// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

let package = Package(
  name: "dfmi-verify",
  products: [
    .executable(name: "dfmi-verify", targets: ["dfmi-verify"]),
    .library(name: "ProtocolModel", targets: ["ProtocolModel"]),
    .library(name: "Checker", targets: ["Checker"]),
    .library(name: "SMTBridge", targets: ["SMTBridge"]),
  ],
  targets: [
    .systemLibrary(
      name: "CGMP", pkgConfig: "gmp", providers: [.apt(["libgmp-dev"]), .brew(["gmp"])]),
    .systemLibrary(
      name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"]), .brew(["xxhash"])]),
    .systemLibrary(
      name: "CZ3", pkgConfig: "z3", providers: [.apt(["libz3-dev"]), .brew(["z3"])]),
    .target(name: "CPrefetch", swiftSettings: strict),
    .target(name: "ProtocolModel", dependencies: ["CGMP"], swiftSettings: strict),
    .target(name: "Checker", dependencies: ["ProtocolModel", "CXXHash", "CPrefetch"], swiftSettings: strict),
    .target(name: "SMTBridge", dependencies: ["ProtocolModel", "CZ3"], swiftSettings: strict),
    .executableTarget(
      name: "dfmi-verify", dependencies: ["ProtocolModel", "Checker", "SMTBridge"], swiftSettings: strict),
    .executableTarget(
      name: "dfmi-fuzz", dependencies: ["TestSupport"], swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["ProtocolModel", "Checker"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .testTarget(
      name: "CommandTests", dependencies: ["dfmi-verify"], exclude: ["Golden"], swiftSettings: strict),
    .testTarget(
      name: "ProtocolModelTests", dependencies: ["ProtocolModel", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "CheckerTests", dependencies: ["Checker", "ProtocolModel", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "SMTBridgeTests", dependencies: ["SMTBridge", "Checker", "ProtocolModel", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "SpecTests", dependencies: ["ProtocolModel", "Checker", "TestSupport"],
      exclude: ["expected.txt", "mutants.txt"], swiftSettings: strict),
  ]
)
