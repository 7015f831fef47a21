#include "actors/run_next.hpp"

#include "actors/configuration.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace troupe::test {

namespace {

using data = actors::run_next::worker_data;
using job = actors::run_next::job;

/// Never run, only passed around.
class jobs {
public:
  job operator[](size_t i) {
    return reinterpret_cast<job>(&places_[i]);
  }

private:
  std::array<int, 16> places_ = {};
};

TEST(run_next_test, gives_what_it_was_given_in_that_order) {
  jobs all;
  data mine{this};
  EXPECT_EQ(mine.take(), nullptr);
  for (size_t round = 0; round < 5; ++round) {
    for (size_t i = 0; i < 3; ++i)
      EXPECT_TRUE(mine.put(all[i]));
    for (size_t i = 0; i < 3; ++i)
      EXPECT_EQ(mine.take(), all[i]);
    EXPECT_EQ(mine.take(), nullptr);
  }
}

TEST(run_next_test, keeps_only_a_few) {
  jobs all;
  data mine{this};
  for (size_t i = 0; i < actors::run_next::slots; ++i)
    EXPECT_TRUE(mine.put(all[i]));
  EXPECT_FALSE(mine.put(all[9]));
  EXPECT_EQ(mine.take(), all[0]);
  EXPECT_TRUE(mine.put(all[9]));
}

TEST(run_next_test, lets_others_take_what_they_have_seen_before) {
  jobs all;
  data mine{this};
  mine.put(all[0]);
  mine.put(all[1]);
  EXPECT_EQ(mine.take_old(), nullptr);
  mine.put(all[2]);
  EXPECT_EQ(mine.take_old(), all[0]);
  EXPECT_EQ(mine.take(), all[1]);
  EXPECT_EQ(mine.take_old(), all[2]);
  EXPECT_EQ(mine.take_old(), nullptr);
  EXPECT_EQ(mine.take(), nullptr);
  EXPECT_TRUE(mine.put(all[3]));
  EXPECT_EQ(mine.take(), all[3]);
}

TEST(run_next_test, says_whether_there_is_anything_to_take) {
  jobs all;
  data mine{this};
  EXPECT_FALSE(mine.has_any());
  mine.put(all[0]);
  mine.put(all[1]);
  EXPECT_TRUE(mine.has_any());
  EXPECT_EQ(mine.take(), all[0]);
  EXPECT_TRUE(mine.has_any());
  EXPECT_EQ(mine.take_old(), nullptr);
  EXPECT_EQ(mine.take_old(), all[1]);
  EXPECT_FALSE(mine.has_any());
}

TEST(run_next_test, gives_each_once_while_others_take) {
  constexpr size_t count = 200'000;
  std::vector<int> places(count);
  data mine{this};
  std::atomic<bool> is_done = false;
  std::vector<job> stolen;
  std::thread thief{[&] {
    while (!is_done)
      if (auto x = mine.take_old())
        stolen.push_back(x);
  }};
  std::vector<job> taken;
  for (size_t i = 0; i < count;) {
    if (mine.put(reinterpret_cast<job>(&places[i]))) {
      ++i;
      continue;
    }
    if (auto x = mine.take())
      taken.push_back(x);
  }
  while (auto x = mine.take())
    taken.push_back(x);
  is_done = true;
  thief.join();
  for (auto* all : {&taken, &stolen})
    for (auto x : *all)
      ++*reinterpret_cast<int*>(x);
  EXPECT_EQ(taken.size() + stolen.size(), count);
  EXPECT_EQ(std::count(places.begin(), places.end(), 1),
            static_cast<ptrdiff_t>(count));
}

// -- with CAF -----------------------------------------------------------------

using std::shared_ptr;

/// Passes a number on, less one, until it is zero.
caf::behavior pass_on(caf::event_based_actor* self, const caf::actor& next,
                      const shared_ptr<std::promise<void>>& end) {
  return {[=](int left) {
    if (left == 0)
      end->set_value();
    else
      compat::send(self, next ? next : caf::actor{self}, left - 1);
  }};
}

TEST(run_next_test, brings_chains_to_their_ends) {
  for (size_t threads : {1, 2, 4}) {
    actors::configuration config{threads};
    caf::actor_system system{config};
    std::vector<std::future<void>> ends;
    for (int i = 0; i < 20; ++i) {
      auto end = std::make_shared<std::promise<void>>();
      ends.push_back(end->get_future());
      auto a = system.spawn(pass_on, caf::actor{}, end);
      auto b = system.spawn(pass_on, a, end);
      auto c = system.spawn(pass_on, b, end);
      compat::anon_send(c, 5000);
    }
    for (auto& x : ends)
      x.get();
  }
}

TEST(run_next_test, does_not_let_one_wait_behind_one_that_runs_on) {
  actors::configuration config{2};
  caf::actor_system system{config};
  auto woken = std::make_shared<std::promise<void>>();
  auto ended = std::make_shared<std::promise<void>>();
  auto other = system.spawn([=]() -> caf::behavior {
    return {[=](int) {
      woken->set_value();
    }};
  });
  auto selfish = system.spawn([=](caf::event_based_actor* self) {
    return caf::behavior{[=](int) {
      compat::send(self, other, 1);
      // Holds its thread until the other one has run, on another.
      woken->get_future().get();
      ended->set_value();
    }};
  });
  compat::anon_send(selfish, 1);
  ended->get_future().get();
}

TEST(run_next_test, does_not_starve_those_outside_of_a_circle) {
  actors::configuration config{1};
  caf::actor_system system{config};
  auto is_over = std::make_shared<std::atomic<bool>>(false);
  auto turn = [=](caf::event_based_actor* self) -> caf::behavior {
    return {[=](caf::actor& to) {
      if (!*is_over)
        compat::send(self, to, caf::actor{self});
    }};
  };
  auto a = system.spawn(turn);
  auto b = system.spawn(turn);
  compat::anon_send(a, b);
  auto heard = std::make_shared<std::promise<void>>();
  auto outside = system.spawn([=]() -> caf::behavior {
    return {[=](int) {
      heard->set_value();
    }};
  });
  compat::anon_send(outside, 1);
  heard->get_future().get();
  *is_over = true;
}

} // namespace

} // namespace troupe::test
