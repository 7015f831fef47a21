#pragma once

#include "actors/handler.hpp"
#include "core/agent_spec.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace troupe::actors {

/// An agent as an application writes it down: what it declares, and a handler
/// per capability. A value; runtime::add_agent makes an actor of it.
///
///     agent_definition{"greeter"}.slots(2).on("greet", [](task_context& ctx) {
///       return json{{"text", "hello " + ctx.parameters()["name"].get<...>()}};
///     })
class agent_definition {
public:
  explicit agent_definition(std::string id) {
    spec_.id = std::move(id);
  }

  /// A name for people; the id if not set.
  agent_definition& name(std::string x) {
    spec_.name = std::move(x);
    return *this;
  }

  /// How many attempts run at once; default 3.
  agent_definition& slots(uint32_t x) {
    spec_.max_concurrent = x;
    return *this;
  }

  /// Declares that its attempts share so much of something; see
  /// core::resource_amount.
  agent_definition& resource(std::string name, double amount) {
    spec_.resources.push_back({std::move(name), amount});
    return *this;
  }

  /// What a blocking handler has to return once its stop token has fired, for a
  /// cancellation or a time limit. After that its thread is left to it, and
  /// the slot goes on with another. Default 10 s; zero = wait for it.
  agent_definition& stop_grace(core::duration x) {
    stop_grace_ = x;
    return *this;
  }

  /// How many threads may be left to handlers like that at once; with more, the
  /// agent is offline until enough of them have come back. Default 4.
  agent_definition& abandoned_max(uint32_t x) {
    abandoned_max_ = x;
    return *this;
  }

  agent_definition& label(std::string key, std::string value) {
    spec_.labels.insert_or_assign(std::move(key), std::move(value));
    return *this;
  }

  /// Does `capability` with `f`: see make_handler() for what it may return.
  template <class F>
  agent_definition& on(std::string capability, F f) {
    return add(std::move(capability), make_handler(std::move(f)));
  }

  /// Does `capability` with a member function of an object that the definition
  /// keeps alive.
  template <class T, class R>
  agent_definition& on(std::string capability, std::shared_ptr<T> object,
                       R (T::*member)(task_context&)) {
    return on(std::move(capability),
              [object = std::move(object), member](task_context& ctx) -> R {
                return ((*object).*member)(ctx);
              });
  }

  /// A capability without a handler of its own: something the agent has (a
  /// licence, a device), for tasks that require several.
  agent_definition& has(std::string capability);

  agent_definition& add(std::string capability, handler f);

  const core::agent_spec& spec() const noexcept {
    return spec_;
  }

  core::duration stop_grace() const noexcept {
    return stop_grace_;
  }

  uint32_t abandoned_max() const noexcept {
    return abandoned_max_;
  }

  const std::map<std::string, handler, std::less<>>& handlers() const noexcept {
    return handlers_;
  }

private:
  core::agent_spec spec_;
  core::duration stop_grace_ = std::chrono::seconds{10};
  uint32_t abandoned_max_ = 4;
  std::map<std::string, handler, std::less<>> handlers_;
};

/// An agent as a class: derive, and bind members in define().
class agent_class : public std::enable_shared_from_this<agent_class> {
public:
  virtual ~agent_class() = default;

  /// Called once, when the agent is added. Use shared_from_this() (or
  /// `self<Derived>()`) to bind members.
  virtual agent_definition define() = 0;

protected:
  template <class Derived>
  std::shared_ptr<Derived> self() {
    return std::static_pointer_cast<Derived>(shared_from_this());
  }
};

} // namespace troupe::actors
