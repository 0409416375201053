# SPDX-License-Identifier: EUPL-1.2
# libbudkavle, shared and static: the files of lib/client alone, which include no other
# layer, so that nothing of the daemon comes along.
file(GLOB library_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/lib/client/*.c)
set(library_map ${CMAKE_SOURCE_DIR}/lib/client/libbudkavle.map)
foreach(kind SHARED STATIC)
  string(TOLOWER ${kind} suffix)
  add_library(libbudkavle_${suffix} ${kind} ${library_sources})
  set_target_properties(libbudkavle_${suffix} PROPERTIES
    OUTPUT_NAME budkavle
    C_VISIBILITY_PRESET default
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib
    ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
  target_link_libraries(libbudkavle_${suffix} PRIVATE budkavle_flags PkgConfig::CURL)
endforeach()
set_target_properties(libbudkavle_shared PROPERTIES
  VERSION 0.${PROJECT_VERSION_MINOR}.${PROJECT_VERSION_PATCH}
  SOVERSION 0
  LINK_DEPENDS ${library_map})
target_link_options(libbudkavle_shared PRIVATE
  -Wl,--version-script=${library_map} -Wl,--no-undefined)

configure_file(${CMAKE_SOURCE_DIR}/lib/client/libbudkavle.pc.in
               ${CMAKE_BINARY_DIR}/libbudkavle.pc @ONLY)
install(TARGETS libbudkavle_shared LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS libbudkavle_static ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ${CMAKE_SOURCE_DIR}/include/budkavle/client.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/budkavle)
install(FILES ${CMAKE_BINARY_DIR}/libbudkavle.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
