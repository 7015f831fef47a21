#include "control/answer.hpp"

#include "control/records.hpp"
#include "core/task_json.hpp"

namespace troupe::control {

namespace {

std::string as_text(const core::json& x) {
  return x.dump(-1, ' ', false, core::json::error_handler_t::replace);
}

core::result<core::json> carry_out(channel& to, std::string_view method,
                                   std::string_view arguments) {
  auto parsed = core::payload::parse(arguments);
  if (!parsed)
    return core::fail(std::move(parsed.error()));
  return to.call(method, parsed->value());
}

tl::unexpected<core::error> no_answer() {
  return core::fail(core::ec::unavailable,
                    "what came back is no answer of a manager");
}

} // namespace

std::string answer(channel& to, std::string_view method,
                   std::string_view arguments) {
  auto result = carry_out(to, method, arguments);
  return as_text(result ? core::json{{"result", std::move(*result)}}
                        : core::json{{"error", core::to_json(result.error())}});
}

core::result<core::json> read_answer(std::string_view text) {
  auto parsed = core::json::parse(text, nullptr, false);
  if (!parsed.is_object())
    return no_answer();
  if (auto error = parsed.find("error"); error != parsed.end()) {
    auto why = read_error(*error);
    return why ? core::fail(std::move(*why)) : no_answer();
  }
  auto result = parsed.find("result");
  if (result == parsed.end())
    return no_answer();
  return std::move(*result);
}

} // namespace troupe::control
