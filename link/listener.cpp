#include "link/listener.hpp"

#include "link/accept_gate.hpp"
#include "link/admission.hpp"
#include "link/endpoints.hpp"
#include "link/io_thread.hpp"
#include "link/node_holders.hpp"
#include "link/node_name.hpp"
#include "link/peer_register.hpp"
#include "link/relay.hpp"
#include "link/tls_context.hpp"

#include <asio/error.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <mutex>
#include <unordered_map>
#include <utility>

namespace troupe::link {

namespace {

using tcp = asio::ip::tcp;

// When there is no descriptor left, looking again at once would only heat.
constexpr auto exhausted_pause = std::chrono::milliseconds{100};

core::time_point steady_now() {
  return core::time_point{std::chrono::duration_cast<core::duration>(
    std::chrono::steady_clock::now().time_since_epoch())};
}

/// All that happens on the listener's thread.
class reception {
public:
  reception(const listener_options& options,
            std::shared_ptr<asio::ssl::context> context,
            std::shared_ptr<peer_register> peers,
            std::shared_ptr<relay_counters> bytes)
    : limits_(options.limits),
      context_(std::move(context)),
      peers_(std::move(peers)),
      bytes_(std::move(bytes)),
      rules_(std::make_shared<admission::rules>(admission::rules{
        options.target_port,
        options.limits.handshake_timeout,
        {options.allowed_names.begin(), options.allowed_names.end()}})),
      gate_({options.connections_max, options.connections_per_address_max,
             options.handshakes_max, options.handshakes_per_address_max,
             options.rate_per_address}),
      acceptor_(thread_.io()),
      pause_(thread_.io()) {
  }

  ~reception() {
    // What is still open is closed with the handlers that hold it.
    thread_.io().stop();
    thread_.finish();
  }

  std::error_code open(const asio::ip::address& address, uint16_t port) {
    std::error_code problem;
    tcp::endpoint endpoint{address, port};
    acceptor_.open(endpoint.protocol(), problem);
    if (problem)
      return problem;
    acceptor_.set_option(tcp::acceptor::reuse_address{true}, problem);
    if (address.is_v6())
      acceptor_.set_option(asio::ip::v6_only{false}, problem);
    acceptor_.bind(endpoint, problem);
    if (problem)
      return problem;
    acceptor_.listen(tcp::acceptor::max_listen_connections, problem);
    return problem;
  }

  uint16_t port() const {
    return acceptor_.local_endpoint().port();
  }

  void start() {
    accept();
    thread_.start();
  }

  asio::io_context& io() noexcept {
    return thread_.io();
  }

private:
  void accept() {
    acceptor_.async_accept([this](std::error_code problem, tcp::socket socket) {
      if (problem == asio::error::operation_aborted)
        return;
      if (problem == asio::error::no_descriptors
          || problem == std::errc::too_many_files_open_in_system
          || problem == asio::error::no_memory
          || problem == asio::error::no_buffer_space) {
        rest();
        return;
      }
      // All else is about the one that came, and has gone.
      if (!problem)
        receive(std::move(socket));
      accept();
    });
  }

  void rest() {
    peers_->count([](auto& x) { ++x.exhausted; });
    pause_.expires_after(exhausted_pause);
    pause_.async_wait([this](std::error_code problem) {
      if (!problem)
        accept();
    });
  }

  void receive(tcp::socket socket) {
    std::error_code problem;
    auto from = socket.remote_endpoint(problem);
    auto address = problem ? std::string{} : to_neighbourhood(from.address());
    auto refused = problem ? std::optional{refusal::gone}
                           : gate_.come(address, steady_now());
    peers_->count([&](auto& x) {
      ++x.accepted;
      if (refused)
        ++x.refused[static_cast<size_t>(*refused)];
      x.shaking_hands = gate_.shaking_hands();
    });
    if (refused)
      return;
    auto number = ++last_number_;
    auto guest = std::make_shared<admission>(
      thread_.io(), make_stream(std::move(socket), context_), to_text(from),
      rules_,
      admission::host{[this](const std::string& token, const peer& who) {
                        return peers_->take(token, who);
                      },
                      [this, number, address](admission::guest x) {
                        admit(number, address, std::move(x));
                      },
                      [this, number, address](refusal why) {
                        refuse(number, address, why);
                      }});
    waiting_.emplace(number, guest);
    guest->start();
  }

  void refuse(uint64_t number, const std::string& address, refusal why) {
    gate_.gone(address, false, steady_now());
    auto i = waiting_.find(number);
    peers_->drop(i->second->token());
    waiting_.erase(i);
    peers_->count([&](auto& x) {
      ++x.refused[static_cast<size_t>(why)];
      x.shaking_hands = gate_.shaking_hands();
    });
  }

  void admit(uint64_t number, const std::string& address, admission::guest x) {
    gate_.admitted(address);
    waiting_.erase(number);
    auto held = std::make_shared<std::string>();
    auto line = std::make_shared<relay>(
      thread_.io(), std::move(x.far), std::move(x.near), basp_side::client,
      limits_, bytes_,
      [this, held, name = x.who.name](const std::string& node) {
        return nodes_.hold(*held, node, name);
      },
      [this, held, address, token = x.token](relay_end how,
                                             const core::error&) {
        nodes_.release(*held);
        close(address, token, how);
      });
    peers_->set_line(x.token, line);
    peers_->count([&](auto& n) {
      ++n.admitted;
      n.shaking_hands = gate_.shaking_hands();
      n.open = gate_.open();
    });
    line->start(std::move(x.received));
  }

  void close(const std::string& address, const std::string& token,
             relay_end how) {
    gate_.gone(address, true, steady_now());
    peers_->drop(token);
    peers_->count([&](auto& x) {
      if (how == relay_end::broke_protocol)
        ++x.broke_protocol;
      if (how == relay_end::timed_out)
        ++x.timed_out;
      x.open = gate_.open();
    });
  }

  io_thread thread_;
  link_limits limits_;
  std::shared_ptr<asio::ssl::context> context_;
  std::shared_ptr<peer_register> peers_;
  std::shared_ptr<relay_counters> bytes_;
  std::shared_ptr<const admission::rules> rules_;
  accept_gate gate_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::unordered_map<uint64_t, std::shared_ptr<admission>> waiting_;
  node_holders nodes_;
  uint64_t last_number_ = 0;
};

core::result<asio::ip::address> judge_address(const listener_options& options) {
  std::error_code problem;
  auto address = asio::ip::make_address(options.address, problem);
  if (problem)
    return core::fail(core::ec::invalid_argument,
                      fmt::format("address: {} is none; give it as a number, "
                                  "e.g. 0.0.0.0 for all of this machine",
                                  options.address));
  if (!options.tls && !options.is_insecure_allowed && !is_loopback(address))
    return core::fail(
      core::ec::invalid_argument,
      fmt::format("address: without TLS everybody who gets to {} is let in; "
                  "give certificates (`troupe certs` makes some), or say that "
                  "it may be insecure",
                  options.address));
  return address;
}

} // namespace

struct listener::impl {
  std::shared_ptr<peer_register> peers = std::make_shared<peer_register>();
  std::shared_ptr<relay_counters> bytes = std::make_shared<relay_counters>();
  uint16_t port = 0;
  // Asked by any thread, and gone after stop().
  std::mutex mutex;
  std::unique_ptr<reception> desk;
};

std::vector<std::string> validate(const listener_options& x) {
  auto wrong = validate(x.limits);
  if (x.target_port == 0)
    wrong.emplace_back("target_port: it is missing");
  for (auto& name : x.allowed_names)
    if (!is_node_name(name))
      wrong.push_back(
        fmt::format("allowed_names: a node cannot be called '{}'", name));
  for (auto& problem : core::validate(x.rate_per_address))
    wrong.push_back("rate_per_address: " + problem);
  auto check = [&](std::string_view field, uint32_t number) {
    if (number == 0)
      wrong.push_back(fmt::format("{}: nobody could come", field));
  };
  check("connections_max", x.connections_max);
  check("connections_per_address_max", x.connections_per_address_max);
  check("handshakes_max", x.handshakes_max);
  check("handshakes_per_address_max", x.handshakes_per_address_max);
  return wrong;
}

core::result<std::unique_ptr<listener>>
listener::start(listener_options options) {
  if (auto wrong = validate(options); !wrong.empty())
    return core::fail(core::ec::invalid_argument,
                      fmt::format("{}", fmt::join(wrong, "; ")));
  auto address = judge_address(options);
  if (!address)
    return core::fail(std::move(address.error()));
  std::shared_ptr<asio::ssl::context> context;
  if (options.tls) {
    auto made = make_tls_context(*options.tls);
    if (!made)
      return core::fail(std::move(made.error()));
    context = std::move(*made);
  }
  auto x = std::make_unique<impl>();
  x->desk = std::make_unique<reception>(options, std::move(context), x->peers,
                                        x->bytes);
  if (auto problem = x->desk->open(*address, options.port))
    return core::fail(core::ec::system_error,
                      fmt::format("cannot listen at {}: {}",
                                  to_text({*address, options.port}),
                                  problem.message()));
  x->port = x->desk->port();
  x->desk->start();
  return std::unique_ptr<listener>{new listener{std::move(x)}};
}

listener::listener(std::unique_ptr<impl> x) : impl_(std::move(x)) {
}

listener::~listener() {
  stop();
}

uint16_t listener::port() const noexcept {
  return impl_->port;
}

void listener::stop() {
  std::lock_guard lock{impl_->mutex};
  impl_->desk.reset();
  impl_->peers->forget();
}

std::optional<peer> listener::peer_of(std::string_view token) const {
  auto found = impl_->peers->find(token);
  if (!found)
    return std::nullopt;
  return found->who;
}

bool listener::close(std::string_view token) {
  auto found = impl_->peers->find(token);
  if (!found)
    return false;
  std::lock_guard lock{impl_->mutex};
  if (impl_->desk)
    asio::post(impl_->desk->io(), [line = std::move(found->line)] {
      if (auto x = line.lock())
        x->stop();
    });
  return true;
}

listener_counters listener::counters() const {
  auto x = impl_->peers->counters();
  x.bytes_in = impl_->bytes->bytes_in;
  x.bytes_out = impl_->bytes->bytes_out;
  return x;
}

} // namespace troupe::link
