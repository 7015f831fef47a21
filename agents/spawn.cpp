#include "agents/spawn.hpp"

#include "agents/errno_text.hpp"
#include "agents/launch.hpp"
#include "agents/pidfd.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>
#include <thread>

namespace troupe::agents {

namespace {

using core::ec;
using core::fail;
using core::result;

using variables = std::map<std::string, std::string>;

tl::unexpected<core::error> system_failure(std::string_view call, int number) {
  return fail(ec::system_error,
              fmt::format("{}: {}", call, errno_text(number)));
}

tl::unexpected<core::error> run_refusal(const subprocess_options& what,
                                        std::string_view why,
                                        bool is_permanent) {
  return fail({ec::handler_failed,
               fmt::format("cannot run '{}': {}", what.argv.front(), why),
               is_permanent});
}

// -- what it gets -------------------------------------------------------------

variables environment_of(const subprocess_options& what) {
  variables result;
  for (auto** line = what.clear_env ? nullptr : environ;
       line != nullptr && *line != nullptr; ++line) {
    std::string_view text = *line;
    if (auto i = text.find('='); i != std::string_view::npos && i > 0)
      result.emplace(text.substr(0, i), text.substr(i + 1));
  }
  for (const auto& [name, value] : what.env) {
    result.erase(name);
    if (value)
      result.emplace(name, *value);
  }
  return result;
}

bool has_nul(std::string_view x) noexcept {
  return x.find('\0') != std::string_view::npos;
}

/// What would silently be cut off, as all of this ends up in C strings.
std::optional<std::string> find_nul(const subprocess_options& what) {
  for (size_t i = 0; i < what.argv.size(); ++i)
    if (has_nul(what.argv[i]))
      return fmt::format("argument {}", i);
  for (const auto& [name, value] : what.env)
    if (has_nul(name) || (value && has_nul(*value)))
      return fmt::format("the variable {}", name.c_str());
  if (has_nul(what.cwd))
    return "the directory";
  return std::nullopt;
}

/// A list of C strings, as the system wants it.
class string_list {
public:
  void add(std::string x) {
    strings_.push_back(std::move(x));
  }

  /// Valid until the next call of a member.
  char** get() {
    pointers_.clear();
    for (auto& x : strings_)
      pointers_.push_back(x.data());
    pointers_.push_back(nullptr);
    return pointers_.data();
  }

private:
  std::vector<std::string> strings_;
  std::vector<char*> pointers_;
};

// -- which program ------------------------------------------------------------

/// The path of the program, relative to `directory` if it is relative.
result<std::string> find_program(const subprocess_options& what,
                                 const variables& environment, int directory) {
  const auto& name = what.argv.front();
  if (name.empty())
    return run_refusal(what, "the program has no name", true);
  if (name.find('/') != std::string::npos)
    return name;
  auto given = environment.find("PATH");
  // What execvp() and the shells take if there is no PATH.
  auto path = given != environment.end() ? given->second
                                         : std::string{"/bin:/usr/bin"};
  bool is_there = false;
  for (size_t begin = 0; begin <= path.size();) {
    auto end = std::min(path.find(':', begin), path.size());
    auto folder = path.substr(begin, end - begin);
    auto candidate = fmt::format("{}/{}", folder.empty() ? "." : folder, name);

    struct stat status {};

    if (::fstatat(directory, candidate.c_str(), &status, 0) == 0
        && S_ISREG(status.st_mode)) {
      if (::faccessat(directory, candidate.c_str(), X_OK, AT_EACCESS) == 0)
        return candidate;
      is_there = true;
    }
    begin = end + 1;
  }
  if (is_there)
    return run_refusal(what, "it is in PATH but not executable", true);
  return run_refusal(what, fmt::format("no such program in PATH ({})", path),
                     true);
}

/// Why exec refused.
tl::unexpected<core::error> exec_failure(const subprocess_options& what,
                                         const std::string& program,
                                         int directory, int number) {
  switch (number) {
    case ENOENT: {
      struct stat status {};

      if (::fstatat(directory, program.c_str(), &status, 0) == 0)
        return run_refusal(what, "the interpreter in its first line is missing",
                           true);
      return run_refusal(what, errno_text(number), true);
    }
    case EACCES:
      return run_refusal(
        what, errno_text(number) + " (is it an executable file?)", true);
    case ENOEXEC:
      return run_refusal(what, "neither a program nor a script with a #! line",
                         true);
    case E2BIG:
      return run_refusal(
        what, errno_text(number) + "; hand large input to its stdin", true);
    case ENOTDIR:
    case ELOOP:
    case EISDIR:
      return run_refusal(what, errno_text(number), true);
    default:
      return run_refusal(what, errno_text(number), false);
  }
}

// -- pipes --------------------------------------------------------------------

struct pipe_ends {
  file_descriptor read;
  file_descriptor write;
};

/// Both ends above 2: were one of them 0, 1 or 2 because this process has
/// closed its own, setting up the child would overwrite it.
result<file_descriptor> above_standard(file_descriptor fd) {
  if (fd.get() > STDERR_FILENO)
    return fd;
  file_descriptor moved{::fcntl(fd.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
  if (!moved)
    return system_failure("fcntl", errno);
  return moved;
}

result<pipe_ends> make_pipe() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0)
    return system_failure("pipe2", errno);
  file_descriptor read{fds[0]};
  file_descriptor write{fds[1]};
  auto safe_read = above_standard(std::move(read));
  auto safe_write = above_standard(std::move(write));
  if (!safe_read)
    return fail(safe_read.error());
  if (!safe_write)
    return fail(safe_write.error());
  return pipe_ends{std::move(*safe_read), std::move(*safe_write)};
}

void make_nonblocking(const file_descriptor& fd) {
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

/// The three pipes, or the error of the first that could not be made.
struct all_pipes {
  pipe_ends in;
  pipe_ends out;
  pipe_ends err;

  static result<all_pipes> make(bool with_input) {
    all_pipes result;
    for (auto* ends :
         {with_input ? &result.in : nullptr, &result.out, &result.err}) {
      if (ends == nullptr)
        continue;
      auto made = make_pipe();
      if (!made)
        return fail(made.error());
      *ends = std::move(*made);
    }
    return result;
  }
};

// -- the control group --------------------------------------------------------

/// None if it can do without.
result<std::optional<program_cgroup>>
make_group(const subprocess_options& what) {
  std::string why = "this process may not make any; see 'process.run' in "
                    "docs/capabilities.md";
  if (what.cgroup != nullptr) {
    auto made = program_cgroup::make(*what.cgroup, what.limits);
    if (made)
      return std::optional{std::move(*made)};
    why = made.error().message;
  }
  if (what.limits.processes)
    return run_refusal(
      what,
      fmt::format("its 'processes_max' needs a control group, and "
                  "{}",
                  why),
      true);
  return std::nullopt;
}

// -- the start ----------------------------------------------------------------

/// A file that was just written can still be open for writing in the child of
/// another thread that is about to exec: ETXTBSY passes by itself.
int launch_patiently(const launch_plan& plan, pid_t& id) {
  constexpr int tries_max = 10;
  auto wait = std::chrono::milliseconds{1};
  for (int i = 1;; ++i, wait *= 2) {
    auto problem = launch(plan, id);
    if (problem != ETXTBSY || i == tries_max)
      return problem;
    std::this_thread::sleep_for(wait);
  }
}

/// In its group; if it cannot enter that, and can do without, in ours.
int launch_in_group(const subprocess_options& what, launch_plan plan,
                    spawned_process& process) {
  if (process.group)
    plan.group = process.group->entry();
  auto problem = launch_patiently(plan, process.id);
  if (problem == 0 || problem == ETXTBSY || !process.group
      || what.limits.processes)
    return problem;
  process.group.reset();
  plan.group = -1;
  return launch_patiently(plan, process.id);
}

} // namespace

result<spawned_process> spawn(const subprocess_options& what) {
  if (what.argv.empty())
    return fail({ec::handler_failed, "no program to run", true});
  if (auto where = find_nul(what))
    return run_refusal(what, fmt::format("{} contains a NUL character", *where),
                       true);
  // Opened here, so that a wrong directory is told from a wrong program.
  file_descriptor folder;
  if (!what.cwd.empty()) {
    folder = file_descriptor{
      ::open(what.cwd.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
    if (!folder)
      return run_refusal(what,
                         fmt::format("its directory '{}': {}", what.cwd,
                                     errno_text(errno)),
                         false);
  }
  auto directory = folder ? folder.get() : AT_FDCWD;
  auto environment = environment_of(what);
  auto program = find_program(what, environment, directory);
  if (!program)
    return fail(program.error());
  string_list arguments;
  for (const auto& x : what.argv)
    arguments.add(x);
  string_list lines;
  for (const auto& [name, value] : environment)
    lines.add(fmt::format("{}={}", name, value));
  auto pipes = all_pipes::make(what.input.has_value());
  if (!pipes)
    return fail(pipes.error());
  launch_plan plan{
    .program = program->c_str(),
    .argv = arguments.get(),
    .env = lines.get(),
    .in = pipes->in.read ? pipes->in.read.get() : -1,
    .out = pipes->out.write.get(),
    .err = pipes->err.write.get(),
    .directory = directory,
    .limits = kernel_limits{what.limits},
  };
  auto group = make_group(what);
  if (!group)
    return fail(group.error());
  spawned_process result;
  result.group = std::move(*group);
  if (auto problem = launch_in_group(what, plan, result))
    return exec_failure(what, *program, directory, problem);
  result.ended = open_pidfd(result.id);
  if (!result.ended) {
    auto failure = system_failure("pidfd_open", errno);
    ::kill(-result.id, SIGKILL);
    ::waitpid(result.id, nullptr, 0);
    return failure;
  }
  result.in = std::move(pipes->in.write);
  result.out = std::move(pipes->out.read);
  result.err = std::move(pipes->err.read);
  for (const auto* fd : {&result.in, &result.out, &result.err})
    if (*fd)
      make_nonblocking(*fd);
  return result;
}

} // namespace troupe::agents
