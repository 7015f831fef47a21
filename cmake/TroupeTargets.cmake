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

# Most of a source's time goes into the headers and templates it shares with its
# neighbours, so a whole build is faster with several sources in one go. What is
# built over and over after small changes is not: see CONTRIBUTING.md.
option(TROUPE_UNITY "Compile the sources of a target in batches" OFF)
set(CMAKE_UNITY_BUILD ${TROUPE_UNITY})
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)
if(TROUPE_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ takes the sources of a batch for headers, in which an anonymous
  # namespace would be a mistake.
  target_compile_options(troupe_build INTERFACE -Wno-subobject-linkage)
  # It also looks for memory to reuse from 128 MB on, which takes a fifth of
  # its time here. In kB; the largest batch takes 2.1 GB then, not 1.7.
  target_compile_options(troupe_build
                         INTERFACE --param=ggc-min-heapsize=1048576)
endif()

# Nothing is built then: in place of each object clang-tidy looks at its batch,
# with what the batch includes as what ninja goes by, and nothing is linked.
set(TROUPE_CLANG_TIDY "" CACHE STRING "Look at sources with this clang-tidy")
if(TROUPE_CLANG_TIDY)
  # A batch consists of nothing but what suspicious-include is there to find,
  # and with carets clang-tidy also counts what it does not show.
  set(CMAKE_CXX_COMPILE_OBJECT
      "${TROUPE_CLANG_TIDY} --quiet --checks=-bugprone-suspicious-include \
--extra-arg=-fno-caret-diagnostics \
<SOURCE> -- <CMAKE_CXX_COMPILER> <DEFINES> <INCLUDES> <FLAGS>"
      "<CMAKE_CXX_COMPILER> <DEFINES> <INCLUDES> <FLAGS> -E -o /dev/null \
<SOURCE>"
      "<CMAKE_COMMAND> -E touch <OBJECT>")
  set(CMAKE_CXX_CREATE_STATIC_LIBRARY "<CMAKE_COMMAND> -E touch <TARGET>")
  set(CMAKE_CXX_LINK_EXECUTABLE "<CMAKE_COMMAND> -E touch <TARGET>")
endif()

find_program(TROUPE_CCACHE ccache)
if(TROUPE_CCACHE
   AND NOT TROUPE_CLANG_TIDY
   AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # What ccache needs to be told for precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
      "${TROUPE_CCACHE}")
endif()

# troupe_precompile(TARGET [CAF] [TEST] [QUICK]): the headers that a source has
# take longer than the source, so they are read once for all targets that are
# compiled alike: those of others, and what all of such targets know of ours.
# Sources include what they use all the same: the preset tidy goes without this.
# QUICK: nobody waits for this program, so it is not optimised; what it uses is.
function(troupe_precompile target)
  cmake_parse_arguments(ARG "CAF;TEST;QUICK" "" "" ${ARGN})
  set(headers troupe_headers)
  foreach(kind IN ITEMS CAF TEST QUICK)
    if(ARG_${kind})
      string(APPEND headers "_${kind}")
    endif()
  endforeach()
  string(TOLOWER "${headers}" headers)
  if(NOT TARGET ${headers})
    troupe_headers(${headers} "${ARG_CAF}" "${ARG_TEST}" "${ARG_QUICK}")
  endif()
  target_precompile_headers(${target} REUSE_FROM ${headers})
  troupe_precompiled_options(${target} "${ARG_QUICK}")
endfunction()

# The target whose precompiled headers others use.
function(troupe_headers name has_caf is_test is_quick)
  set(source "${PROJECT_BINARY_DIR}/troupe_headers.cpp")
  file(CONFIGURE OUTPUT "${source}" CONTENT "// Only its headers matter.\n")
  add_library(${name} OBJECT EXCLUDE_FROM_ALL "${source}")
  # What is precompiled knows our headers by when they were changed, so it is of
  # no use in another clone: nothing that ccache may keep.
  set_target_properties(${name} PROPERTIES UNITY_BUILD OFF
                                           CXX_COMPILER_LAUNCHER "")
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(
    ${name}
    PRIVATE fmt::fmt
            nlohmann_json::nlohmann_json
            tl::expected
            tsl::robin_map
            troupe_build
            $<$<BOOL:${has_caf}>:CAF::core>
            $<$<BOOL:${is_test}>:GTest::gtest>)
  troupe_precompiled_options(${name} "${is_quick}")
  set(headers <algorithm> <chrono> <fmt/format.h> <nlohmann/json.hpp>)
  if(has_caf)
    list(APPEND headers <caf/all.hpp>
         "${PROJECT_SOURCE_DIR}/messages/type_ids.hpp")
  endif()
  if(has_caf AND is_quick)
    list(APPEND headers "${PROJECT_SOURCE_DIR}/actors/runtime.hpp")
  endif()
  if(is_test)
    list(APPEND headers <gtest/gtest.h>)
  endif()
  target_precompile_headers(${name} PRIVATE ${headers})
endfunction()

function(troupe_precompiled_options target is_quick)
  if(is_quick)
    target_compile_options(${target} PRIVATE -O0)
  else()
    # Else libraries and programs could not share what is precompiled. (CMake's
    # property says -fPIE for a program.)
    target_compile_options(${target} PRIVATE -fPIC)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Once precompiled, the standard's headers are warned about as if they
    # were ours, and g++ 12 misreads its strings (GCC bug 105651).
    target_compile_options(
      ${target} PRIVATE -fpch-preprocess -Wno-array-bounds
                        -Wno-stringop-overflow)
  endif()
endfunction()

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
  cmake_parse_arguments(ARG "CAF" "TIMEOUT" "SOURCES;LINK" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  if(TROUPE_SANITIZE)
    math(EXPR ARG_TIMEOUT "${ARG_TIMEOUT} * 3")
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gtest
                                        GTest::gtest_main troupe_build)
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  if(ARG_CAF)
    troupe_precompile(${name} TEST QUICK CAF)
  else()
    troupe_precompile(${name} TEST QUICK)
    # Small ones: most of the time goes into what a batch has but once.
    set_target_properties(${name} PROPERTIES UNITY_BUILD_BATCH_SIZE 16)
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
                       PROPERTIES TIMEOUT ${ARG_TIMEOUT})
endfunction()
