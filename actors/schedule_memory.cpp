#include "actors/schedule_memory.hpp"

#include "core/async.hpp"
#include "core/schedule_document.hpp"

#include <fmt/format.h>

#include <vector>

namespace troupe::actors {

namespace {

[[noreturn]] void refuse(const std::string& name, core::error why) {
  why.message = fmt::format("cannot go on with schedule '{}' of the journal: "
                            "{}",
                            name, why.message);
  throw core::failure{std::move(why)};
}

} // namespace

std::shared_ptr<schedule_memory>
recall_schedules(const std::map<std::string, core::payload>& documents,
                 std::shared_ptr<const core::time_zones> zones,
                 uint64_t new_seed) {
  std::vector<core::kept_schedule> all;
  all.reserve(documents.size());
  for (auto& [name, document] : documents) {
    auto kept = core::read_schedule_document(document);
    if (!kept)
      refuse(name, {core::ec::journal_corrupt, kept.error().message});
    all.push_back(*std::move(kept));
  }
  // All have the same.
  auto seed = all.empty() ? new_seed : all.front().seed;
  auto memory = std::make_shared<schedule_memory>(std::move(zones), seed);
  for (auto& x : all) {
    auto name = x.spec.name;
    schedule_memory::entry entry{{}, x.state.skipped, x.state.missed};
    auto restored = memory->book.restore(std::move(x.spec), std::move(x.state));
    if (!restored)
      refuse(name, std::move(restored).error());
    memory->entries.emplace(std::move(name), entry);
  }
  return memory;
}

} // namespace troupe::actors
