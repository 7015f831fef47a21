#pragma once

#include "cli/client_commands.hpp"
#include "tests/control/served.hpp"

#include <functional>
#include <string>
#include <vector>

namespace troupe::cli::testing {

/// Client commands against a manager in this process.
class managed : public test::served {
protected:
  /// The exit status; what was printed is in `out` and `err`.
  int run(client_options options) {
    out.clear();
    err.clear();
    options.at.at = "here";
    return run_client({options, *manager_, console_, "ann"});
  }

  int run(client_action action, std::vector<std::string> tasks = {},
          core::json arguments = core::json::object()) {
    client_options options;
    options.action = action;
    options.tasks = std::move(tasks);
    options.arguments = std::move(arguments);
    return run(std::move(options));
  }

  /// Likewise, with --json; what it prints.
  core::json run_json(client_action action, std::vector<std::string> tasks = {},
                      core::json arguments = core::json::object()) {
    client_options options;
    options.action = action;
    options.tasks = std::move(tasks);
    options.arguments = std::move(arguments);
    options.is_json = true;
    EXPECT_EQ(run(std::move(options)), 0) << err;
    return core::json::parse(out);
  }

  std::string out;
  std::string err;
  control::channel* manager_ = &service_;
  client_console console_ = make_console();

private:
  client_console make_console() {
    client_console result;
    result.print = [this](auto text) {
      out += text;
    };
    result.complain = [this](auto text) {
      err += text;
    };
    result.width = 100;
    return result;
  }
};

/// A channel that is a function.
class fake_channel : public control::channel {
public:
  using function = std::function<core::result<core::json>(
    std::string_view method, const core::json& arguments)>;

  explicit fake_channel(function answer) : answer_(std::move(answer)) {
  }

  core::result<core::json> call(std::string_view method,
                                core::json arguments) override {
    return answer_(method, arguments);
  }

private:
  function answer_;
};

} // namespace troupe::cli::testing
