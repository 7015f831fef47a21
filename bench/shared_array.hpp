#pragma once

#include <sys/mman.h>

#include <cerrno>
#include <cstddef>
#include <span>
#include <system_error>

namespace troupe::bench {

/// Values, all zero at first, that this process has in common with children it
/// makes afterwards.
template <class T>
class shared_array {
public:
  explicit shared_array(size_t size) : size_(size) {
    auto* memory = mmap(nullptr, size * sizeof(T), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
      throw std::system_error{errno, std::generic_category(), "mmap"};
    data_ = static_cast<T*>(memory);
  }

  ~shared_array() {
    munmap(data_, size_ * sizeof(T));
  }

  shared_array(const shared_array&) = delete;
  shared_array& operator=(const shared_array&) = delete;

  std::span<T> all() const noexcept {
    return {data_, size_};
  }

private:
  size_t size_;
  T* data_ = nullptr;
};

} // namespace troupe::bench
