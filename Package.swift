// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

let package = Package(
  name: "dfmi-verify",
  products: [
    .executable(name: "dfmi-verify", targets: ["dfmi-verify"]),
    .library(name: "ProtocolModel", targets: ["ProtocolModel"]),
    .library(name: "Checker", targets: ["Checker"]),
  ],
  targets: [
    .systemLibrary(
      name: "CGMP", pkgConfig: "gmp", providers: [.apt(["libgmp-dev"]), .brew(["gmp"])]),
    .systemLibrary(
      name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"]), .brew(["xxhash"])]),
    .target(name: "CPrefetch", swiftSettings: strict),
    .target(name: "ProtocolModel", dependencies: ["CGMP"], swiftSettings: strict),
    .target(name: "Checker", dependencies: ["ProtocolModel", "CXXHash", "CPrefetch"], swiftSettings: strict),
    .executableTarget(
      name: "dfmi-verify", dependencies: ["ProtocolModel", "Checker"], swiftSettings: strict),
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
      name: "SpecTests", dependencies: ["ProtocolModel", "Checker", "TestSupport"],
      exclude: ["expected.txt"], swiftSettings: strict),
  ]
)
