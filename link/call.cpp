#include "link/call.hpp"

#include "link/endpoints.hpp"
#include "link/secret.hpp"
#include "link/tls_context.hpp"

#include <asio/error.hpp>
#include <asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace troupe::link {

using tcp = asio::ip::tcp;

call::call(asio::io_context& io, const dialer_options& options,
           std::shared_ptr<asio::ssl::context> context)
  : io_(io),
    options_(options),
    context_(std::move(context)),
    deadline_(io),
    timer_(io),
    socket_(io) {
}

void call::start(const std::shared_ptr<asio::io_context>& io,
                 core::duration timeout, done then) {
  then_ = std::move(then);
  end_ = clock::now() + timeout;
  deadline_.expires_after(timeout);
  deadline_.async_wait([self = shared_from_this()](std::error_code problem) {
    if (!problem)
      self->fail(core::ec::timeout,
                 fmt::format("{} took too long", self->doing_));
  });
  resolve(io, options_.host, options_.port,
          [self = shared_from_this()](resolved found) {
            if (!self->then_)
              return;
            if (!found.problem.empty()) {
              self->fail(core::ec::unavailable,
                         fmt::format("its name cannot be looked up: {}",
                                     found.problem));
              return;
            }
            self->endpoints_ = std::move(found.endpoints);
            self->try_next();
          });
}

void call::stop(core::error why) {
  finish(core::fail(std::move(why)));
}

void call::try_next() {
  if (next_ == endpoints_.size()) {
    fail(core::ec::unavailable,
         fmt::format("it cannot be reached: {}", tried_));
    return;
  }
  auto to = endpoints_[next_++];
  doing_ = fmt::format("connecting to {}", to_text(to));
  // What is left, in equal parts for the addresses that are left.
  auto left = end_ - clock::now();
  auto time = left / static_cast<long>(endpoints_.size() - next_ + 1);
  std::error_code ignored;
  socket_.close(ignored);
  socket_ = tcp::socket{io_};
  set_timer(time, [this] {
    std::error_code ignored_too;
    socket_.close(ignored_too);
  });
  socket_.async_connect(to, [self = shared_from_this(),
                             to](std::error_code problem) {
    if (!self->then_)
      return;
    self->timer_.cancel();
    if (!problem) {
      self->connected(to);
      return;
    }
    self->tried_ += fmt::format("{}{}: {}", self->tried_.empty() ? "" : ", ",
                                to_text(to),
                                problem == asio::error::operation_aborted
                                  ? "no answer in time"
                                  : problem.message());
    self->try_next();
  });
}

void call::connected(const tcp::endpoint& to) {
  answered_.address = to_text(to);
  answered_.stream = make_stream(std::move(socket_), context_);
  doing_ = "shaking hands";
  if (options_.limits.handshake_timeout > core::duration::zero())
    set_timer(options_.limits.handshake_timeout, [this] {
      fail(core::ec::timeout, "shaking hands took too long");
    });
  auto& stream = *answered_.stream;
  if (stream.tls() != nullptr)
    expect_name(stream.tls(), options_.expected_name.empty()
                                ? options_.host
                                : options_.expected_name);
  stream.handshake(byte_stream::role::dialing, [self = shared_from_this()](
                                                 std::error_code problem) {
    if (!self->then_)
      return;
    if (problem) {
      auto* tls = self->answered_.stream->tls();
      auto is_untrusted = SSL_get_verify_result(tls) != X509_V_OK;
      self->fail(core::ec::unavailable,
                 fmt::format("{}: {}",
                             is_untrusted ? "it is not whom it should be"
                                          : "TLS's handshake failed",
                             describe_tls_error(tls, problem)),
                 is_untrusted);
      return;
    }
    self->greet();
  });
}

void call::greet() {
  answered_.token = to_hex(random_nonce());
  out_ = render(greeting{options_.node_name, answered_.token});
  send();
  read();
}

void call::send() {
  // What goes wrong is told better by what is read.
  answered_.stream->write_some(
    asio::buffer(out_) + written_,
    [self = shared_from_this()](std::error_code problem, size_t size) {
      self->written_ += size;
      if (!problem && self->then_ && self->written_ < self->out_.size())
        self->send();
    });
}

void call::read() {
  answered_.stream->read_some(
    asio::buffer(buffer_) + size_,
    [self = shared_from_this()](std::error_code problem, size_t size) {
      if (!self->then_)
        return;
      self->size_ += size;
      if (size > 0) {
        self->take();
        return;
      }
      if (is_of_tls(problem))
        // In TLS 1.3 the other side looks at our certificate when we are done.
        self->fail(core::ec::unavailable,
                   fmt::format("it does not take this node's certificate: {}",
                               describe_tls_error(self->answered_.stream->tls(),
                                                  problem)),
                   true);
      else if (problem)
        self->fail(core::ec::unavailable,
                   fmt::format("it hung up before it answered ({}): it may "
                               "have as many connections as it takes, or "
                               "other TLS settings",
                               problem.message()));
      else
        self->read();
    });
}

void call::take() {
  std::string_view all{buffer_.data(), size_};
  auto end = all.find('\n');
  if (end == all.npos && size_ < buffer_.size()) {
    read();
    return;
  }
  auto good = read_answer(all.substr(0, std::min(end, all.size())));
  if (!good) {
    fail(good.error().code, good.error().message, good.error().is_permanent);
    return;
  }
  answered_.received = all.substr(end + 1);
  finish(std::move(answered_));
}

void call::set_timer(core::duration time, std::function<void()> then) {
  timer_.expires_after(time);
  timer_.async_wait([self = shared_from_this(),
                     then = std::move(then)](std::error_code problem) {
    if (!problem && self->then_)
      then();
  });
}

std::string call::place() const {
  auto name = fmt::format("{}:{}", options_.host, options_.port);
  if (answered_.address.empty() || answered_.address == name)
    return name;
  return fmt::format("{} ({})", name, answered_.address);
}

void call::fail(core::ec code, const std::string& text, bool is_permanent) {
  finish(
    core::fail({code, fmt::format("{}: {}", place(), text), is_permanent}));
}

void call::finish(core::result<answered> result) {
  auto then = std::exchange(then_, nullptr);
  if (!then)
    return;
  deadline_.cancel();
  timer_.cancel();
  if (!result) {
    std::error_code ignored;
    socket_.close(ignored);
    if (answered_.stream)
      answered_.stream->close();
  }
  then(std::move(result));
}

} // namespace troupe::link
