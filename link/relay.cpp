#include "link/relay.hpp"

#include <asio/error.hpp>
#include <asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace troupe::link {

namespace {

// So long the other side gets to read the last bytes after we have said
// goodbye, before its connection is closed.
constexpr auto goodbye_time = std::chrono::seconds{2};

// So much is as good as a packet: the middle of a big one, on a slow line.
constexpr uint64_t progress_bytes = 1024;

core::error make_end(core::ec code, std::string text) {
  return {code, std::move(text)};
}

} // namespace

relay::pipe::pipe(std::shared_ptr<byte_stream> x,
                  std::shared_ptr<byte_stream> y, basp_side from,
                  const link_limits& limits, basp_nodes& nodes,
                  std::atomic<uint64_t>& bytes, std::string_view name)
  : source(std::move(x)),
    sink(std::move(y)),
    filter(from, limits, nodes),
    in(limits.buffer_bytes),
    bytes(&bytes),
    name(name) {
}

relay::relay(asio::io_context& io, std::shared_ptr<byte_stream> far,
             asio::ip::tcp::socket near, basp_side far_side,
             const link_limits& limits,
             std::shared_ptr<relay_counters> counters, named judge, ended then)
  : timer_(io),
    far_(std::move(far)),
    near_(make_stream(std::move(near), nullptr)),
    limits_(limits),
    counters_(std::move(counters)),
    judge_(std::move(judge)),
    then_(std::move(then)),
    inward_(far_, near_, far_side, limits_, nodes_, counters_->bytes_in,
            "the other node"),
    outward_(near_, far_,
             far_side == basp_side::client ? basp_side::server
                                           : basp_side::client,
             limits_, nodes_, counters_->bytes_out, "the own node") {
}

void relay::start(std::string received) {
  auto now = clock::now();
  inward_.last_progress = now;
  outward_.last_progress = now;
  watch();
  read(outward_);
  if (received.empty()) {
    read(inward_);
    return;
  }
  // Not from here: it may end all.
  asio::post(timer_.get_executor(),
             [self = shared_from_this(), received = std::move(received)] {
               if (!self->is_ending_)
                 self->take(self->inward_, received);
             });
}

void relay::stop() {
  end(relay_end::stopped,
      make_end(core::ec::cancelled, "this side has closed it"));
}

void relay::read(pipe& x) {
  x.is_reading = true;
  x.source->read_some(asio::buffer(x.in),
                      [self = shared_from_this(), &x](std::error_code problem,
                                                      size_t size) {
                        x.is_reading = false;
                        if (self->is_ending_)
                          self->drain(x, problem);
                        else if (size > 0)
                          self->take(x, {x.in.data(), size});
                        else if (problem)
                          self->source_ended(x, problem);
                        else
                          self->read(x);
                      });
}

void relay::take(pipe& x, std::string_view bytes) {
  auto packets_before = x.filter.packets();
  x.out.clear();
  x.written = 0;
  if (auto good = x.filter.feed(bytes, x.out); !good) {
    end(relay_end::broke_protocol,
        make_end(core::ec::invalid_argument,
                 fmt::format("{} sent what is not for BASP: {}", x.name,
                             good.error().message)));
    return;
  }
  if (!is_named_well(x)) {
    end(relay_end::broke_protocol,
        make_end(core::ec::invalid_argument,
                 fmt::format("{} calls itself as another one does", x.name)));
    return;
  }
  note_progress(x, bytes.size(), packets_before);
  if (x.out.empty()) {
    read(x);
    return;
  }
  x.is_writing = true;
  x.write_since = clock::now();
  write(x);
}

/// Asks once, when the name has come.
bool relay::is_named_well(const pipe& x) {
  if (&x != &inward_ || !judge_ || x.filter.node().empty())
    return true;
  return std::exchange(judge_, nullptr)(x.filter.node());
}

void relay::note_progress(pipe& x, size_t bytes, uint64_t packets_before) {
  x.bytes_since += bytes;
  if (x.bytes_since < progress_bytes && x.filter.packets() == packets_before)
    return;
  x.bytes_since = 0;
  x.last_progress = clock::now();
}

void relay::write(pipe& x) {
  auto rest = asio::buffer(x.out) + x.written;
  x.sink->write_some(rest, [self = shared_from_this(),
                            &x](std::error_code problem, size_t size) {
    if (self->is_ending_)
      return;
    if (problem) {
      self->end(relay_end::broken,
                make_end(core::ec::unavailable,
                         fmt::format("what {} sends cannot be delivered: {}",
                                     x.name, problem.message())));
      return;
    }
    *x.bytes += size;
    x.written += size;
    x.write_since = clock::now();
    if (x.written < x.out.size()) {
      self->write(x);
      return;
    }
    // While it was not read, it could not get on.
    x.is_writing = false;
    x.last_progress = x.write_since;
    self->read(x);
  });
}

/// All it has sent is written, or nothing would have been read.
void relay::source_ended(pipe& x, std::error_code problem) {
  if (!is_end(problem)) {
    end(relay_end::broken,
        make_end(core::ec::unavailable,
                 fmt::format("the connection to {} broke: {}", x.name,
                             problem.message())));
    return;
  }
  is_ending_ = true;
  tell(relay_end::closed,
       make_end(core::ec::unavailable,
                fmt::format("{} has closed the connection", x.name)));
  x.source->close();
  // Closing with something unread would make TCP throw away what the other
  // side has not been sent yet.
  x.sink->say_goodbye();
  timer_.expires_after(goodbye_time);
  timer_.async_wait([self = shared_from_this()](std::error_code waiting) {
    if (!waiting)
      self->close();
  });
  drain(&x == &inward_ ? outward_ : inward_, {});
}

void relay::watch() {
  using namespace std::chrono_literals;
  auto limit = core::duration::zero();
  for (auto x : {limits_.idle_timeout, limits_.write_timeout})
    if (x > 0ns && (limit == 0ns || x < limit))
      limit = x;
  if (limit == 0ns)
    return;
  // Four looks in the shortest time notice it at most a quarter too late, and
  // no byte has to set a timer.
  timer_.expires_after(std::clamp<core::duration>(limit / 4, 1ms, 1s));
  timer_.async_wait([self = shared_from_this()](std::error_code problem) {
    if (!problem && !self->is_ending_)
      self->look_at_clock();
  });
}

void relay::look_at_clock() {
  auto now = clock::now();
  auto is_over = [&](core::duration limit, clock::time_point since) {
    return limit > core::duration::zero() && now - since >= limit;
  };
  for (auto* x : {&inward_, &outward_}) {
    auto& other = x == &inward_ ? outward_ : inward_;
    if (x->is_writing) {
      if (is_over(limits_.write_timeout, x->write_since)) {
        end(relay_end::timed_out,
            make_end(core::ec::timeout,
                     fmt::format("{} has taken nothing for {}", other.name,
                                 core::to_string(limits_.write_timeout))));
        return;
      }
    } else if (is_over(limits_.idle_timeout, x->last_progress)) {
      end(relay_end::timed_out,
          make_end(core::ec::timeout,
                   fmt::format("nothing came from {} for {}", x->name,
                               core::to_string(limits_.idle_timeout))));
      return;
    }
  }
  watch();
}

void relay::end(relay_end how, const core::error& why) {
  if (is_ending_)
    return;
  is_ending_ = true;
  tell(how, why);
  close();
}

/// Before anything is closed: who sees it closed may ask.
void relay::tell(relay_end how, const core::error& why) {
  auto then = std::exchange(then_, nullptr);
  then(how, why);
}

/// Reads on, for nothing, until this side is closed as well.
void relay::drain(pipe& x, std::error_code problem) {
  if (!x.source->socket().is_open())
    return;
  if (problem)
    close();
  else if (!x.is_reading)
    read(x);
}

void relay::close() {
  timer_.cancel();
  far_->close();
  near_->close();
}

} // namespace troupe::link
