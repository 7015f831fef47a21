# Run by ctest: see CMakeLists.txt here.

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT
                  COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(prefix "${WORK_DIR}/prefix")
set(build "${WORK_DIR}/build")
file(REMOVE_RECURSE "${WORK_DIR}")
file(MAKE_DIRECTORY "${WORK_DIR}")

run("${CMAKE_COMMAND}" --install "${BUILD_DIR}" --prefix "${prefix}")
# A prefix that was moved must do as well: nothing in the package may name the
# place it was installed to, nor the one it was built in.
file(RENAME "${prefix}" "${prefix}-moved")
run("${CMAKE_COMMAND}"
    -S "${CMAKE_CURRENT_LIST_DIR}/consumer"
    -B "${build}"
    -G "${GENERATOR}"
    -D CMAKE_BUILD_TYPE=Release
    -D "CMAKE_CXX_COMPILER=${COMPILER}"
    -D "CMAKE_PREFIX_PATH=${prefix}-moved"
    -D "CAF_DIR=${CAF_DIR}")
run("${CMAKE_COMMAND}" --build "${build}")
run("${build}/consumer")
