#pragma once

#include "core/task.hpp"

#include <functional>
#include <memory>

namespace troupe::actors {

/// A client's line to the manager for many submissions in a row. Each call
/// sends one message and returns; up to `window` submissions are under way at
/// once, beyond that submit() blocks. For one thread.
class submitter {
public:
  class line;

  static constexpr size_t window = 1000;

  explicit submitter(std::unique_ptr<line> to);
  submitter(submitter&&) noexcept;
  submitter& operator=(submitter&&) noexcept;

  /// flush()es.
  ~submitter();

  /// Sends it on its way and returns its id. `ec::invalid_argument` at once if
  /// a field is wrong; what the manager refuses goes to on_refused().
  core::result<core::task_id> submit(core::task_spec spec);

  /// Called, from submit() or flush(), for each submission refused. Without it
  /// refusals are only counted.
  void
  on_refused(std::function<void(const core::task_id&, const core::error&)> f);

  /// Called likewise for each task that was there already, by its keys
  /// (task_spec::keys): with the id that submit() has returned, which is that
  /// of nothing, and that of the task. So what depends on a task with keys is
  /// to be submitted when this has said which one it is.
  void on_repeated(std::function<void(const core::task_id& submitted,
                                      const core::task_id& existing)>
                     f);

  /// Returns when everything submitted has been accepted or refused; the number
  /// of refused ones since the start. `ec::unavailable` if the runtime stopped.
  core::result<uint64_t> flush();

private:
  std::unique_ptr<line> line_;
};

} // namespace troupe::actors
