#include "messages/compat.hpp"

#include "tests/support/end_of.hpp"
#include "tests/support/recorder.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;
using messages::done;
using messages::explanation;

/// Kept in another form than it has in here.
struct even {
  int half = 0;
};

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, even& x) {
  return compat::through<int>(
    f, [&] { return 2 * x.half; },
    [&](int whole) {
      x.half = whole / 2;
      return whole % 2 == 0;
    });
}

struct labelled {
  std::string label;
  even number;
};

template <class Inspector>
compat::inspect_result<Inspector> inspect(Inspector& f, labelled& x) {
  return compat::object(f, x, "labelled", compat::field{"label", x.label},
                        compat::field{"number", x.number});
}

/// What its handlers should do is told from outside.
using puppet_actor = compat::actor<void(done), explanation(explanation)>;
using puppet_pointer = puppet_actor::pointer;

struct strings {
  std::function<void(puppet_pointer)> pull;
  std::vector<std::string> seen;
};

puppet_actor::behavior_type puppet(puppet_pointer self,
                                   std::shared_ptr<strings> by) {
  compat::die_with_exception_text(self);
  return {
    [self, by](const done& x) {
      by->seen.push_back(x.failure.message);
      if (by->pull)
        std::exchange(by->pull, nullptr)(self);
    },
    [by](explanation& x) {
      by->seen.push_back("asked");
      return std::move(x);
    },
  };
}

class compat_test : public ::testing::Test {
protected:
  static done named(std::string name) {
    return {{core::ec::none, std::move(name)}};
  }

  /// Has the puppet do something with itself.
  void pull(std::function<void(puppet_pointer)> f) {
    strings_->pull = std::move(f);
    system_.send(puppet_, named("pulled"));
    system_.settle();
  }

  using list = std::vector<std::string>;

  deterministic_system system_;
  std::shared_ptr<strings> strings_ = std::make_shared<strings>();
  puppet_actor puppet_ = system_.own(system_.system().spawn(puppet, strings_));
  recorder<messages::queue_actor> other_{system_};
};

} // namespace

// -- inspection ---------------------------------------------------------------

TEST_F(compat_test, saves_and_loads_objects) {
  std::vector<char> bytes;
  caf::binary_serializer save{system_.system(), bytes};
  labelled saved{"ten", {5}};
  EXPECT_TRUE(compat::succeeded(inspect(save, saved)));
  caf::binary_deserializer load{system_.system(), bytes};
  labelled loaded;
  EXPECT_TRUE(compat::succeeded(inspect(load, loaded)));
  EXPECT_EQ(loaded.label, "ten");
  EXPECT_EQ(loaded.number.half, 5);
}

TEST_F(compat_test, refuses_to_load_what_is_not_acceptable) {
  std::vector<char> bytes;
  caf::binary_serializer save{system_.system(), bytes};
  int odd = 7;
  EXPECT_TRUE(compat::succeeded(save(odd)));
  caf::binary_deserializer load{system_.system(), bytes};
  even loaded;
  EXPECT_FALSE(compat::succeeded(inspect(load, loaded)));
}

// -- sending ------------------------------------------------------------------

TEST_F(compat_test, has_urgent_messages_overtake_what_waits) {
  system_.settle();
  auto& self = system_.self();
  compat::send(self, puppet_, named("first"));
  compat::send(self, puppet_, named("second"));
  compat::send_urgent(self, puppet_, named("urgent"));
  system_.settle();
  EXPECT_EQ(strings_->seen, (list{"urgent", "first", "second"}));
}

TEST_F(compat_test, sends_to_itself_later) {
  pull([](puppet_pointer self) {
    compat::send_later(self, 100ms, named("later"));
  });
  system_.advance(90ms);
  EXPECT_EQ(strings_->seen, list{"pulled"});
  system_.advance(10ms);
  EXPECT_EQ(strings_->seen, (list{"pulled", "later"}));
}

TEST_F(compat_test, has_another_actor_answer) {
  other_.answer_with(explanation{{}, "from the other"});
  auto asks = [this](const auto& x) {
    return system_.ask<explanation>(x, messages::explain_waiting{}).text;
  };
  using delegating_actor
    = compat::actor<explanation(messages::explain_waiting)>;
  auto middle = system_.own(system_.system().spawn(
    [to = other_.handle()](
      delegating_actor::pointer self) -> delegating_actor::behavior_type {
      return {
        [self, to](messages::explain_waiting x) {
          return compat::delegate(self, to, x);
        },
      };
    }));
  EXPECT_EQ(asks(middle), "from the other");
}

TEST_F(compat_test, sends_in_the_name_of_another) {
  recorder<compat::actor<void(explanation)>> asker{system_};
  pull([&](puppet_pointer self) {
    compat::send_as(self,
                    caf::actor_cast<caf::strong_actor_ptr>(asker.handle()),
                    other_.handle(), messages::pause_queue{});
    compat::send_as(self,
                    caf::actor_cast<caf::strong_actor_ptr>(asker.handle()),
                    puppet_, explanation{{}, "for the asker"});
  });
  EXPECT_EQ(other_.got<messages::pause_queue>().size(), 1u);
  EXPECT_EQ(asker.take_one<explanation>().text, "for the asker");
}

// -- death --------------------------------------------------------------------

TEST_F(compat_test, describes_what_an_actor_threw) {
  pull([](puppet_pointer) { throw std::logic_error{"boom"}; });
  auto reason = end_of(system_, puppet_);
  ASSERT_TRUE(reason);
  EXPECT_EQ(compat::describe(system_.system(), *reason), "boom");
}

TEST_F(compat_test, describes_other_reasons_as_caf_does) {
  auto reason = caf::make_error(caf::sec::request_timeout);
  auto text = compat::describe(system_.system(), reason);
  EXPECT_NE(text.find("request_timeout"), std::string::npos) << text;
}

TEST_F(compat_test, notices_the_death_of_who_is_monitored) {
  std::vector<caf::actor_addr> dead;
  pull([&](puppet_pointer self) {
    compat::on_down(self,
                    [&](const caf::down_msg& x) { dead.push_back(x.source); });
    compat::monitor(self, other_.handle());
  });
  caf::anon_send_exit(other_.handle(), caf::exit_reason::kill);
  system_.settle();
  EXPECT_EQ(dead, std::vector{other_.handle().address()});
}

} // namespace troupe::test
