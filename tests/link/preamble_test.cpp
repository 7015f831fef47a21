#include "link/preamble.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace troupe::link {

namespace {

const std::string some_token(token_digits, 'f');

refusal refusal_of(const std::string& line) {
  auto x = read_greeting(line);
  EXPECT_FALSE(x) << line;
  return x ? refusal::busy : x.error().code;
}

} // namespace

TEST(preamble_test, greets_and_is_understood) {
  greeting x{"worker-1", some_token};
  auto line = render(x);
  EXPECT_EQ(line, "TROUPE-LINK 1 worker-1 " + some_token + "\n");
  line.pop_back();
  auto read = read_greeting(line);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, x);
}

TEST(preamble_test, takes_no_other_greeting) {
  for (auto& line :
       {std::string{}, std::string{"GET / HTTP/1.1"},
        std::string{"TROUPE-LINK"}, std::string{"TROUPE-LINK x y z"},
        "TROUPE-LINK 1 " + some_token, "TROUPE-LINK 1  " + some_token,
        "TROUPE-LINK 1 worker " + some_token + " ",
        "TROUPE-LINK 1 worker " + some_token.substr(1),
        "TROUPE-LINK 1 worker " + std::string(token_digits, 'F'),
        "troupe-link 1 worker " + some_token})
    EXPECT_EQ(refusal_of(line), refusal::malformed) << line;
  EXPECT_EQ(refusal_of("TROUPE-LINK 2"), refusal::version);
  EXPECT_EQ(refusal_of("TROUPE-LINK 99999999999 worker " + some_token),
            refusal::malformed);
}

TEST(preamble_test, welcomes_and_refuses_in_words) {
  auto welcome = render_welcome();
  welcome.pop_back();
  EXPECT_TRUE(read_answer(welcome));
  auto no = render(refusal_reason{refusal::wrong_name, "no\nOK 1\x1b[2J"});
  EXPECT_EQ(no, "NO wrong_name no?OK 1?[2J\n");
  no.pop_back();
  auto read = read_answer(no);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message, "it refuses: no?OK 1?[2J (wrong_name)");
  EXPECT_TRUE(read.error().is_permanent);
  read = read_answer("NO busy\x1b x");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message, "it refuses: x (busy?)");
  EXPECT_FALSE(read.error().is_permanent);
}

RC_GTEST_PROP(preamble_test, reads_any_line, (const std::string& line)) {
  static_cast<void>(read_greeting(line));
  static_cast<void>(read_greeting("TROUPE-LINK 1 " + line));
  static_cast<void>(read_answer(line));
}

} // namespace troupe::link
