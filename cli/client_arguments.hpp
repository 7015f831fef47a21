#pragma once

#include "cli/client_options.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::cli {

/// The arguments of the commands that ask a serving manager, as a part of the
/// program's.
class client_arguments {
public:
  /// Adds the commands; lives as long as the program is parsed.
  explicit client_arguments(CLI::App& program);

  client_arguments(const client_arguments&) = delete;
  client_arguments& operator=(const client_arguments&) = delete;

  bool are_given() const;

  /// The one that was given.
  const CLI::App& command() const;
  std::string help() const;

  /// Of a command by its name; nothing if it is none of these.
  std::optional<std::string> help(std::string_view name) const;

  /// What was asked for; what is wrong with it is added to `errors`.
  client_options read(std::vector<std::string>& errors) const;

private:
  CLI::App& add(client_action action, const std::string& name,
                const std::string& description);
  void add_common(CLI::App& to);
  void add_tasks(CLI::App& to, bool is_required);
  void add_text(CLI::App& to, const std::string& option, const char* argument,
                const std::string& description);
  void add_filters(CLI::App& to);
  /// A command that lists, or with a verb does something to one of them.
  void add_collection(client_action action, const std::string& name,
                      const std::string& description,
                      std::vector<std::string> verbs);
  void define_submit();
  void define_tasks();
  void define_collections();
  void read_submit(client_options& to, std::vector<std::string>& errors) const;
  void read_task(client_options& to, std::vector<std::string>& errors) const;
  void read_json(core::json& to, std::string_view what, const char* argument,
                 const std::string& text,
                 std::vector<std::string>& errors) const;
  void check(const client_options& x, std::vector<std::string>& errors) const;

  CLI::App* program_;
  std::map<client_action, CLI::App*> actions_;
  std::map<client_action, std::vector<std::string>> verbs_;
  client_options options_;
  /// Arguments of calls that are texts, by their names; empty = not given.
  std::map<std::string, std::string> texts_;
  std::vector<std::string> capabilities_;
  std::vector<std::string> tags_;
  std::vector<std::string> settings_;
  std::string parameters_;
  /// Of commands that are about no more than one.
  std::string task_;
  std::string answer_;
  std::string timeout_;
  std::string color_ = "auto";
  std::optional<uint32_t> retries_;
  std::optional<uint64_t> limit_;
  std::optional<uint64_t> from_;
  bool is_journal_ = false;
  bool is_all_ = false;
  bool is_at_once_ = false;
};

} // namespace troupe::cli
