// Whatever line comes, what is understood of it can be said again, and what is
// said of it is one line of printable text.

#include "link/preamble.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace {

using namespace troupe::link;
using troupe::test::require;

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char x) { return x >= ' ' && x <= '~'; });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view line{reinterpret_cast<const char*>(data), size};
  line = line.substr(0, line.find('\n'));
  if (auto x = read_greeting(line)) {
    auto again = render(*x);
    again.pop_back();
    require(read_greeting(again) == x);
  } else {
    auto answer = render(x.error());
    answer.pop_back();
    require(is_printable(answer) && !read_answer(answer));
  }
  if (auto x = read_answer(line); !x)
    require(is_printable(x.error().message));
  return 0;
}
