#include "core/record_codec.hpp"

#include "core/image_codec.hpp"
#include "core/journal_batch.hpp"

namespace troupe::core {

void encode_record(const task_record& x, std::string& to) {
  // An image has all that matters of a task that has ended, and knows how to
  // be written. Its number is the journal's and means nothing here.
  task_image image;
  image.number = 1;
  image.spec = x.spec;
  image.created = x.created;
  image.status = x.status;
  image.attempt = x.attempt;
  image.agent = x.agent;
  image.priority = x.priority;
  image.started = x.started;
  image.finished = x.finished;
  image.result = x.result;
  if (x.failure)
    image.failure = *x.failure;
  encode_image(image, to);
}

result<task_record> decode_record(std::string_view text) {
  auto image = decode_image(text);
  if (!image)
    return fail(std::move(image.error()));
  if (!image->has_ended())
    return fail(ec::invalid_argument, "has not ended");
  return to_record(*std::move(image));
}

} // namespace troupe::core
