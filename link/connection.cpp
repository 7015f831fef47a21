#include "link/connection.hpp"

#include "link/connection_impl.hpp"
#include "link/io_thread.hpp"

#include <asio/post.hpp>

#include <utility>

namespace troupe::link {

using tcp = asio::ip::tcp;

connection::impl::impl(std::shared_ptr<asio::io_context> io,
                       std::shared_ptr<byte_stream> far, std::string received,
                       const link_limits& limits)
  : io_(std::move(io)),
    far_(std::move(far)),
    received_(std::move(received)),
    limits_(limits),
    acceptor_(*io_),
    timer_(*io_) {
}

std::error_code connection::impl::start() {
  std::error_code problem;
  acceptor_.open(tcp::v4(), problem);
  if (!problem)
    acceptor_.bind({asio::ip::address_v4::loopback(), 0}, problem);
  if (!problem)
    acceptor_.listen(1, problem);
  if (problem)
    return problem;
  port = acceptor_.local_endpoint().port();
  accept();
  io_->restart();
  // It must not be this that joins the thread.
  thread_ = std::thread{[self = shared_from_this()]() mutable {
    auto io = self->io_;
    self.reset();
    run_without_signals(*io);
  }};
  return {};
}

void connection::impl::accept() {
  if (limits_.handshake_timeout > core::duration::zero()) {
    timer_.expires_after(limits_.handshake_timeout);
    timer_.async_wait([self = shared_from_this()](std::error_code problem) {
      if (!problem)
        self->end({core::ec::timeout, "nobody has connected to the port of "
                                      "the link in time"});
    });
  }
  acceptor_.async_accept(
    [self = shared_from_this()](std::error_code problem, tcp::socket near) {
      if (self->has_ended_)
        return;
      self->timer_.cancel();
      // It is for one only.
      std::error_code ignored;
      self->acceptor_.close(ignored);
      if (problem)
        self->end({core::ec::system_error, problem.message()});
      else
        self->relay_to(std::move(near));
    });
}

void connection::impl::relay_to(tcp::socket near) {
  relay_ = std::make_shared<relay>(
    *io_, far_, std::move(near), basp_side::server, limits_,
    std::make_shared<relay_counters>(), nullptr,
    [self = shared_from_this()](relay_end, const core::error& why) {
      self->end(why);
    });
  relay_->start(std::move(received_));
}

void connection::impl::end(const core::error& why) {
  if (has_ended_)
    return;
  has_ended_ = true;
  timer_.cancel();
  std::error_code ignored;
  acceptor_.close(ignored);
  if (relay_)
    // Calls this, which does nothing then, unless it is where it comes from.
    relay_->stop();
  else
    far_->close();
  relay_.reset();
  std::function<void(const core::error&)> call;
  {
    std::lock_guard lock{mutex};
    closed = why;
    call = std::exchange(then, nullptr);
  }
  if (call)
    call(why);
}

void connection::impl::post_close() noexcept {
  // The thread may have ended, and then nobody takes this out of the queue; it
  // must not hold what holds the queue.
  asio::post(*io_, [weak = weak_from_this()] {
    if (auto self = weak.lock())
      self->end({core::ec::cancelled, "this side has closed it"});
  });
}

void connection::impl::finish() noexcept {
  post_close();
  if (thread_.get_id() == std::this_thread::get_id())
    thread_.detach();
  else if (thread_.joinable())
    thread_.join();
}

connection::connection(std::shared_ptr<impl> x) noexcept : impl_(std::move(x)) {
}

connection::connection(connection&&) noexcept = default;

connection& connection::operator=(connection&& other) noexcept {
  connection old{std::exchange(impl_, std::exchange(other.impl_, nullptr))};
  return *this;
}

connection::~connection() {
  if (impl_)
    impl_->finish();
}

uint16_t connection::port() const noexcept {
  return impl_->port;
}

const std::string& connection::token() const noexcept {
  return impl_->token;
}

const std::string& connection::address() const noexcept {
  return impl_->address;
}

std::optional<core::error> connection::closed() const {
  std::lock_guard lock{impl_->mutex};
  return impl_->closed;
}

void connection::on_closed(std::function<void(const core::error& why)> then) {
  std::optional<core::error> why;
  {
    std::lock_guard lock{impl_->mutex};
    why = impl_->closed;
    if (!why) {
      impl_->then = std::move(then);
      return;
    }
  }
  then(*why);
}

void connection::close() noexcept {
  impl_->post_close();
}

} // namespace troupe::link
