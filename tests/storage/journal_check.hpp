#pragma once

#include "storage/memory_journal.hpp"
#include "tests/support/expect_same.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace troupe::storage {

inline std::map<std::string, std::string> documents_of(journal& x) {
  std::map<std::string, std::string> all;
  EXPECT_TRUE(x.load({{}, [&](core::document&& found) {
                        all[found.kind + '/' + found.name]
                          = found.value->dump();
                      }}));
  return all;
}

/// Both have the same in them.
inline void expect_same_content(journal& x, memory_journal& expected) {
  auto& content = expected.content();
  EXPECT_EQ(x.sequence(), content.sequence);
  EXPECT_EQ(x.last_number(), content.last_number);
  auto info = x.info();
  auto wanted = expected.info();
  ASSERT_TRUE(info && wanted);
  EXPECT_EQ(info->unended, wanted->unended);
  EXPECT_EQ(info->completed, wanted->completed);
  EXPECT_EQ(info->failed, wanted->failed);
  EXPECT_EQ(info->dead_letters, wanted->dead_letters);
  for (auto& [number, image] : content.tasks) {
    auto found = x.find(image.spec->id);
    ASSERT_TRUE(found) << to_string(found.error());
    ASSERT_TRUE(*found) << "task " << number;
    test::expect_same(**found, image);
    auto& spec = *image.spec;
    if (!spec.keys)
      continue;
    core::key_question key{core::key_kind::submission, spec.owner,
                           spec.keys->submission};
    auto keyed = x.find(key);
    ASSERT_TRUE(keyed && *keyed) << "task " << number;
    EXPECT_EQ((*keyed)->number, number);
    key = {core::key_kind::unique, spec.owner, spec.keys->unique};
    keyed = x.find(key);
    ASSERT_TRUE(keyed && *keyed) << "task " << number;
    EXPECT_EQ((*keyed)->number, (*expected.find(key).value()).number);
  }
  EXPECT_EQ(documents_of(x), documents_of(expected));
}

} // namespace troupe::storage
