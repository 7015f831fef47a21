// Runs a fuzz target with each file of a corpus, where there is no libFuzzer.

#include "tests/fuzz/fuzz.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

int main(int argc, char** argv) {
  if (argc != 2)
    return 2;
  size_t count = 0;
  for (auto& entry : std::filesystem::directory_iterator{argv[1]}) {
    std::ifstream file{entry.path(), std::ios::binary};
    std::string bytes{std::istreambuf_iterator<char>{file}, {}};
    // A copy that ends where it ends, so that a sanitizer sees the first byte
    // that is read beyond it.
    LLVMFuzzerTestOneInput(
      reinterpret_cast<const uint8_t*>(std::string{bytes}.data()),
      bytes.size());
    ++count;
  }
  std::printf("%zu inputs\n", count);
  return count > 0 ? 0 : 1;
}
