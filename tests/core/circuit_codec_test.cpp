#include "core/circuit_codec.hpp"

#include <gtest/gtest.h>

namespace troupe::core {

using namespace std::chrono_literals;

TEST(circuit_codec_test, reads_what_it_has_written) {
  circuit_memory open{circuit_state::open,   false,
                      time_point{5s},        time_point{20s},
                      "2 failures in a row", 3};
  auto read = parse_circuit_document(to_document(open, circuit_scope::queue));
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->memory, open);
  EXPECT_EQ(read->scope, circuit_scope::queue);
  circuit_memory forced{circuit_state::open,   true, time_point{5s}, never,
                        "forced open by hand", 0};
  read = parse_circuit_document(to_document(forced, circuit_scope::all));
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->memory, forced);
}

TEST(circuit_codec_test, says_what_it_cannot_read) {
  auto why = [](const char* text) {
    return parse_circuit_document(payload::parse(text).value()).error();
  };
  EXPECT_EQ(why("[]").code, ec::invalid_argument);
  EXPECT_EQ(why(R"({"state": "ajar"})").message,
            "state: 'ajar' is none of the names there are");
  EXPECT_NE(why(R"({"colour": 1})").message.find("'colour'"),
            std::string::npos);
  EXPECT_NE(why(R"({"trips": "many"})").message.find("trips: "),
            std::string::npos);
}

} // namespace troupe::core
