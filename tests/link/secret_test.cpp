#include "link/secret.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <set>

namespace troupe::link {

namespace {

const std::string some_text = "sixteen bytes ok";

nonce nonce_of(unsigned char x) {
  nonce result;
  result.fill(x);
  return result;
}

} // namespace

TEST(secret_test, proves_as_others_compute_it) {
  // printf 'troupe join 1 joining\n' | cat - <32 x 01> <32 x 02> w |
  //   openssl dgst -sha256 -hmac 'sixteen bytes ok'
  auto x = secret::from_text(some_text);
  ASSERT_TRUE(x);
  EXPECT_EQ(
    to_hex(x->prove(proof_role::joining, nonce_of(1), nonce_of(2), "w")),
    "1e01a58d99c9e1c60b985b8cef5cf4d3ca02033d4feaac27a1e4a95a1ddca016");
}

TEST(secret_test, takes_no_other_proof) {
  auto x = secret::from_text(some_text);
  auto other = secret::from_text(some_text + "!");
  auto good = x->prove(proof_role::joining, nonce_of(1), nonce_of(2), "w");
  auto is_good = [&](const proof& p) {
    return x->is_proof(p, proof_role::joining, nonce_of(1), nonce_of(2), "w");
  };
  EXPECT_TRUE(is_good(good));
  for (size_t i = 0; i < good.size(); ++i) {
    auto changed = good;
    changed[i] ^= 1;
    EXPECT_FALSE(is_good(changed)) << i;
  }
  using enum proof_role;
  EXPECT_FALSE(is_good(x->prove(accepting, nonce_of(1), nonce_of(2), "w")));
  EXPECT_FALSE(is_good(x->prove(joining, nonce_of(2), nonce_of(1), "w")));
  EXPECT_FALSE(is_good(x->prove(joining, nonce_of(1), nonce_of(3), "w")));
  EXPECT_FALSE(is_good(x->prove(joining, nonce_of(1), nonce_of(2), "v")));
  EXPECT_FALSE(is_good(other->prove(joining, nonce_of(1), nonce_of(2), "w")));
}

TEST(secret_test, is_read_from_a_file_of_ones_own) {
  test::temporary_directory directory;
  auto path = directory.add("secret", some_text + "\n");
  EXPECT_FALSE(secret::from_file(path));
  ::chmod(path.c_str(), 0600);
  auto read = secret::from_file(path);
  ASSERT_TRUE(read) << read.error().message;
  auto same = secret::from_text(some_text);
  EXPECT_TRUE(read->is_proof(
    same->prove(proof_role::joining, nonce_of(1), nonce_of(2), "w"),
    proof_role::joining, nonce_of(1), nonce_of(2), "w"));
  auto short_one = directory.add("short", "fifteen bytes..\n");
  ::chmod(short_one.c_str(), 0600);
  auto refused = secret::from_file(short_one);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find(short_one), std::string::npos);
  EXPECT_NE(refused.error().message.find("openssl rand"), std::string::npos);
  EXPECT_FALSE(secret::from_file(directory.path("none")));
}

TEST(secret_test, never_says_the_same_nonce_twice) {
  std::set<nonce> seen;
  for (int i = 0; i < 1000; ++i)
    EXPECT_TRUE(seen.insert(random_nonce()).second);
}

TEST(secret_test, is_written_in_digits_and_read_again) {
  for (int i = 0; i < 100; ++i) {
    auto x = random_nonce();
    auto text = to_hex(x);
    EXPECT_EQ(text.size(), 64u);
    EXPECT_EQ(from_hex(text), x);
  }
  EXPECT_FALSE(from_hex(""));
  EXPECT_FALSE(from_hex(std::string(63, '0')));
  EXPECT_FALSE(from_hex(std::string(65, '0')));
  EXPECT_FALSE(from_hex(std::string(63, '0') + "g"));
  EXPECT_FALSE(from_hex(std::string(63, '0') + "A"));
}

} // namespace troupe::link
