#include "link/dialer.hpp"

#include "link/call.hpp"
#include "link/connection_impl.hpp"
#include "link/node_name.hpp"
#include "link/tls_context.hpp"

#include <asio/post.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <mutex>
#include <optional>
#include <utility>

namespace troupe::link {

namespace {

core::error cancelled() {
  return {core::ec::cancelled, "this side does not want to connect any more"};
}

} // namespace

struct dialer::impl {
  dialer_options options;
  std::shared_ptr<asio::ssl::context> context;

  std::mutex mutex;
  bool is_cancelled = false;
  /// While connect() runs.
  std::shared_ptr<asio::io_context> io;
  std::shared_ptr<call> current;
};

std::vector<std::string> validate(const dialer_options& x) {
  auto wrong = validate(x.limits);
  if (x.host.empty())
    wrong.emplace_back("host: it is missing");
  if (x.port == 0)
    wrong.emplace_back("port: it is missing");
  if (!is_node_name(x.node_name))
    wrong.push_back(
      fmt::format("node_name: a node cannot be called '{}'", x.node_name));
  return wrong;
}

core::result<dialer> dialer::make(dialer_options options) {
  if (auto wrong = validate(options); !wrong.empty())
    return core::fail(core::ec::invalid_argument,
                      fmt::format("{}", fmt::join(wrong, "; ")));
  auto x = std::make_shared<impl>();
  if (options.tls) {
    auto made = make_tls_context(*options.tls);
    if (!made)
      return core::fail(std::move(made.error()));
    x->context = std::move(*made);
  }
  x->options = std::move(options);
  return dialer{std::move(x)};
}

dialer::dialer(std::shared_ptr<impl> x) noexcept : impl_(std::move(x)) {
}

dialer::dialer(dialer&&) noexcept = default;
dialer& dialer::operator=(dialer&&) noexcept = default;
dialer::~dialer() = default;

core::result<connection> dialer::connect(core::duration timeout) {
  auto& x = *impl_;
  // Handlers of one thread need no locks; there is only one at a time.
  auto io = std::make_shared<asio::io_context>(1);
  auto current = std::make_shared<call>(*io, x.options, x.context);
  {
    std::lock_guard lock{x.mutex};
    if (x.is_cancelled)
      return core::fail(cancelled());
    x.io = io;
    x.current = current;
  }
  std::optional<core::result<call::answered>> outcome;
  current->start(io, timeout, [&](core::result<call::answered> result) {
    outcome = std::move(result);
    io->stop();
  });
  io->run();
  {
    std::lock_guard lock{x.mutex};
    x.io.reset();
    x.current.reset();
  }
  if (!*outcome)
    return core::fail(std::move(outcome->error()));
  auto& answered = **outcome;
  auto line = std::make_shared<connection::impl>(io, std::move(answered.stream),
                                                 std::move(answered.received),
                                                 x.options.limits);
  line->token = std::move(answered.token);
  line->address = std::move(answered.address);
  if (auto problem = line->start())
    return core::fail(core::ec::system_error,
                      fmt::format("no port can be opened on 127.0.0.1: {}",
                                  problem.message()));
  return connection{std::move(line)};
}

void dialer::cancel() noexcept {
  std::lock_guard lock{impl_->mutex};
  impl_->is_cancelled = true;
  if (impl_->io)
    asio::post(*impl_->io,
               [current = impl_->current] { current->stop(cancelled()); });
}

} // namespace troupe::link
