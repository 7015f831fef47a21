#include <troupe/core/error.hpp>

int main() {
  auto code = troupe::core::ec::queue_full;
  return to_string(code) == "queue_full" ? 0 : 1;
}
