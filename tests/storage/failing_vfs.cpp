#include "tests/storage/failing_vfs.hpp"

#include <sqlite3.h>

#include <new>

namespace troupe::test {

namespace {

struct setting {
  bool is_armed = false;
  bool has_failed = false;
  uint64_t left = 0;
  int code = SQLITE_OK;
};

setting now;

/// SQLITE_OK, or what the call fails with.
int verdict() {
  if (!now.is_armed)
    return SQLITE_OK;
  if (now.left > 0) {
    --now.left;
    return SQLITE_OK;
  }
  now.has_failed = true;
  return now.code;
}

/// The real file lies behind it.
struct failing_file {
  sqlite3_file base;

  sqlite3_file* real() {
    return reinterpret_cast<sqlite3_file*>(this + 1);
  }
};

sqlite3_file* real(sqlite3_file* x) {
  return reinterpret_cast<failing_file*>(x)->real();
}

const sqlite3_io_methods& methods_of(sqlite3_file* x) {
  return *real(x)->pMethods;
}

constexpr sqlite3_io_methods methods{
  .iVersion = 2,
  .xClose = [](sqlite3_file* x) { return methods_of(x).xClose(real(x)); },
  .xRead
  = [](sqlite3_file* x, void* to, int size,
       sqlite3_int64 at) { return methods_of(x).xRead(real(x), to, size, at); },
  .xWrite =
    [](sqlite3_file* x, const void* from, int size, sqlite3_int64 at) {
      if (auto code = verdict(); code != SQLITE_OK)
        return code;
      return methods_of(x).xWrite(real(x), from, size, at);
    },
  .xTruncate =
    [](sqlite3_file* x, sqlite3_int64 size) {
      if (auto code = verdict(); code != SQLITE_OK)
        return code;
      return methods_of(x).xTruncate(real(x), size);
    },
  .xSync =
    [](sqlite3_file* x, int flags) {
      if (auto code = verdict(); code != SQLITE_OK)
        return code;
      return methods_of(x).xSync(real(x), flags);
    },
  .xFileSize
  = [](sqlite3_file* x,
       sqlite3_int64* to) { return methods_of(x).xFileSize(real(x), to); },
  .xLock = [](sqlite3_file* x,
              int how) { return methods_of(x).xLock(real(x), how); },
  .xUnlock = [](sqlite3_file* x,
                int how) { return methods_of(x).xUnlock(real(x), how); },
  .xCheckReservedLock
  = [](sqlite3_file* x,
       int* to) { return methods_of(x).xCheckReservedLock(real(x), to); },
  .xFileControl
  = [](sqlite3_file* x, int what,
       void* to) { return methods_of(x).xFileControl(real(x), what, to); },
  .xSectorSize
  = [](sqlite3_file* x) { return methods_of(x).xSectorSize(real(x)); },
  .xDeviceCharacteristics =
    [](sqlite3_file* x) {
      return methods_of(x).xDeviceCharacteristics(real(x));
    },
  .xShmMap =
    [](sqlite3_file* x, int region, int size, int extend, volatile void** to) {
      return methods_of(x).xShmMap(real(x), region, size, extend, to);
    },
  .xShmLock
  = [](sqlite3_file* x, int offset, int n,
       int flags) { return methods_of(x).xShmLock(real(x), offset, n, flags); },
  .xShmBarrier = [](sqlite3_file* x) { methods_of(x).xShmBarrier(real(x)); },
  .xShmUnmap
  = [](sqlite3_file* x,
       int is_delete) { return methods_of(x).xShmUnmap(real(x), is_delete); },
  .xFetch = nullptr,
  .xUnfetch = nullptr,
};

int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* to, int flags,
         int* flags_out) {
  auto* usual = static_cast<sqlite3_vfs*>(vfs->pAppData);
  to->pMethods = nullptr;
  auto code = usual->xOpen(usual, path, real(to), flags, flags_out);
  if (code == SQLITE_OK)
    to->pMethods = &methods;
  return code;
}

} // namespace

void failing_vfs::install() {
  static sqlite3_vfs vfs = [] {
    auto* usual = sqlite3_vfs_find(nullptr);
    auto copy = *usual;
    copy.szOsFile = static_cast<int>(sizeof(failing_file)) + usual->szOsFile;
    copy.zName = name;
    copy.pAppData = usual;
    copy.pNext = nullptr;
    copy.xOpen = open;
    return copy;
  }();
  sqlite3_vfs_register(&vfs, 0);
}

void failing_vfs::fail_at(uint64_t number, int code) {
  now = {.is_armed = true, .left = number, .code = code};
}

void failing_vfs::heal() {
  now.is_armed = false;
}

bool failing_vfs::has_failed() {
  return now.has_failed;
}

} // namespace troupe::test
