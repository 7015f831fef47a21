#pragma once

// Long because all that differs has to be in one place.

/// \file
/// The one file that knows which CAF this is: 0.17.6 (Debian, Ubuntu) or 1.x.
/// Everything else is written against the names in here. What differs:
/// inspection, typed signatures, actor state, sending, configuration, and the
/// deprecation of handlers for down and exit messages.

#include <caf/all.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#ifndef CAF_VERSION_MAJOR
#if CAF_LOG_LEVEL == CAF_LOG_LEVEL_QUIET
// Debian's CAF logs nothing, but its workers tell a logger, under a lock and in
// a map, which actor they run. Ours (schedule_by) do not: it is a tenth of what
// a small message costs.
#pragma push_macro("CAF_SET_LOGGER_SYS")
#pragma push_macro("CAF_PUSH_AID_FROM_PTR")
#undef CAF_SET_LOGGER_SYS
#undef CAF_PUSH_AID_FROM_PTR
#define CAF_SET_LOGGER_SYS(system) static_cast<void>(0)
#define CAF_PUSH_AID_FROM_PTR(actor) static_cast<void>(0)
#include <caf/scheduler/coordinator.hpp>
#pragma pop_macro("CAF_SET_LOGGER_SYS")
#pragma pop_macro("CAF_PUSH_AID_FROM_PTR")
#else
#include <caf/scheduler/coordinator.hpp>
#endif
#endif

#include <bit>
#include <chrono>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

// CAF_VERSION cannot be compared: 1.1.0 defines it as the octal literal 0100.
#ifdef CAF_VERSION_MAJOR
#define TROUPE_CAF_MODERN 1
#else
#define TROUPE_CAF_MODERN 0
#endif

/// Lets a type that never leaves the process travel in messages.
#define TROUPE_LOCAL_MESSAGE(type) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(type)

/// CAF 0.17 makes five classes of each message, in every source that sends it,
/// which takes a quarter of the time for such a source. So one has those of a
/// message that many send (`HERE`), and the others know it (`ELSEWHERE`).
#if TROUPE_CAF_MODERN
#define TROUPE_MESSAGE_ELSEWHERE(type)
#define TROUPE_MESSAGE_HERE(type)
#else
#define TROUPE_MESSAGE_CODE(type, ...)                                         \
  __VA_ARGS__ class caf::detail::tuple_vals_impl<caf::detail::message_data,    \
                                                 type>;                        \
  __VA_ARGS__ class caf::detail::tuple_vals<type>;                             \
  __VA_ARGS__ class caf::detail::tuple_vals_impl<caf::type_erased_tuple,       \
                                                 type>;                        \
  __VA_ARGS__ class caf::detail::type_erased_value_impl<type>;                 \
  __VA_ARGS__ caf::message                                                     \
  caf::mailbox_element_vals<type>::move_content_to_message();                  \
  __VA_ARGS__ caf::message                                                     \
  caf::mailbox_element_vals<type>::copy_content_to_message() const;
#define TROUPE_MESSAGE_ELSEWHERE(type)                                         \
  TROUPE_MESSAGE_CODE(type, extern template)
#define TROUPE_MESSAGE_HERE(type) TROUPE_MESSAGE_CODE(type, template)
#endif

namespace troupe::compat {

inline constexpr bool is_modern = TROUPE_CAF_MODERN == 1;

// -- inspection ---------------------------------------------------------------

template <class T>
struct field {
  const char* name;
  T& ref;
};

template <class T>
field(const char*, T&) -> field<T>;

#if TROUPE_CAF_MODERN
template <class Inspector>
using inspect_result = bool;

template <class Inspector>
inline constexpr bool is_loading = Inspector::is_loading;
#else
template <class Inspector>
using inspect_result = typename Inspector::result_type;

template <class Inspector>
inline constexpr bool is_loading = Inspector::writes_state;
#endif

/// Inspects an object through a stand-in `U`: `get()` makes one when saving,
/// `set(U&&)` takes one when loading and says whether it is acceptable.
template <class U, class Inspector, class Get, class Set>
inspect_result<Inspector> through(Inspector& f, Get get, Set set) {
#if TROUPE_CAF_MODERN
  if constexpr (Inspector::is_loading) {
    U value{};
    return f.apply(value) && set(std::move(value));
  } else {
    U value = get();
    return f.apply(value);
  }
#else
  if constexpr (Inspector::writes_state) {
    U value{};
    if (auto err = f(value))
      return err;
    if (!set(std::move(value)))
      return caf::sec::invalid_argument;
    return caf::none;
  } else {
    U value = get();
    return f(value);
  }
#endif
}

/// A field that is an enum: travels as its number, and one that is above
/// `last_value(Enum)` (found beside the enum) is refused.
template <class Enum>
struct enum_field {
  Enum* ref;
};

template <class Inspector, class Enum>
inspect_result<Inspector> inspect(Inspector& f, enum_field<Enum>& x) {
  using number = std::underlying_type_t<Enum>;
  return through<number>(
    f, [&] { return static_cast<number>(*x.ref); },
    [&](number value) {
      *x.ref = static_cast<Enum>(value);
      return value <= static_cast<number>(last_value(Enum{}));
    });
}

/// Floating point travels as its bits, which CAF 0.17.6 would not get right.
template <class Float>
struct float_field {
  Float* ref;
};

template <class Inspector, class Float>
inspect_result<Inspector> inspect(Inspector& f, float_field<Float>& x) {
  using bits = std::conditional_t<sizeof(Float) == 8, uint64_t, uint32_t>;
  return through<bits>(
    f, [&] { return std::bit_cast<bits>(*x.ref); },
    [&](bits value) {
      *x.ref = std::bit_cast<Float>(value);
      return true;
    });
}

/// What may be absent travels as a list of at most one.
template <class T>
struct optional_field {
  std::optional<T>* ref;
};

template <class Inspector, class T>
inspect_result<Inspector> inspect(Inspector& f, optional_field<T>& x) {
  return through<std::vector<T>>(
    f,
    [&] {
      std::vector<T> all;
      if (*x.ref)
        all.push_back(**x.ref);
      return all;
    },
    [&](std::vector<T>&& all) {
      x.ref->reset();
      if (!all.empty())
        *x.ref = std::move(all.front());
      return all.size() <= 1;
    });
}

/// The field itself, or what travels in its place.
template <class T>
std::reference_wrapper<T> as_travelling(T& x) {
  return std::ref(x);
}

template <class T>

requires std::is_enum_v<T> enum_field<T> as_travelling(T& x) {
  return {&x};
}

template <class T>

requires std::is_floating_point_v<T> float_field<T> as_travelling(T& x) {
  return {&x};
}

template <class T>
optional_field<T> as_travelling(std::optional<T>& x) {
  return {&x};
}

template <class T>
T& unwrap(std::reference_wrapper<T>& x) noexcept {
  return x.get();
}

template <class T>
T& unwrap(T& x) noexcept {
  return x;
}

/// Inspects `x` as an object with these fields.
template <class Inspector, class T, class... Ts>
inspect_result<Inspector> object(Inspector& f, [[maybe_unused]] T& x,
                                 const char* name, field<Ts>... fields) {
  auto all = std::tuple{as_travelling(fields.ref)...};
  auto inspect_all = [&](auto&... parts) {
#if TROUPE_CAF_MODERN
    return f.object(x).pretty_name(name).fields(
      f.field(fields.name, unwrap(parts))...);
#else
    return f(caf::meta::type_name(name), unwrap(parts)...);
#endif
  };
  return std::apply(inspect_all, all);
}

/// Whether an inspection went well.
template <class Result>
bool succeeded(const Result& x) {
  if constexpr (std::is_same_v<Result, bool>)
    return x;
  else
    return !x;
}

/// `x` as bytes for another process.
template <class T>
std::string encode([[maybe_unused]] caf::actor_system& system, T& x) {
#if TROUPE_CAF_MODERN
  caf::byte_buffer bytes;
  caf::binary_serializer sink{bytes};
  auto is_done = sink.apply(x);
#else
  std::vector<char> bytes;
  caf::binary_serializer sink{system, bytes};
  auto is_done = !sink(x);
#endif
  if (!is_done)
    throw std::logic_error{"a message could not be encoded"};
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Reads what encode() wrote; false if it is something else, or more.
template <class T>
bool decode([[maybe_unused]] caf::actor_system& system,
            const std::string& bytes, T& to) {
#if TROUPE_CAF_MODERN
  caf::binary_deserializer source{bytes.data(), bytes.size()};
  return source.apply(to) && source.remaining() == 0;
#else
  caf::binary_deserializer source{system, bytes.data(), bytes.size()};
  return !source(to) && source.remaining() == 0;
#endif
}

// -- typed interfaces ---------------------------------------------------------

template <class Signature>
struct signature;

template <class R, class... Ts>
struct signature<R(Ts...)> {
#if TROUPE_CAF_MODERN
  using type = caf::result<R>(Ts...);
#else
  template <class Out>
  struct replying {
    using type = typename caf::replies_to<Ts...>::template with<Out>;
  };

  struct silent {
    using type = caf::reacts_to<Ts...>;
  };

  using type =
    typename std::conditional_t<std::is_void_v<R>, silent, replying<R>>::type;
#endif
};

/// `actor<reply(request), void(command), ...>`.
template <class... Signatures>
using actor = caf::typed_actor<typename signature<Signatures>::type...>;

/// A handle's interface and more, e.g. an actor's private messages.
template <class Handle, class... Signatures>
using extend =
  typename Handle::template extend<typename signature<Signatures>::type...>;

template <class Self>
auto& state_of(Self* self) {
#if TROUPE_CAF_MODERN
  return self->state();
#else
  return self->state;
#endif
}

// -- sending ------------------------------------------------------------------

template <class Self, class Handle, class... Ts>
void send(Self&& self, const Handle& to, Ts&&... xs) {
#if TROUPE_CAF_MODERN
  self->mail(std::forward<Ts>(xs)...).send(to);
#else
  self->send(to, std::forward<Ts>(xs)...);
#endif
}

/// Overtakes what is waiting in the receiver's mailbox.
template <class Self, class Handle, class... Ts>
void send_urgent(Self&& self, const Handle& to, Ts&&... xs) {
#if TROUPE_CAF_MODERN
  self->mail(std::forward<Ts>(xs)...).urgent().send(to);
#else
  self->template send<caf::message_priority::high>(to, std::forward<Ts>(xs)...);
#endif
}

/// To itself, later; cannot be taken back.
template <class Self, class... Ts>
void send_later(Self* self, std::chrono::nanoseconds delay, Ts&&... xs) {
#if TROUPE_CAF_MODERN
  self->mail(std::forward<Ts>(xs)...).delay(delay).send(self);
#else
  self->delayed_send(self, delay, std::forward<Ts>(xs)...);
#endif
}

template <class Handle, class... Ts>
void anon_send(const Handle& to, Ts&&... xs) {
#if TROUPE_CAF_MODERN
  caf::anon_mail(std::forward<Ts>(xs)...).send(to);
#else
  caf::anon_send(to, std::forward<Ts>(xs)...);
#endif
}

/// `timeout` is a duration or caf::infinite.
template <class Self, class Handle, class Timeout, class... Ts>
auto request(Self&& self, const Handle& to, Timeout timeout, Ts&&... xs) {
#if TROUPE_CAF_MODERN
  return self->mail(std::forward<Ts>(xs)...).request(to, timeout);
#else
  return self->request(to, timeout, std::forward<Ts>(xs)...);
#endif
}

/// A request that overtakes what is waiting in the receiver's mailbox.
template <class Self, class Handle, class Timeout, class... Ts>
auto request_urgent(Self&& self, const Handle& to, Timeout timeout,
                    Ts&&... xs) {
#if TROUPE_CAF_MODERN
  return self->mail(std::forward<Ts>(xs)...).urgent().request(to, timeout);
#else
  return self->template request<caf::message_priority::high>(
    to, timeout, std::forward<Ts>(xs)...);
#endif
}

/// Has `to` answer the request at hand.
template <class Self, class Handle, class... Ts>
auto delegate(Self* self, const Handle& to, Ts&&... xs) {
#if TROUPE_CAF_MODERN
  return self->mail(std::forward<Ts>(xs)...).delegate(to);
#else
  return self->delegate(to, std::forward<Ts>(xs)...);
#endif
}

/// Passes a message on in the name of `sender`, who gets what comes of it. Not
/// checked: the receiver has to take it.
template <class Self, class Handle, class Message>
void send_as(Self* self, const caf::strong_actor_ptr& sender, const Handle& to,
             Message x) {
  auto* receiver = caf::actor_cast<caf::abstract_actor*>(to);
#if TROUPE_CAF_MODERN
  receiver->enqueue(caf::make_mailbox_element(sender, caf::make_message_id(),
                                              std::move(x)),
                    self->context());
#else
  receiver->enqueue(sender, caf::make_message_id(),
                    caf::make_message(std::move(x)), self->context());
#endif
}

/// Whoever sent the message at hand, by the part of its interface that is
/// wanted. Not checked: the protocol says who may send what.
template <class Handle, class Self>
Handle sender_as(Self* self) {
  return caf::actor_cast<Handle>(self->current_sender());
}

// -- life and death -----------------------------------------------------------

template <class Self, class Handle>
void monitor(Self&& self, const Handle& who) {
  CAF_PUSH_DEPRECATED_WARNING
  self->monitor(who);
  CAF_POP_WARNINGS
}

template <class Self, class F>
void on_down(Self* self, F f) {
  CAF_PUSH_DEPRECATED_WARNING
  self->set_down_handler(std::move(f));
  CAF_POP_WARNINGS
}

/// Hears of requests to end, but for `kill`, instead of ending.
template <class Self, class F>
void on_exit(Self* self, F f) {
  CAF_PUSH_DEPRECATED_WARNING
  self->set_exit_handler(std::move(f));
  CAF_POP_WARNINGS
}

/// Messages that no handler takes are dropped instead of printed.
template <class Self>
void drop_unexpected(Self* self) {
  CAF_PUSH_DEPRECATED_WARNING
  self->set_default_handler(caf::drop);
  CAF_POP_WARNINGS
}

/// An exception's text becomes the reason the actor dies of; by default CAF
/// prints it and forgets it.
template <class Self>
void die_with_exception_text(Self* self) {
  self->set_exception_handler([](caf::scheduled_actor*,
                                 std::exception_ptr& ptr) -> caf::error {
    try {
      std::rethrow_exception(ptr);
    } catch (const std::exception& what) {
      return caf::make_error(caf::sec::runtime_error, std::string{what.what()});
    } catch (...) {
      return caf::make_error(caf::sec::runtime_error,
                             std::string{"unknown exception"});
    }
  });
}

/// The text given to die_with_exception_text, or CAF's rendering.
inline std::string describe([[maybe_unused]] caf::actor_system& system,
                            const caf::error& what) {
  if (what == caf::sec::runtime_error) {
    const auto& context = what.context();
    if (context.size() == 1 && context.template match_elements<std::string>())
      return context.template get_as<std::string>(0);
  }
#if TROUPE_CAF_MODERN
  return to_string(what);
#else
  return system.render(what);
#endif
}

// -- configuration ------------------------------------------------------------

/// Sets a CAF option by its 0.17 name.
template <class T>
void set(caf::actor_system_config& config, const std::string& key, T value) {
#if TROUPE_CAF_MODERN
  config.set("caf." + key, std::move(value));
#else
  if constexpr (std::is_convertible_v<T, std::string>)
    config.set(key, caf::atom_from_string(std::string{value}));
  else
    config.set(key, std::move(value));
#endif
}

/// Makes the scheduler one with this policy, where CAF lets others write them.
template <class Policy>
void schedule_by(caf::actor_system_config& config) {
#if TROUPE_CAF_MODERN
  set(config, "scheduler.policy", "sharing");
#else
  config.load<caf::scheduler::coordinator<Policy>>();
#endif
}

/// Loads CAF's network, `Middleman`, whose header only those need who use it.
template <class Middleman>
void load_network(caf::actor_system_config& config) {
#if TROUPE_CAF_MODERN
  Middleman::init_global_meta_objects();
#endif
  config.load<Middleman>();
}

/// Must run before the actor_system is made. Call core_types() before it.
template <class IdBlock>
void register_types([[maybe_unused]] caf::actor_system_config& config) {
#if TROUPE_CAF_MODERN
  caf::init_global_meta_objects<IdBlock>();
#else
  config.add_message_types<IdBlock>();
#endif
}

inline void register_core_types() {
#if TROUPE_CAF_MODERN
  caf::core::init_global_meta_objects();
#endif
}

} // namespace troupe::compat
