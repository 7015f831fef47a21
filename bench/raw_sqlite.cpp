#include "bench/raw_sqlite.hpp"

#include "bench/scratch_file.hpp"
#include "bench/times.hpp"
#include "bench/usage.hpp"
#include "bench/workload.hpp"
#include "core/spec_codec.hpp"
#include "storage/sqlite.hpp"

#include <algorithm>
#include <string>

namespace troupe::bench {

namespace {

using storage::sqlite_database;
using storage::sqlite_statement;

/// One table, and what a task is written with.
class loop {
public:
  loop() {
    require(database_.execute(
      "pragma journal_mode=wal; pragma synchronous=full;"
      "create table task(number integer primary key, id blob not null unique,"
      " status integer not null, spec text not null, result text) strict"));
    insert_ = require(database_.prepare(
      "insert into task(number, id, status, spec) values(?1, ?2, 0, ?3)"));
    start_ = require(
      database_.prepare("update task set status = 1 where number = ?1"));
    end_ = require(database_.prepare(
      "update task set status = 2, result = ?2 where number = ?1"));
    core::encode_spec(noop_task(), spec_);
  }

  void insert(uint64_t number) {
    core::task_id id{number, number * 0x9e3779b97f4a7c15};
    insert_.bind(1, static_cast<int64_t>(number));
    insert_.bind(2, id);
    insert_.bind_text(3, spec_);
    require(insert_.run());
  }

  void start(uint64_t number) {
    start_.bind(1, static_cast<int64_t>(number));
    require(start_.run());
  }

  void end(uint64_t number) {
    end_.bind(1, static_cast<int64_t>(number));
    end_.bind_text(2, "null");
    require(end_.run());
  }

  template <class F>
  void transaction(F f) {
    require(database_.execute("begin immediate"));
    f();
    require(database_.execute("commit"));
  }

private:
  scratch_file file_;
  sqlite_database database_ = require(
    sqlite_database::open(file_.path(), sqlite_database::mode::create));
  sqlite_statement insert_;
  sqlite_statement start_;
  sqlite_statement end_;
  std::string spec_;
};

sample run_loop(const context& what) {
  constexpr uint64_t batch_size = 1000;
  loop table;
  auto count = what.scaled(200'000);
  auto before = usage::now();
  for (uint64_t first = 0; first < count; first += batch_size) {
    auto last = std::min(first + batch_size, count);
    auto all = [&](void (loop::*f)(uint64_t)) {
      table.transaction([&] {
        for (auto i = first; i < last; ++i)
          (table.*f)(i);
      });
    };
    all(&loop::insert);
    all(&loop::start);
    all(&loop::end);
  }
  return cost_per_task(before, usage::now(), count);
}

sample run_commits(const context& what) {
  loop table;
  return times_of(what.scaled(2000), [&](uint64_t i) {
    table.transaction([&] { table.insert(i); });
  });
}

} // namespace

std::vector<benchmark> raw_sqlite_benchmarks() {
  return {
    {
      .name = std::string{raw_sqlite_bound},
      .what = "SQLite alone: 1000 tasks are inserted, marked as running and "
              "ended with a result, in three transactions",
      .run = run_loop,
    },
    {
      .name = std::string{raw_sqlite_commit},
      .what = "SQLite alone: a transaction of one task",
      .run = run_commits,
    },
  };
}

} // namespace troupe::bench
