#include "examples/files.hpp"
#include "examples/scenarios/checksum.hpp"
#include "examples/scenarios/skills.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace examples {

namespace {

using troupe::json;
using troupe::task_context;

void write_file(const std::filesystem::path& path, std::string_view text,
                std::ios::openmode mode = std::ios::trunc) {
  std::ofstream out{path, std::ios::binary | mode};
  out << text << std::flush;
  if (!out)
    throw troupe::failure(
      {troupe::ec::system_error, "cannot write " + path.string()});
}

json file_scanning(task_context& ctx) {
  auto directory = ctx.parameters().at("directory").get<std::string>();
  auto files = files_in(directory, ".hpp");
  std::ranges::copy(files_in(directory, ".cpp"), std::back_inserter(files));
  return {{"files", files}};
}

json file_operations(task_context& ctx) {
  auto path = ctx.parameters().at("path").get<std::string>();
  auto content = ctx.parameters().find("write");
  if (content != ctx.parameters().end()) {
    auto text = content->dump(2) + '\n';
    write_file(path, text);
    return {{"path", path}, {"bytes", text.size()}, {"crc32", crc32(text)}};
  }
  auto text = read_file(path);
  return {{"path", path},
          {"text", text},
          {"lines", std::ranges::count(text, '\n')},
          {"words", words_of(text).size()},
          {"bytes", text.size()},
          {"crc32", crc32(text)}};
}

json backup_creation(task_context& ctx) {
  auto& given = ctx.parameters();
  std::filesystem::path directory = given.at("directory").get<std::string>();
  std::filesystem::create_directories(directory);
  auto copy = directory / given.at("name").get<std::string>();
  auto text = read_file(given.at("path").get<std::string>());
  write_file(copy, text);
  auto sum = crc32(text);
  if (crc32(read_file(copy)) != sum)
    throw troupe::failure({troupe::ec::handler_failed,
                           copy.string() + " differs from what was copied"});
  return {{"path", copy.string()}, {"bytes", text.size()}, {"crc32", sum}};
}

json cleanup(task_context& ctx) {
  auto& given = ctx.parameters();
  auto files = files_in(given.at("directory").get<std::string>(),
                        given.at("ending").get<std::string>());
  auto keep = std::min(given.at("keep").get<size_t>(), files.size());
  auto first_kept = files.end() - static_cast<std::ptrdiff_t>(keep);
  std::vector<std::string> removed(files.begin(), first_kept);
  files.erase(files.begin(), first_kept);
  for (auto& path : removed)
    std::filesystem::remove(path);
  return {{"removed", removed}, {"kept", files}};
}

json api_coordination(task_context& ctx) {
  auto outbox = ctx.parameters().at("outbox").get<std::string>();
  // Its agent has one slot, so nobody else writes at the same time.
  write_file(outbox, ctx.parameters().at("entry").dump() + '\n', std::ios::app);
  return {{"entries", std::ranges::count(read_file(outbox), '\n')}};
}

} // namespace

skills file_skills() {
  using troupe::actors::make_handler;
  return {{"file_scanning", make_handler(file_scanning)},
          {"file_operations", make_handler(file_operations)},
          {"backup_creation", make_handler(backup_creation)},
          {"cleanup", make_handler(cleanup)},
          {"api_coordination", make_handler(api_coordination)}};
}

skills all_skills() {
  auto all = file_skills();
  all.merge(text_skills());
  return all;
}

} // namespace examples
