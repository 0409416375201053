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

# budkavle_embed_catalogues(TARGET FOLDER): every LANGUAGE.catalogue of FOLDER, and the
# table of them that lib/text/catalogue_builtin.h declares. A language is one file.
function(budkavle_embed_catalogues target folder)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.catalogue)
  list(SORT files)
  set(externs "")
  set(rows "")
  foreach(file ${files})
    get_filename_component(language ${file} NAME_WLE)
    string(MAKE_C_IDENTIFIER catalogue_${language} symbol)
    budkavle_embed(${target} ${symbol} ${file})
    string(APPEND externs "extern const char ${symbol}[];\n")
    string(APPEND rows "    { \"${language}\", \"${language}.catalogue\", ${symbol} },\n")
  endforeach()
  set(out ${CMAKE_BINARY_DIR}/embedded/catalogues.c)
  file(CONFIGURE OUTPUT ${out} CONTENT
"#include \"text/catalogue_builtin.h\"

${externs}
const struct catalogue_builtin catalogue_builtins[] = {
${rows}    { NULL, NULL, NULL },
};
" @ONLY)
  target_sources(${target} PRIVATE ${out})
endfunction()
