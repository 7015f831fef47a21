#include "control/service.hpp"

#include "control/methods.hpp"
#include "core/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::control {

struct service::impl {
  surroundings around;
};

service::service(actors::runtime& troupe, fleet* nodes, service_options options)
  : impl_(new impl{
    {troupe, nodes, std::move(options), core::to_string(troupe.new_id())}}) {
}

service::~service() = default;

core::result<core::json> service::call(std::string_view name,
                                       core::json arguments) {
  auto all = all_methods();
  auto found = std::ranges::find(all, name, &method::name);
  if (found == all.end()) {
    std::vector<std::string_view> names;
    for (auto& x : all)
      names.push_back(x.name);
    return core::fail(core::ec::invalid_argument,
                      fmt::format("there is no method '{}'{}",
                                  name.substr(0, 100),
                                  core::did_you_mean(name, names)));
  }
  object_reader reader{std::move(arguments)};
  request x{impl_->around, reader, {}};
  x.by = reader.text("by").value_or("");
  return found->run(x);
}

} // namespace troupe::control
