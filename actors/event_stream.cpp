#include "actors/event_stream.hpp"

#include "actors/event_stream_source.hpp"

namespace troupe::actors {

event_stream::event_stream(std::unique_ptr<source> from)
  : source_(std::move(from)) {
}

event_stream::event_stream(event_stream&&) noexcept = default;
event_stream& event_stream::operator=(event_stream&&) noexcept = default;
event_stream::~event_stream() = default;

std::optional<core::event> event_stream::next(core::duration timeout) {
  return source_->next(timeout);
}

bool event_stream::has_ended() const noexcept {
  return source_->has_ended();
}

uint64_t event_stream::position() const noexcept {
  return source_->position();
}

} // namespace troupe::actors
