#pragma once

#include "cli/connect.hpp"

#include <CLI/CLI.hpp>

namespace troupe::cli {

/// Adds the options with which all commands that go to a manager say who they
/// are: `--ca`, `--cert`, `--key`, `--secret-file`, `--insecure`.
void add_identity(CLI::App& to, connect_options& at);

/// What was not given may be in the environment: `TROUPE_AT`, `TROUPE_AS`,
/// `TROUPE_CA`, `TROUPE_CERT`, `TROUPE_KEY`, `TROUPE_SECRET_FILE`.
void look_up(connect_options& at);

} // namespace troupe::cli
