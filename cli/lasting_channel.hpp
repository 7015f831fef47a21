#pragma once

#include "control/channel.hpp"

#include <functional>
#include <memory>
#include <mutex>

namespace troupe::cli {

/// A channel that is made when it is needed, and made anew by the next call
/// when the manager could not be reached (`ec::unavailable`).
class lasting_channel : public control::channel {
public:
  using maker
    = std::function<core::result<std::unique_ptr<control::channel>>()>;

  explicit lasting_channel(maker make) : make_(std::move(make)) {
  }

  core::result<core::json> call(std::string_view method,
                                core::json arguments) override;

private:
  core::result<std::shared_ptr<control::channel>> current();
  void forget(const std::shared_ptr<control::channel>& broken);

  maker make_;
  std::mutex mutex_;
  std::shared_ptr<control::channel> current_;
};

} // namespace troupe::cli
