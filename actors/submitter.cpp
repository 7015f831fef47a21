#include "actors/submitter.hpp"

#include "actors/submitter_line.hpp"
#include "core/validate.hpp"

namespace troupe::actors {

submitter::submitter(std::unique_ptr<line> to) : line_(std::move(to)) {
}

submitter::submitter(submitter&&) noexcept = default;
submitter& submitter::operator=(submitter&&) noexcept = default;

submitter::~submitter() {
  if (line_)
    static_cast<void>(line_->wait_for(0));
}

core::result<core::task_id> submitter::submit(core::task_spec spec) {
  if (auto ok = core::check(spec); !ok)
    return core::fail(std::move(ok).error());
  if (auto ok = line_->check_size(spec); !ok)
    return core::fail(std::move(ok).error());
  if (spec.id.is_nil())
    spec.id = line_->new_id();
  auto id = spec.id;
  // Half a window at a time: one wait for many submissions.
  if (line_->is_full())
    if (auto ok = line_->wait_for(window / 2); !ok)
      return core::fail(std::move(ok).error());
  line_->send(std::make_shared<const core::task_spec>(std::move(spec)));
  return id;
}

void submitter::on_refused(
  std::function<void(const core::task_id&, const core::error&)> f) {
  line_->on_refused = std::move(f);
}

void submitter::on_repeated(
  std::function<void(const core::task_id&, const core::task_id&)> f) {
  line_->on_repeated = std::move(f);
}

core::result<uint64_t> submitter::flush() {
  if (auto ok = line_->wait_for(0); !ok)
    return core::fail(std::move(ok).error());
  return line_->refused();
}

} // namespace troupe::actors
