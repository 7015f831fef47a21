#include "agents/capabilities.hpp"

#include <algorithm>
#include <array>

namespace troupe::agents {

namespace {

using enum parameter_type;

constexpr std::array<std::string_view, 3> process_formats = {"none", "json",
                                                             "lines"};

constexpr std::array<std::string_view, 3> file_formats = {"text", "json",
                                                          "lines"};

// -- process.run --------------------------------------------------------------

constexpr parameter_schema process_run_parameters[] = {
  {
    .name = "argv",
    .type = arguments,
    .doc = "the program and its arguments, run without a shell",
    .one_of = "program",
  },
  {
    .name = "shell",
    .type = text,
    .doc = "a script for /bin/sh -c; needed for pipes and redirections only",
    .one_of = "program",
  },
  {
    .name = "env",
    .type = environment,
    .doc = "variables added to those of this program; null removes one",
  },
  {
    .name = "clear_env",
    .type = boolean,
    .doc = "starts from no variables at all instead",
    .fallback = "false",
  },
  {
    .name = "cwd",
    .type = text,
    .doc = "the directory it runs in; by default that of this program",
  },
  {
    .name = "stdin",
    .type = text,
    .doc = "what it reads from its standard input; by default nothing",
  },
  {
    .name = "capture_max",
    .type = count,
    .doc = "bytes kept of each of stdout and stderr; what follows is dropped",
    .fallback = "1048576",
  },
  {
    .name = "parse",
    .type = text,
    .doc = "what to make of stdout beside the text",
    .fallback = "none",
    .choices = process_formats,
  },
  {
    .name = "check",
    .type = boolean,
    .doc = "an exit code that is not expected, or a signal, fails the attempt",
    .fallback = "true",
  },
  {
    .name = "expect_exit",
    .type = exit_codes,
    .doc = "the exit codes that mean success",
    .fallback = "[0]",
  },
  {
    .name = "grace",
    .type = duration,
    .doc = "time from SIGTERM to SIGKILL when it is to stop",
    .fallback = "2s",
  },
  {
    .name = "cpu_max",
    .type = duration,
    .doc = "processor time, in whole seconds; more is limit_exceeded",
  },
  {
    .name = "memory_max",
    .type = count,
    .doc = "bytes of address space; asking for more gives it an error; see "
           "above",
  },
  {
    .name = "open_files_max",
    .type = count,
    .doc = "descriptors it may have; opening more gives it an error",
  },
  {
    .name = "file_size_max",
    .type = count,
    .doc = "bytes of any file it writes; more is limit_exceeded",
  },
  {
    .name = "processes_max",
    .type = count,
    .doc = "processes and threads at once; starting more gives it an error; "
           "see above",
  },
  {
    .name = "output_max",
    .type = count,
    .doc = "bytes of stdout and stderr together; more is limit_exceeded",
  },
};

constexpr result_schema process_run_results[] = {
  {"exit_code", "a number; null if a signal ended it"},
  {"signal", "null, or the signal's name, such as SIGKILL"},
  {"stdout", "text; bytes that are not UTF-8 are replaced by U+FFFD"},
  {"stderr", "text, likewise"},
  {"stdout_is_text", "false if bytes of stdout had to be replaced"},
  {"stderr_is_text", "false if bytes of stderr had to be replaced"},
  {"stdout_truncated", "true if stdout was longer than capture_max"},
  {"stderr_truncated", "true if stderr was longer than capture_max"},
  {"duration_ms", "from its start to its end"},
  {"cpu_ms", "processor time of it and its children"},
  {"memory_max", "bytes the largest of them had in memory at once"},
  {"json", "with `parse: json`: stdout as JSON"},
  {"lines", "with `parse: lines`: stdout as a list of lines"},
};

// -- file.* -------------------------------------------------------------------

constexpr parameter_schema file_read_parameters[] = {
  {
    .name = "path",
    .type = text,
    .doc = "the file",
    .is_required = true,
  },
  {
    .name = "max_bytes",
    .type = count,
    .doc = "a file with more bytes than this is refused",
    .fallback = "16777216",
  },
  {
    .name = "parse",
    .type = text,
    .doc = "what to make of it: one text, JSON, or a list of lines",
    .fallback = "text",
    .choices = file_formats,
  },
};

constexpr result_schema file_read_results[] = {
  {"path", "as it was given"},
  {"size", "bytes"},
  {"text", "with `parse: text`; bytes that are not UTF-8 become U+FFFD"},
  {"is_text", "false if bytes had to be replaced"},
  {"json", "with `parse: json`"},
  {"lines", "with `parse: lines`"},
};

constexpr parameter_schema file_write_parameters[] = {
  {
    .name = "path",
    .type = text,
    .doc = "the file",
    .is_required = true,
  },
  {
    .name = "text",
    .type = text,
    .doc = "what to write, as it is",
    .one_of = "content",
  },
  {
    .name = "json",
    .type = any,
    .doc = "what to write, as indented JSON with a line end",
    .one_of = "content",
  },
  {
    .name = "append",
    .type = boolean,
    .doc = "adds to the end; else the file is replaced as a whole, atomically",
    .fallback = "false",
  },
  {
    .name = "make_dirs",
    .type = boolean,
    .doc = "makes the directories that are missing",
    .fallback = "false",
  },
};

constexpr result_schema file_write_results[] = {
  {"path", "as it was given"},
  {"bytes", "how many were written"},
};

constexpr parameter_schema file_glob_parameters[] = {
  {
    .name = "pattern",
    .type = texts,
    .doc = "patterns: `*`, `?`, `[a-z]`, and `**` for any directories",
    .is_required = true,
  },
  {
    .name = "exclude",
    .type = texts,
    .doc = "patterns of what is left out",
  },
  {
    .name = "root",
    .type = text,
    .doc = "the directory that relative patterns start from",
    .fallback = ".",
  },
};

constexpr result_schema file_glob_results[] = {
  {"files", "a list of {path, name, size}, sorted by path"},
  {"paths", "the same, paths only"},
  {"count", "how many they are"},
};

// -- text.* -------------------------------------------------------------------

constexpr parameter_schema text_template_parameters[] = {
  {
    .name = "template",
    .type = text,
    .doc = "the Mustache template",
    .one_of = "template",
  },
  {
    .name = "template_file",
    .type = text,
    .doc = "the file it is in",
    .one_of = "template",
  },
  {
    .name = "data",
    .type = object,
    .doc = "what its tags stand for",
    .fallback = "{}",
  },
  {
    .name = "escape",
    .type = boolean,
    .doc = "writes `&<>\"'` of {{values}} as HTML entities",
    .fallback = "false",
  },
};

constexpr result_schema text_template_results[] = {
  {"text", "the filled-in template"},
};

// -- timer.* ------------------------------------------------------------------

constexpr parameter_schema timer_sleep_parameters[] = {
  {
    .name = "seconds",
    .type = number,
    .doc = "how long",
    .one_of = "time",
  },
  {
    .name = "duration",
    .type = parameter_type::duration,
    .doc = "how long, with units: 250ms, 1.5s, 2m",
    .one_of = "time",
  },
};

constexpr result_schema timer_sleep_results[] = {
  {"slept_ms", "how long it was"},
};

// -- all ----------------------------------------------------------------------

constexpr capability_schema all[] = {
  {
    .name = "file.glob",
    .doc = "Finds files by patterns.",
    .parameters = file_glob_parameters,
    .results = file_glob_results,
  },
  {
    .name = "file.read",
    .doc = "Reads a file.",
    .parameters = file_read_parameters,
    .results = file_read_results,
  },
  {
    .name = "file.write",
    .doc = "Writes a file.",
    .parameters = file_write_parameters,
    .results = file_write_results,
  },
  {
    .name = "process.run",
    .doc = "Runs a program and waits for its end.",
    .parameters = process_run_parameters,
    .results = process_run_results,
  },
  {
    .name = "text.template",
    .doc = "Fills in a Mustache template.",
    .parameters = text_template_parameters,
    .results = text_template_results,
  },
  {
    .name = "timer.sleep",
    .doc = "Waits, without holding a thread.",
    .parameters = timer_sleep_parameters,
    .results = timer_sleep_results,
  },
};

} // namespace

std::span<const capability_schema> standard_capabilities() noexcept {
  return all;
}

bool is_standard_capability(std::string_view capability) noexcept {
  return schema_of(capability) != nullptr;
}

const capability_schema* schema_of(std::string_view capability) noexcept {
  auto i = std::ranges::find(all, capability, &capability_schema::name);
  return i != std::end(all) ? &*i : nullptr;
}

} // namespace troupe::agents
