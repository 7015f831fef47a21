// Whatever comes, the filter says the same however it is cut, and what it lets
// pass is what came, without some of the packets.

#include "link/basp_filter.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace troupe::link;
using troupe::test::require;

struct verdict {
  std::vector<char> passed;
  std::string wrong;

  friend bool operator==(const verdict&, const verdict&) = default;
};

verdict judge(basp_side from, const link_limits& limits, std::string_view bytes,
              size_t piece_bytes) {
  // The other side has said who it is.
  basp_nodes nodes;
  auto& other = from == basp_side::client ? nodes.server : nodes.client;
  other = bytes.substr(0, 32);
  basp_filter filter{from, limits, nodes};
  verdict result;
  while (!bytes.empty()) {
    auto piece = bytes.substr(0, piece_bytes);
    bytes.remove_prefix(piece.size());
    if (auto good = filter.feed(piece, result.passed); !good) {
      result.wrong = good.error().message;
      break;
    }
  }
  return result;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2)
    return 0;
  auto from = (data[0] & 1) != 0 ? basp_side::client : basp_side::server;
  link_limits limits;
  if ((data[0] & 2) != 0)
    limits.dialect = basp_dialect::caf_1;
  std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  auto whole = judge(from, limits, bytes, bytes.size());
  require(judge(from, limits, bytes, 1 + data[0] / 4u) == whole);
  require(whole.passed.size() <= bytes.size());
  auto at = bytes.begin();
  for (auto x : whole.passed) {
    at = std::find(at, bytes.end(), x);
    require(at != bytes.end());
    ++at;
  }
  return 0;
}
