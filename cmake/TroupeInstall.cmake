# What makes find_package(troupe) work for those who installed it.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(TROUPE_CMAKE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/troupe")

install(
  EXPORT troupeTargets
  NAMESPACE troupe::
  DESTINATION "${TROUPE_CMAKE_DIR}")
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/troupeConfig.cmake.in" troupeConfig.cmake
  INSTALL_DESTINATION "${TROUPE_CMAKE_DIR}")
# Before 1.0 the interface changes with the minor version.
write_basic_package_version_file(troupeConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(
  FILES "${CMAKE_CURRENT_BINARY_DIR}/troupeConfig.cmake"
        "${CMAKE_CURRENT_BINARY_DIR}/troupeConfigVersion.cmake"
        "${PROJECT_SOURCE_DIR}/cmake/FindCAF.cmake"
  DESTINATION "${TROUPE_CMAKE_DIR}")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE"
        DESTINATION "${CMAKE_INSTALL_DOCDIR}")
