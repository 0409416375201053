# SPDX-License-Identifier: EUPL-1.2
# budkavle_embed(TARGET SYMBOL FILE): makes FILE's bytes available to TARGET as
# `const char SYMBOL[]`, ended by a NUL that is not part of the file.
function(budkavle_embed target symbol file)
  set(out ${CMAKE_BINARY_DIR}/embedded/${symbol}.c)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DIN=${file} -DOUT=${out} -DSYMBOL=${symbol}
            -P ${CMAKE_SOURCE_DIR}/cmake/EmbedFile.cmake
    DEPENDS ${file} ${CMAKE_SOURCE_DIR}/cmake/EmbedFile.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
