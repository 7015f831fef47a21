#include "storage/sha256.hpp"

#include <gtest/gtest.h>

namespace troupe::storage {

TEST(sha256_test, hashes_as_the_standard_says) {
  sha256 hash;
  EXPECT_EQ(to_hex(hash.finish()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649"
                                   "b934ca495991b7852b855");
  hash.add("a");
  hash.add("bc");
  EXPECT_EQ(to_hex(hash.finish()), "ba7816bf8f01cfea414140de5dae2223b00361a3961"
                                   "77a9cb410ff61f20015ad");
}

TEST(sha256_test, tells_lists_of_texts_apart) {
  sha256 hash;
  hash.add_text("ab");
  hash.add_text("c");
  auto one = hash.finish();
  hash.add_text("a");
  hash.add_text("bc");
  EXPECT_NE(one, hash.finish());
}

} // namespace troupe::storage
