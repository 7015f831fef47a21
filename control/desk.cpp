#include "control/desk.hpp"

#include "control/answer.hpp"

#include <atomic>
#include <utility>

namespace troupe::control {

namespace {

constexpr uint32_t calls_max = 64;

/// Makes calls in somebody's name.
class named_channel : public channel {
public:
  named_channel(channel& to, const std::string& name) : to_(to), name_(name) {
  }

  core::result<core::json> call(std::string_view method,
                                core::json arguments) override {
    if (arguments.is_object())
      arguments["by"] = name_;
    return to_.call(method, std::move(arguments));
  }

private:
  channel& to_;
  const std::string& name_;
};

/// Refuses all calls for one reason.
class refusal : public channel {
public:
  explicit refusal(core::error why) : why_(std::move(why)) {
  }

  core::result<core::json> call(std::string_view, core::json) override {
    return core::fail(why_);
  }

private:
  core::error why_;
};

messages::control_reply refuse(core::ec code, std::string why) {
  refusal all{{code, std::move(why)}};
  return {answer(all, "", "{}")};
}

/// Counts itself for as long as it lives.
class call_slot {
public:
  explicit call_slot(std::shared_ptr<std::atomic<uint32_t>> count)
    : count_(std::move(count)) {
    ++*count_;
  }

  call_slot(const call_slot&) = delete;
  call_slot& operator=(const call_slot&) = delete;

  ~call_slot() {
    --*count_;
  }

private:
  std::shared_ptr<std::atomic<uint32_t>> count_;
};

/// For one call.
messages::control_actor::behavior_type
clerk(messages::control_actor::pointer self, const std::shared_ptr<channel>& to,
      const std::string& client, const std::shared_ptr<call_slot>& slot) {
  return {
    [=](const messages::control_call& x) {
      static_cast<void>(slot);
      self->quit();
      named_channel named{*to, client};
      return messages::control_reply{answer(named, x.method, x.arguments)};
    },
  };
}

} // namespace

messages::control_actor::behavior_type
desk(messages::control_actor::pointer self, const channel_reference& to,
     const std::string& client) {
  auto count = std::make_shared<std::atomic<uint32_t>>(0);
  return {
    [=](messages::control_call& x) -> caf::result<messages::control_reply> {
      auto current = to.get();
      if (!current)
        return refuse(core::ec::unavailable, "the manager is starting");
      if (*count >= calls_max)
        return refuse(core::ec::rate_limited,
                      "too many calls of this client wait for their answers");
      auto made = self->spawn<caf::detached>(
        clerk, current, client, std::make_shared<call_slot>(count));
      return compat::delegate(self, made, std::move(x));
    },
  };
}

messages::control_actor open_desk(caf::actor_system& system,
                                  const channel_reference& to,
                                  const std::string& client) {
  return system.spawn(desk, to, client);
}

} // namespace troupe::control
