#include "link/admission.hpp"

#include "link/tls_context.hpp"

#include <asio/error.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace troupe::link {

namespace {

using tcp = asio::ip::tcp;

// So long somebody who is refused gets to read why.
constexpr auto reading_time = std::chrono::seconds{1};

} // namespace

admission::admission(asio::io_context& io, std::shared_ptr<byte_stream> stream,
                     std::string address, std::shared_ptr<const rules> rules,
                     host host)
  : rules_(std::move(rules)),
    host_(std::move(host)),
    address_(std::move(address)),
    stream_(std::move(stream)),
    near_(io),
    timer_(io) {
}

void admission::start() {
  if (rules_->timeout > core::duration::zero()) {
    timer_.expires_after(rules_->timeout);
    timer_.async_wait([self = shared_from_this()](std::error_code problem) {
      if (!problem)
        self->finish(refusal::timeout);
    });
  }
  stream_->handshake(byte_stream::role::listening, [self = shared_from_this()](
                                                     std::error_code problem) {
    if (self->is_decided_)
      return;
    if (!problem)
      self->read();
    else
      self->finish(is_of_tls(problem) ? refusal::untrusted : refusal::gone);
  });
}

void admission::read() {
  stream_->read_some(
    asio::buffer(buffer_) + size_,
    [self = shared_from_this()](std::error_code problem, size_t size) {
      if (self->is_decided_)
        return;
      if (size == 0 && problem) {
        self->finish(refusal::gone);
        return;
      }
      self->size_ += size;
      std::string_view all{self->buffer_.data(), self->size_};
      auto end = all.find('\n');
      if (end != all.npos) {
        // The buffer is needed for what was behind the line.
        self->line_ = all.substr(0, end);
        std::copy(all.begin() + static_cast<long>(end) + 1, all.end(),
                  self->buffer_.begin());
        self->size_ -= end + 1;
        self->take(self->line_);
      } else if (self->size_ == self->buffer_.size()) {
        self->refuse({refusal::malformed, "the greeting is too long"});
      } else {
        self->read();
      }
    });
}

void admission::take(std::string_view line) {
  auto greeting = read_greeting(line);
  if (!greeting) {
    refuse(std::move(greeting.error()));
    return;
  }
  auto& name = greeting->node_name;
  auto* tls = stream_->tls();
  if (tls != nullptr && !is_certified(tls, name)) {
    refuse({refusal::wrong_name,
            fmt::format("the certificate is not for {}", name)});
    return;
  }
  if (!rules_->allowed_names.empty() && !rules_->allowed_names.contains(name)) {
    refuse({refusal::not_allowed,
            fmt::format("{} is not among the nodes that may join", name)});
    return;
  }
  if (!host_.take_token(greeting->token, {name, address_, tls != nullptr})) {
    refuse({refusal::token_in_use, "the token is another connection's"});
    return;
  }
  greeting_ = std::move(*greeting);
  connect();
}

void admission::connect() {
  near_.async_connect(
    {asio::ip::address_v4::loopback(), rules_->target_port},
    [self = shared_from_this()](std::error_code problem) {
      if (self->is_decided_)
        return;
      if (problem)
        self->refuse(
          {refusal::unavailable,
           fmt::format("its node takes no connection: {}", problem.message())});
      else
        self->welcome();
    });
}

void admission::welcome() {
  write(render_welcome(), [self = shared_from_this()](std::error_code problem) {
    if (self->is_decided_)
      return;
    if (problem) {
      self->finish(refusal::gone);
      return;
    }
    self->is_decided_ = true;
    self->timer_.cancel();
    self->host_.on_admitted({{self->greeting_.node_name, self->address_,
                              self->stream_->tls() != nullptr},
                             self->greeting_.token,
                             self->stream_,
                             std::move(self->near_),
                             std::string{self->buffer_.data(), self->size_}});
  });
}

void admission::write(std::string text,
                      std::function<void(std::error_code)> then) {
  if (!text.empty()) {
    out_ = std::move(text);
    written_ = 0;
  }
  stream_->write_some(asio::buffer(out_) + written_,
                      [self = shared_from_this(), then = std::move(then)](
                        std::error_code problem, size_t size) {
                        self->written_ += size;
                        if (problem || self->written_ == self->out_.size())
                          then(problem);
                        else
                          self->write({}, then);
                      });
}

/// Counts as soon as it is decided; the connection is open for a moment still.
void admission::refuse(refusal_reason why) {
  is_decided_ = true;
  host_.on_refused(why.code);
  timer_.expires_after(reading_time);
  timer_.async_wait([self = shared_from_this()](std::error_code problem) {
    if (!problem)
      self->close();
  });
  write(render(why), [self = shared_from_this()](std::error_code problem) {
    if (problem)
      self->close();
    else
      self->stream_->say_goodbye();
  });
}

void admission::finish(refusal code) {
  if (!is_decided_) {
    is_decided_ = true;
    host_.on_refused(code);
  }
  close();
}

void admission::close() {
  timer_.cancel();
  std::error_code ignored;
  near_.close(ignored);
  stream_->close();
}

} // namespace troupe::link
