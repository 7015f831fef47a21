#include "agents/delegated_cgroup.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <string>

using namespace troupe::agents;
using namespace troupe::test;

namespace {

/// A plain directory with the files of a group; what is written to them stays
/// as it was written.
class delegated_cgroup_test : public ::testing::Test {
protected:
  /// The directory that these two files lead to.
  std::optional<std::filesystem::path> found(const std::string& groups,
                                             const std::string& mounts) const {
    return delegated_cgroup::find(dir_.add("groups", groups),
                                  dir_.add("mounts", mounts));
  }

  static std::string mount(const std::string& root, const std::string& point) {
    return "24 1 0:22 / /proc rw - proc proc rw\n30 25 0:26 " + root + " "
           + point + " rw,nosuid shared:9 master:2 - cgroup2 cgroup2 rw\n";
  }

  temporary_directory dir_;
  delegated_cgroup group_{dir_.path()};
};

} // namespace

// -- where it is --------------------------------------------------------------

TEST_F(delegated_cgroup_test, is_below_where_the_tree_is_mounted) {
  EXPECT_EQ(found("0::/user.slice/a.scope\n", mount("/", "/sys/fs/cgroup")),
            "/sys/fs/cgroup/user.slice/a.scope");
  // Beside groups of the first version.
  EXPECT_EQ(found("4:memory:/x\n0::/a\n", mount("/", "/sys/fs/cgroup/unified")),
            "/sys/fs/cgroup/unified/a");
}

TEST_F(delegated_cgroup_test, may_be_in_the_part_that_is_mounted) {
  EXPECT_EQ(found("0::/docker/1/a\n", mount("/docker/1", "/cg")), "/cg/a");
  EXPECT_EQ(found("0::/docker/1\n", mount("/docker/1", "/cg")), "/cg/");
  EXPECT_EQ(found("0::/docker/12\n", mount("/docker/1", "/cg")), std::nullopt);
}

TEST_F(delegated_cgroup_test, names_may_have_spaces) {
  EXPECT_EQ(found("0::/a b\n", mount("/", "/c\\040d")), "/c d/a b");
}

TEST_F(delegated_cgroup_test, there_may_be_none) {
  EXPECT_EQ(found("4:memory:/x\n", mount("/", "/cg")), std::nullopt);
  EXPECT_EQ(found("0::/a\n", "24 1 0:22 / /proc rw - proc proc rw\n"),
            std::nullopt);
  EXPECT_EQ(found("0::/../a\n", mount("/", "/cg")), std::nullopt);
  EXPECT_EQ(found("0::/a (deleted)\n", mount("/", "/cg")), std::nullopt);
  EXPECT_EQ(delegated_cgroup::find(dir_.path("no"), dir_.path("no")),
            std::nullopt);
}

// -- its controllers ----------------------------------------------------------

TEST_F(delegated_cgroup_test, takes_a_controller_that_is_on) {
  dir_.add("cgroup.subtree_control", "cpu memory\n");
  EXPECT_TRUE(group_.provide("memory"));
  EXPECT_EQ(dir_.read("cgroup.subtree_control"), "cpu memory\n");
}

TEST_F(delegated_cgroup_test, turns_a_controller_on) {
  dir_.add("cgroup.controllers", "cpu memory pids\n");
  EXPECT_TRUE(group_.provide("pids"));
  EXPECT_EQ(dir_.read("cgroup.subtree_control"), "+pids");
  EXPECT_FALSE(group_.provide("io"));
}

TEST_F(delegated_cgroup_test, makes_room_if_it_is_alone_here) {
  dir_.add("cgroup.type", "domain\n");
  dir_.add("cgroup.controllers", "memory\n");
  dir_.add("cgroup.procs", std::to_string(::getpid()) + "\n");
  EXPECT_TRUE(group_.provide("memory"));
  EXPECT_EQ(dir_.read("troupe-self/cgroup.procs"), std::to_string(::getpid()));
  EXPECT_EQ(dir_.read("cgroup.subtree_control"), "+memory");
}

TEST_F(delegated_cgroup_test, needs_no_room_where_nobody_is) {
  dir_.add("cgroup.type", "domain\n");
  dir_.add("cgroup.controllers", "memory\n");
  dir_.add("cgroup.procs");
  EXPECT_TRUE(group_.provide("memory"));
  EXPECT_FALSE(std::filesystem::exists(dir_.path("troupe-self")));
}

TEST_F(delegated_cgroup_test, moves_nobody_else) {
  dir_.add("cgroup.type", "domain\n");
  dir_.add("cgroup.controllers", "memory\n");
  dir_.add("cgroup.procs", "1\n" + std::to_string(::getpid()) + "\n");
  EXPECT_FALSE(group_.provide("memory"));
  EXPECT_FALSE(std::filesystem::exists(dir_.path("troupe-self")));
  EXPECT_FALSE(std::filesystem::exists(dir_.path("cgroup.subtree_control")));
}
