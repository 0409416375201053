# SPDX-License-Identifier: EUPL-1.2
# budkavle_layer(FOLDER [LAYERS other...] [LINKS library...])
#
# One static library for each layer, made of every .c file of its folder and linked
# with the layers it may use. The include rules themselves are held by
# scripts/check-layers against tests/layers.rules.
function(budkavle_layer folder)
  cmake_parse_arguments(ARG "" "" "LAYERS;LINKS" ${ARGN})
  get_filename_component(name ${folder} NAME)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.c)
  add_library(budkavle_${name} STATIC ${sources})
  target_link_libraries(budkavle_${name} PUBLIC budkavle_flags ${ARG_LINKS})
  foreach(layer ${ARG_LAYERS})
    target_link_libraries(budkavle_${name} PUBLIC budkavle_${layer})
  endforeach()
endfunction()
