# How this project declares its targets.

include(GNUInstallDirs)

# What everything here is compiled with; not passed on to users.
add_library(troupe_build INTERFACE)
target_compile_features(troupe_build INTERFACE cxx_std_20)
target_compile_options(troupe_build INTERFACE -Wall -Wextra -Wpedantic)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 takes the unused alternative of CAF's result<T> for uninitialized.
  # -Wrestrict misreads operator+ of strings there (GCC bug 105329).
  target_compile_options(troupe_build INTERFACE -Wno-maybe-uninitialized
                                                -Wno-restrict)
endif()
option(TROUPE_WERROR "Treat warnings as errors" OFF)
if(TROUPE_WERROR)
  target_compile_options(troupe_build INTERFACE -Werror)
endif()

set(TROUPE_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined")
if(TROUPE_SANITIZE)
  # CAF 0.17.6 binds null references in caf/detail/init_fun_factory.hpp, which
  # is harmless and not ours: -fno-sanitize=null.
  add_compile_options(-fsanitize=${TROUPE_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  if(TROUPE_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize=null)
  endif()
  add_link_options(-fsanitize=${TROUPE_SANITIZE})
endif()

find_program(TROUPE_CCACHE ccache)
if(TROUPE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${TROUPE_CCACHE}")
endif()

# troupe_library(NAME HEADERS... SOURCES... LINK... [PRIVATE_LINK...])
# A library troupe::NAME that is installed with its headers under
# include/troupe/<folder>/.
function(troupe_library name)
  cmake_parse_arguments(ARG "" "" "HEADERS;SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  add_library(troupe_${name} ${ARG_SOURCES})
  add_library(troupe::${name} ALIAS troupe_${name})
  target_sources(
    troupe_${name} PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}"
                                 FILES ${ARG_HEADERS})
  target_compile_features(troupe_${name} PUBLIC cxx_std_20)
  target_link_libraries(
    troupe_${name}
    PUBLIC ${ARG_LINK}
    PRIVATE ${ARG_PRIVATE_LINK} $<BUILD_INTERFACE:troupe_build>)
  # Headers name each other from the root ("core/task.hpp"), so the installed
  # root is on the path beside the one that makes <troupe/...> work.
  target_include_directories(
    troupe_${name}
    INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
              $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/troupe>)
  set_target_properties(troupe_${name} PROPERTIES EXPORT_NAME ${name}
                                                  POSITION_INDEPENDENT_CODE ON)
  install(
    TARGETS troupe_${name}
    EXPORT troupeTargets
    FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/troupe")
endfunction()

# troupe_test(NAME SOURCES... LINK...): one program; each test of it runs in a
# process of its own, so that a hang or a crash costs one test.
function(troupe_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINK" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gtest
                                        GTest::gtest_main troupe_build)
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
                       PROPERTIES TIMEOUT ${ARG_TIMEOUT})
endfunction()
