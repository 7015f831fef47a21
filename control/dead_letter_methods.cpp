#include "control/dead_letter_fields.hpp"
#include "control/methods.hpp"

#include <array>

namespace troupe::control {

namespace {

constexpr uint64_t dead_letters_max = 1000;

core::result<core::json> list_dead_letters(request& x) {
  auto query = read_dead_letter_query(x.arguments);
  query.limit = static_cast<uint32_t>(
    x.arguments.count("limit", 1, dead_letters_max).value_or(query.limit));
  query.after = x.arguments.id("after").value_or(core::task_id{});
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  auto page = x.around.troupe.dead_letters(std::move(query));
  if (!page)
    return core::fail(std::move(page.error()));
  return page_of(*page);
}

core::result<core::json> drop_dead_letters(request& x) {
  auto which = read_dead_letter_choice(x.arguments);
  if (auto good = x.arguments.finish(); !good)
    return core::fail(std::move(good.error()));
  auto& troupe = x.around.troupe;
  if (!which.task.is_nil()) {
    auto dropped = troupe.drop_dead_letter(which.task, x.by);
    if (!dropped)
      return core::fail(std::move(dropped.error()));
    return core::json{{"dropped", 1}};
  }
  auto dropped = troupe.drop_dead_letters(std::move(which.query), x.by);
  if (!dropped)
    return core::fail(std::move(dropped.error()));
  return core::json{{"dropped", *dropped}};
}

constexpr std::array<method, 2> dead_letter_table{{
  {"dead_letters.list", list_dead_letters},
  {"dead_letters.drop", drop_dead_letters},
}};

} // namespace

std::span<const method> dead_letter_methods() {
  return dead_letter_table;
}

} // namespace troupe::control
