#pragma once

#include "actors/task_context.hpp"

#include <functional>
#include <type_traits>
#include <variant>

namespace troupe::actors {

/// What a handler made, or why it could not.
using handler_result = core::result<core::payload>;

using plain_handler = std::function<handler_result(task_context&)>;
using coroutine_handler
  = std::function<core::async<core::payload>(task_context&)>;

/// May block: runs on a thread of its own.
struct blocking_handler {
  plain_handler run;
};

/// Returns at once (well under a millisecond): runs on the scheduler, and while
/// it does nothing else of its agent does.
struct cooperative_handler {
  plain_handler run;
};

/// What an agent does for one capability.
using handler
  = std::variant<blocking_handler, cooperative_handler, coroutine_handler>;

namespace detail {

/// Lets a handler return JSON, text, numbers, or nothing.
template <class F>
plain_handler to_plain(F f) {
  using returned = std::invoke_result_t<F&, task_context&>;
  if constexpr (std::is_same_v<returned, handler_result>) {
    return plain_handler{std::move(f)};
  } else if constexpr (std::is_void_v<returned>) {
    return [f = std::move(f)](task_context& ctx) mutable -> handler_result {
      f(ctx);
      return core::payload{};
    };
  } else if constexpr (std::is_same_v<returned, core::payload>) {
    return [f = std::move(f)](task_context& ctx) mutable -> handler_result {
      return f(ctx);
    };
  } else {
    return [f = std::move(f)](task_context& ctx) mutable -> handler_result {
      return core::payload(core::json(f(ctx)));
    };
  }
}

} // namespace detail

/// Marks a plain function as one that returns at once.
template <class F>
handler cooperative(F f) {
  return cooperative_handler{detail::to_plain(std::move(f))};
}

/// A function that returns `async<payload>` is a coroutine; any other may block
/// unless it is marked with cooperative().
template <class F>
handler make_handler(F f) {
  if constexpr (std::is_same_v<F, handler>) {
    return f;
  } else {
    using returned = std::invoke_result_t<F&, task_context&>;
    if constexpr (std::is_same_v<returned, core::async<core::payload>>)
      return coroutine_handler{std::move(f)};
    else
      return blocking_handler{detail::to_plain(std::move(f))};
  }
}

} // namespace troupe::actors
