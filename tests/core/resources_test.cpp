#include "core/resources.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <vector>

namespace troupe::core {

TEST(resources_test, what_is_not_named_is_not_there) {
  resource_amounts has{{"cpu", 4}, {"gpu", 1}};
  EXPECT_EQ(amount_of(has, "cpu"), 4);
  EXPECT_EQ(amount_of(has, "disk"), 0);
  EXPECT_TRUE(covers(has, {}));
  EXPECT_TRUE(covers(has, {{"gpu", 1}, {"cpu", 4}}));
  EXPECT_FALSE(covers(has, {{"gpu", 1.5}}));
  EXPECT_FALSE(covers(has, {{"disk", 1}}));
}

TEST(resources_test, says_what_they_are) {
  EXPECT_EQ(describe(resource_amounts{}), "");
  EXPECT_EQ(describe({{"cpu", 1.5}, {"memory", 1024}}), "1.5 cpu, 1024 memory");
}

TEST(resources_test, a_pool_gives_what_it_has) {
  resource_pool pool{{{"cpu", 1}, {"gpu", 1}}};
  EXPECT_TRUE(pool.fits({{"cpu", 0.7}, {"gpu", 1}}));
  pool.take({{"cpu", 0.7}, {"gpu", 1}});
  EXPECT_FALSE(pool.fits({{"gpu", 0.1}}));
  EXPECT_TRUE(pool.fits({{"cpu", 0.3}}));
  EXPECT_DOUBLE_EQ(pool.left("cpu"), 0.3);
  EXPECT_EQ(pool.left("disk"), 0);
  EXPECT_FALSE(pool.fits({{"disk", 1}}));
  pool.give_back({{"cpu", 0.7}, {"gpu", 1}});
  EXPECT_TRUE(pool.fits({{"cpu", 1}, {"gpu", 1}}));
}

TEST(resources_test, a_pool_bears_what_is_beyond_measure) {
  resource_pool pool{{{"space", 1e300}, {"dust", 1e-300}}};
  EXPECT_TRUE(pool.fits({{"space", 1e299}, {"dust", 1e-300}}));
  pool.take({{"dust", 1e-300}});
  EXPECT_FALSE(pool.fits({{"dust", 1e-300}}));
}

// Tenths do not add up as floating point; in a pool they do.
TEST(resources_test, a_pool_loses_nothing_to_rounding) {
  EXPECT_TRUE(rc::check([] {
    auto total = *rc::gen::inRange(1, 100);
    resource_pool pool{{{"cpu", total / 10.0}}};
    std::vector<int> taken;
    auto left = total;
    for (auto steps = *rc::gen::inRange(0, 100); steps > 0; --steps) {
      auto tenths = *rc::gen::inRange(1, 30);
      resource_amounts needed{{"cpu", tenths / 10.0}};
      RC_ASSERT(pool.fits(needed) == (tenths <= left));
      if (tenths <= left) {
        pool.take(needed);
        taken.push_back(tenths);
        left -= tenths;
      } else if (!taken.empty()) {
        left += taken.back();
        pool.give_back({{"cpu", taken.back() / 10.0}});
        taken.pop_back();
      }
    }
  }));
}

TEST(resources_test, what_a_pool_does_not_have_it_does_not_bound) {
  resource_pool pool{{{"cpu", 2}}};
  EXPECT_TRUE(pool.has("cpu"));
  EXPECT_FALSE(pool.has("gpu"));
  EXPECT_TRUE(pool.allows({{"cpu", 2}, {"gpu", 9}}));
  EXPECT_FALSE(pool.fits({{"cpu", 2}, {"gpu", 9}}));
  pool.take({{"cpu", 2}, {"gpu", 9}});
  EXPECT_FALSE(pool.allows({{"cpu", 1}}));
  pool.give_back({{"cpu", 2}, {"gpu", 9}});
  EXPECT_EQ(pool.left("cpu"), 2);
}

} // namespace troupe::core
