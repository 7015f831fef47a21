// Writes a journal until it is killed: crash_writer PATH COUNT commits that
// many batches after those that are there, and writes the sequence of each to
// its standard output once it has been told that the batch is safe.

#include "storage/sqlite_journal.hpp"
#include "tests/storage/scripted_batches.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
  using namespace troupe;
  if (argc != 3)
    return 2;
  auto opened = storage::open_sqlite_journal(argv[1], {.blob_bytes_min = 2000,
                                                       .checkpoint_pages = 60});
  if (!opened) {
    std::fprintf(stderr, "%s\n", to_string(opened.error()).c_str());
    return 3;
  }
  auto& journal = **opened;
  storage::scripted_batches script;
  script.go_to(journal.sequence());
  for (auto n = std::atoi(argv[2]); n > 0; --n) {
    auto done = journal.commit(script.next());
    if (!done) {
      std::fprintf(stderr, "%s\n", to_string(done.error()).c_str());
      return 4;
    }
    auto told = journal.sequence();
    if (::write(STDOUT_FILENO, &told, sizeof told) != sizeof told)
      return 5;
    script.go_to(told);
    if (!journal.forget({.count_max = 40, .steps = 10}))
      return 6;
  }
  return 0;
}
