#pragma once

#include "core/error.hpp"
#include "link/basp_filter.hpp"
#include "link/byte_stream.hpp"
#include "link/link_limits.hpp"

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::link {

/// Why a relay has ended.
enum class relay_end : uint8_t {
  /// Another node, or BASP here, has closed its side, in the proper way.
  closed,
  /// It was broken off.
  broken,
  /// Nothing came, or was taken, for too long.
  timed_out,
  /// What came was not allowed.
  broke_protocol,
  /// stop() was called.
  stopped,
};

/// Bytes on their way to BASP here, and from it; of all relays that share it.
struct relay_counters {
  std::atomic<uint64_t> bytes_in{0};
  std::atomic<uint64_t> bytes_out{0};
};

/// Carries bytes between another node and BASP on this machine, both ways, as
/// far as they pass the filter. Holds no more of them than its limits say: who
/// does not read makes the other one wait. Whoever ends its side ends the
/// relay, when all it has sent is delivered (BASP knows no half connections).
/// All members are called on the thread of its io_context.
class relay : public std::enable_shared_from_this<relay> {
public:
  using ended = std::function<void(relay_end, const core::error& why)>;
  /// Is told what the other node calls itself in BASP, before BASP is; if it
  /// says no, the relay ends.
  using named = std::function<bool(const std::string& node)>;
  using clock = std::chrono::steady_clock;

  /// `far_side` is who the other node is to BASP. `then` is called once, not
  /// from within start(). `judge` may be empty.
  relay(asio::io_context& io, std::shared_ptr<byte_stream> far,
        asio::ip::tcp::socket near, basp_side far_side,
        const link_limits& limits, std::shared_ptr<relay_counters> counters,
        named judge, ended then);

  /// `received` has come from the other node already.
  void start(std::string received);

  void stop();

private:
  /// One direction.
  struct pipe {
    pipe(std::shared_ptr<byte_stream> x, std::shared_ptr<byte_stream> y,
         basp_side from, const link_limits& limits, basp_nodes& nodes,
         std::atomic<uint64_t>& bytes, std::string_view name);

    std::shared_ptr<byte_stream> source;
    std::shared_ptr<byte_stream> sink;
    basp_filter filter;
    std::vector<char> in;
    std::vector<char> out;
    size_t written = 0;
    std::atomic<uint64_t>* bytes;
    /// Of the source, for people.
    std::string_view name;
    clock::time_point last_progress;
    uint64_t bytes_since = 0;
    /// Of a write that is under way.
    clock::time_point write_since;
    bool is_writing = false;
    bool is_reading = false;
  };

  void read(pipe& x);
  void take(pipe& x, std::string_view bytes);
  void write(pipe& x);
  bool is_named_well(const pipe& x);
  void note_progress(pipe& x, size_t bytes, uint64_t packets_before);
  void source_ended(pipe& x, std::error_code problem);
  void drain(pipe& x, std::error_code problem);
  void watch();
  void look_at_clock();
  void end(relay_end how, const core::error& why);
  void tell(relay_end how, const core::error& why);
  void close();

  asio::steady_timer timer_;
  std::shared_ptr<byte_stream> far_;
  std::shared_ptr<byte_stream> near_;
  link_limits limits_;
  basp_nodes nodes_;
  std::shared_ptr<relay_counters> counters_;
  named judge_;
  ended then_;
  pipe inward_;
  pipe outward_;
  bool is_ending_ = false;
};

} // namespace troupe::link
