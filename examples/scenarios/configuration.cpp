#include "examples/scenarios/configuration.hpp"

#include "examples/files.hpp"
#include "examples/need.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>

namespace examples {

namespace {

using troupe::json;

[[noreturn]] void refuse(const std::string& where, const std::string& why) {
  throw troupe::failure({troupe::ec::invalid_argument, where + ": " + why});
}

/// One object of the file, and where in it that is.
class object_reader {
public:
  object_reader(std::string where, const json& from,
                std::initializer_list<std::string_view> fields)
    : where_(std::move(where)), from_(from) {
    if (!from_.is_object())
      refuse(where_, "must be an object");
    for (auto& [name, value] : from_.items())
      if (std::ranges::find(fields, name) == fields.end())
        refuse(where_, fmt::format("unknown field '{}'", name));
  }

  /// Leaves `to` as it is if there is no such field.
  void read(const char* name, std::string& to) const {
    if (auto i = from_.find(name); i != from_.end())
      to = text(name, *i);
  }

  void read(const char* name, std::vector<std::string>& to) const {
    auto i = from_.find(name);
    if (i == from_.end())
      return;
    if (!i->is_array())
      refuse(where_, fmt::format("'{}' must be a list", name));
    for (auto& item : *i)
      to.push_back(text(name, item));
  }

  void read(const char* name, uint32_t& to) const {
    auto i = from_.find(name);
    if (i == from_.end())
      return;
    if (!i->is_number_unsigned() || i->get<uint64_t>() > UINT32_MAX)
      refuse(where_, fmt::format("'{}' must be a count", name));
    to = i->get<uint32_t>();
  }

  void read(const char* name, bool& to) const {
    auto i = from_.find(name);
    if (i == from_.end())
      return;
    if (!i->is_boolean())
      refuse(where_, fmt::format("'{}' must be true or false", name));
    to = i->get<bool>();
  }

  /// The objects in the object `name`, each with its own name.
  template <class F>
  void for_each(const char* name, F f) const {
    auto i = from_.find(name);
    if (i == from_.end())
      return;
    if (!i->is_object())
      refuse(where_, fmt::format("'{}' must be an object", name));
    for (auto& [key, value] : i->items())
      f(key, fmt::format("{}: {}.{}", where_, name, key), value);
  }

private:
  std::string text(const char* name, const json& value) const {
    if (!value.is_string())
      refuse(where_, fmt::format("'{}' must be text", name));
    return value.get<std::string>();
  }

  std::string where_;
  const json& from_;
};

troupe::queue_spec queue_of(std::string name, std::string where,
                            const json& from) {
  troupe::queue_spec spec{.name = std::move(name)};
  object_reader reader{
    std::move(where), from, {"description", "max_concurrent", "auto_start"}};
  reader.read("description", spec.description);
  reader.read("max_concurrent", spec.max_concurrent);
  reader.read("auto_start", spec.auto_start);
  return spec;
}

troupe::agent_spec agent_of(std::string id, std::string where,
                            const json& from) {
  troupe::agent_spec spec{.id = std::move(id)};
  object_reader reader{
    std::move(where), from, {"name", "capabilities", "max_concurrent"}};
  reader.read("name", spec.name);
  reader.read("capabilities", spec.capabilities);
  reader.read("max_concurrent", spec.max_concurrent);
  return spec;
}

} // namespace

configuration load_configuration(const std::filesystem::path& file) {
  auto text = need(troupe::payload::parse(read_file(file)));
  object_reader reader{file.string(), text.value(), {"queues", "agents"}};
  configuration made;
  reader.for_each("queues", [&](auto& name, auto where, auto& value) {
    made.queues.push_back(queue_of(name, std::move(where), value));
  });
  reader.for_each("agents", [&](auto& name, auto where, auto& value) {
    made.agents.push_back(agent_of(name, std::move(where), value));
  });
  return made;
}

void employ(troupe::runtime& runtime,
            const std::vector<troupe::agent_spec>& agents,
            const skills& known) {
  for (auto& spec : agents) {
    troupe::agent_definition agent{spec.id};
    agent.name(spec.name).slots(spec.max_concurrent);
    for (auto& capability : spec.capabilities) {
      auto skill = known.find(capability);
      if (skill == known.end())
        agent.has(capability);
      else
        agent.add(capability, skill->second);
    }
    need(runtime.add_agent(std::move(agent)));
  }
}

} // namespace examples
