#include "control/remote_channel.hpp"

#include "actors/runtime.hpp"
#include "control/desk.hpp"
#include "control/service.hpp"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <vector>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;

/// A manager that listens, and what is needed to get to it.
class remote_channel_test : public ::testing::Test {
protected:
  explicit remote_channel_test() {
    actors::runtime_options options;
    options.listen.emplace();
    options.listen->secret = secret("what the fleet knows");
    options.listen->open_desk = [this](caf::actor_system& system,
                                       const std::string& client) {
      return control::open_desk(system, desk_, client);
    };
    troupe_ = std::make_unique<actors::runtime>(std::move(options));
    desk_.set(std::make_shared<control::service>(*troupe_));
  }

  static link::secret secret(const char* text) {
    return *link::secret::from_text(text);
  }

  core::result<std::unique_ptr<control::channel>>
  connect(const char* knows = "what the fleet knows") {
    control::remote_options options;
    options.link.host = "127.0.0.1";
    options.link.port = troupe_->port();
    options.link.node_name = "ann";
    options.secret = secret(knows);
    return control::connect_remote(std::move(options));
  }

  control::channel_reference desk_;
  std::unique_ptr<actors::runtime> troupe_;
};

} // namespace

TEST_F(remote_channel_test, carries_calls_and_their_errors) {
  auto there = connect();
  ASSERT_TRUE(there) << there.error().message;
  auto about = (*there)->call("control.describe", core::json::object());
  ASSERT_TRUE(about) << about.error().message;
  EXPECT_GT(about->at("methods").size(), 30u);
  auto wrong = (*there)->call("dance", core::json::object());
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message, "there is no method 'dance'");
}

TEST_F(remote_channel_test, speaks_in_the_name_of_the_client) {
  auto there = connect();
  ASSERT_TRUE(there) << there.error().message;
  core::json task{{"name", "x"}, {"capabilities", {"none"}}};
  core::json arguments{{"task", task}, {"by", "somebody else"}};
  auto sent = (*there)->call("tasks.submit", arguments);
  ASSERT_TRUE(sent) << sent.error().message;
  auto all = troupe_->list();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->tasks.size(), 1u);
  EXPECT_EQ(all->tasks[0].spec->owner, "ann");
}

TEST_F(remote_channel_test, makes_several_calls_at_once) {
  auto there = connect();
  ASSERT_TRUE(there) << there.error().message;
  std::vector<std::future<bool>> calls;
  for (auto i = 0; i < 8; ++i)
    calls.push_back(std::async(std::launch::async, [&] {
      return (*there)->call("stats.get", core::json::object()).has_value();
    }));
  for (auto& x : calls)
    EXPECT_TRUE(x.get());
}

TEST_F(remote_channel_test, is_refused_without_the_secret) {
  auto there = connect("what others know");
  ASSERT_FALSE(there);
  EXPECT_EQ(there.error().message,
            "the manager does not know the secret; give both the same file");
}

TEST_F(remote_channel_test, says_so_while_nobody_answers_yet) {
  desk_.set(nullptr);
  auto there = connect();
  ASSERT_TRUE(there) << there.error().message;
  auto answer = (*there)->call("stats.get", core::json::object());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "the manager is starting");
}

TEST_F(remote_channel_test, notices_when_the_manager_has_gone) {
  auto there = connect();
  ASSERT_TRUE(there) << there.error().message;
  desk_.set(nullptr);
  troupe_.reset();
  auto answer = (*there)->call("stats.get", core::json::object());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, core::ec::unavailable);
}

} // namespace troupe::test
