# SPDX-License-Identifier: EUPL-1.2
# One interface target carries every compiler flag; each layer links it.
add_library(budkavle_flags INTERFACE)
target_compile_definitions(budkavle_flags INTERFACE _GNU_SOURCE
                           BUDKAVLE_VERSION="${PROJECT_VERSION}")
target_include_directories(budkavle_flags INTERFACE
  ${CMAKE_SOURCE_DIR}/lib ${CMAKE_SOURCE_DIR}/daemon ${CMAKE_SOURCE_DIR}/include)
target_compile_options(budkavle_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
  -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual
  -Wwrite-strings -Wvla -Wformat=2 -Wundef -Wnull-dereference
  -Wdouble-promotion -Wimplicit-fallthrough
  -fstack-protector-strong -fstack-clash-protection -fcf-protection
  -fno-strict-aliasing)
target_link_options(budkavle_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
if(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  if(NOT BUDKAVLE_SANITIZE)
    target_compile_options(budkavle_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
  endif()
endif()
include(CheckPIESupported)
check_pie_supported()
if(BUDKAVLE_WERROR)
  target_compile_options(budkavle_flags INTERFACE -Werror)
endif()
if(BUDKAVLE_SANITIZE)
  target_compile_options(budkavle_flags INTERFACE -fsanitize=address,undefined
    -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(budkavle_flags INTERFACE -fsanitize=address,undefined)
endif()
