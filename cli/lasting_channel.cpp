#include "cli/lasting_channel.hpp"

namespace troupe::cli {

core::result<core::json> lasting_channel::call(std::string_view method,
                                               core::json arguments) {
  auto through = current();
  if (!through)
    return core::fail(std::move(through.error()));
  auto answer = (*through)->call(method, std::move(arguments));
  if (!answer && answer.error().code == core::ec::unavailable)
    forget(*through);
  return answer;
}

core::result<std::shared_ptr<control::channel>> lasting_channel::current() {
  std::lock_guard lock{mutex_};
  if (!current_) {
    auto made = make_();
    if (!made)
      return core::fail(std::move(made.error()));
    current_ = std::move(*made);
  }
  return current_;
}

void lasting_channel::forget(const std::shared_ptr<control::channel>& broken) {
  std::lock_guard lock{mutex_};
  if (current_ == broken)
    current_ = nullptr;
}

} // namespace troupe::cli
