#include "agents/text.hpp"

#include "agents/capabilities.hpp"
#include "agents/files.hpp"
#include "agents/parameters.hpp"

#include <fmt/format.h>
#include <kainjow/mustache.hpp>

#include <algorithm>
#include <charconv>
#include <exception>
#include <optional>

namespace troupe::agents {

namespace {

namespace mustache = kainjow::mustache;

using core::ec;
using core::fail;
using core::json;
using core::payload;
using core::result;

mustache::data to_data(const json& value) {
  switch (value.type()) {
    case json::value_t::object: {
      mustache::data object{mustache::data::type::object};
      for (const auto& [key, x] : value.items())
        object.set(key, to_data(x));
      return object;
    }
    case json::value_t::array: {
      mustache::data list{mustache::data::type::list};
      for (const auto& x : value)
        list.push_back(to_data(x));
      return list;
    }
    case json::value_t::boolean:
      return mustache::data{value.get<bool>()};
    case json::value_t::null:
      return mustache::data{false};
    default:
      return mustache::data{scalar_text(value)};
  }
}

/// Finds values, but no partials: those would be texts of the data taken for
/// templates, which could include themselves without end.
class values : public mustache::context<std::string> {
public:
  using mustache::context<std::string>::context;

  const mustache::data* get_partial(const std::string& name) const override {
    if (!partial_)
      partial_ = name;
    return nullptr;
  }

  const std::optional<std::string>& partial() const noexcept {
    return partial_;
  }

private:
  mutable std::optional<std::string> partial_;
};

/// The library says "... at 17"; people count lines and columns.
std::string with_line(std::string message, const std::string& text) {
  auto i = message.rfind(" at ");
  if (i == std::string::npos)
    return message;
  size_t offset = 0;
  const auto* end = message.data() + message.size();
  auto read = std::from_chars(message.data() + i + 4, end, offset);
  if (read.ec != std::errc{} || read.ptr != end || offset > text.size())
    return message;
  auto before = std::string_view{text}.substr(0, offset);
  auto line = 1 + std::ranges::count(before, '\n');
  // npos + 1 is 0: on the first line the column counts from the beginning.
  auto column = offset - (before.rfind('\n') + 1) + 1;
  return fmt::format("{} at line {}, column {}", message.substr(0, i), line,
                     column);
}

} // namespace

result<std::string> render_mustache(const std::string& text, const json& data,
                                    bool escape) {
  try {
    mustache::mustache compiled{text};
    if (!compiled.is_valid())
      return fail(ec::handler_failed,
                  with_line(compiled.error_message(), text));
    if (!escape)
      compiled.set_custom_escape([](const std::string& x) { return x; });
    auto tree = to_data(data);
    values found{&tree};
    auto made = compiled.render(found);
    if (found.partial())
      return fail(ec::handler_failed,
                  fmt::format("partials are not supported: {{{{>{}}}}}",
                              *found.partial()));
    if (!compiled.is_valid())
      return fail(ec::handler_failed, compiled.error_message());
    return made;
  } catch (const std::exception& e) {
    return fail(ec::handler_failed, e.what());
  }
}

result<payload> fill_template(const json& given) {
  if (auto valid = require_valid(*schema_of("text.template"), given); !valid)
    return fail(valid.error());
  parameters from{given};
  auto text = from.text("template");
  std::string source = "the template";
  if (from.find("template_file") != nullptr) {
    constexpr uint64_t bytes_max = 16 << 20;
    auto path = from.text("template_file");
    auto bytes = read_bytes(path, bytes_max);
    if (!bytes)
      return fail(bytes.error());
    text = std::move(*bytes);
    source = fmt::format("the template '{}'", path);
  }
  static const json nothing = json::object();
  const auto* data = from.find("data");
  auto made = render_mustache(text, data != nullptr ? *data : nothing,
                              from.flag("escape", false));
  if (!made)
    return fail(ec::handler_failed,
                fmt::format("{}: {}", source, made.error().message));
  return json{{"text", std::move(*made)}};
}

} // namespace troupe::agents
