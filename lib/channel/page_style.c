/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The style sheet of the page, and the content security policy that allows it and
 * nothing else. It stands in every file, so that each works alone; it is kept small.
 */
#include "channel/page.h"

#include "base/digest.h"
#include "base/memory.h"

#include <stdlib.h>

/* Text and background meet WCAG AA (4.5:1) in both schemes; no state is told by colour
 * alone. */
static const char *const rules[] = {
    ":root{color-scheme:light dark;--bg:#f3f5f8;--card:#fff;--ink:#16202a;",
    "--soft:#4d5b68;--line:#d3dae1;--link:#0a4f96;--hot:#a3300f;--warm:#7a5200;",
    "--good:#1c6a35;--cool:#2f5d8a}",
    "@media(prefers-color-scheme:dark){:root{--bg:#11161b;--card:#1a2128;--ink:#e9eef3;",
    "--soft:#a9b6c2;--line:#323f4b;--link:#93c5ff;--hot:#ff9f86;--warm:#f0c069;",
    "--good:#86d69c;--cool:#9cc4ee}}",
    "*{box-sizing:border-box}",
    "body{margin:0;background:var(--bg);color:var(--ink);",
    "font:1rem/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,sans-serif;",
    "overflow-wrap:anywhere}",
    "header,main,footer{max-width:68rem;margin:0 auto;padding:0 1rem}",
    "header{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1.5rem;",
    "padding-top:1rem}",
    "header p{margin:0;font-weight:600}",
    "header nav a{margin-left:1rem}",
    "a{color:var(--link)}",
    "a:focus-visible{outline:3px solid var(--link);outline-offset:2px}",
    "h1{font-size:1.75rem;line-height:1.2;margin:1rem 0 .25rem}",
    "h2{font-size:1.25rem;margin:2rem 0 .75rem}",
    "h3{font-size:1.0625rem;line-height:1.35;margin:0 0 .25rem}",
    ".sum{font-size:1.125rem;margin:.25rem 0}",
    ".soft,small,dt{color:var(--soft)}",
    ".soft{margin:0}",
    "small{display:block}",
    ".banner{background:#ffe08a;color:#2b2000;border:2px solid #6b5200;",
    "border-radius:.375rem;padding:.75rem 1rem;font-weight:700}",
    ".cards{display:grid;gap:1rem;",
    "grid-template-columns:repeat(auto-fill,minmax(min(20rem,100%),1fr))}",
    ".card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;",
    "border-left:.375rem solid var(--state,var(--cool));padding:1rem}",
    ".confirmed{--state:var(--hot)}",
    ".suspected,.partly_restored{--state:var(--warm)}",
    ".restored{--state:var(--good)}",
    ".cancelled{--state:var(--soft)}",
    ".badge{display:inline-block;font-size:.875rem;font-weight:600;",
    "color:var(--state,var(--cool));border:1px solid;border-radius:1rem;",
    "padding:0 .625rem}",
    ".drill{background:#ffe08a;color:#2b2000}",
    "dl{margin:.75rem 0 0}",
    "dl>div{display:flex;gap:.75rem;padding:.25rem 0;border-top:1px solid var(--line)}",
    "dt{flex:0 0 8.5rem}",
    "dd{margin:0}",
    "table{width:100%;border-collapse:collapse;background:var(--card);",
    "border:1px solid var(--line)}",
    "caption{text-align:left;padding:.25rem 0;color:var(--soft)}",
    "th,td{text-align:left;vertical-align:top;padding:.375rem .625rem;",
    "border-top:1px solid var(--line);overflow-wrap:break-word}",
    "thead th{color:var(--soft);font-weight:600}",
    "tbody th{font-weight:400}",
    "td.n,th.n{text-align:right}",
    ".cards+h3{margin:1.5rem 0 .5rem}",
    ".none{background:var(--card);border:1px solid var(--line);border-radius:.5rem;",
    "padding:1rem;margin:0}",
    ".said{list-style:none;margin:0;padding:0}",
    ".said li{border-left:2px solid var(--line);padding:0 0 1rem 1rem}",
    ".said p{margin:.25rem 0}",
    ".card>h2{margin-top:0}",
    ".news p{margin:.5rem 0}",
    ".news p:first-child{font-size:1.125rem}",
    "article>.card{margin-top:1rem}",
    "article>section{max-width:46rem}",
    "footer{border-top:1px solid var(--line);margin-top:2.5rem;padding-top:1rem;",
    "padding-bottom:2rem;color:var(--soft)}",
    "footer p{margin:.25rem 0}",
    "footer a{margin-right:1rem}",
    "@media(max-width:40rem){th,td{padding:.375rem;font-size:.9375rem}",
    "dt{flex-basis:7rem}}",
    "@media print{:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#333}",
    "nav,.feeds{display:none}.card,li{break-inside:avoid}}",
};

void
page_style(struct buffer *out)
{
    for (size_t i = 0; i < ARRAY_COUNT(rules); i++)
        buffer_add(out, rules[i]);
}

static unsigned char
nibble(char digit)
{
    return (unsigned char)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

/* CSP names a style by the base64 of its SHA-256 (CSP level 3, 2.3.1). */
char *
page_policy(const struct buffer *style)
{
    char hex[SHA256_HEX_SIZE];
    unsigned char digest[SHA256_BYTES];
    char *encoded, *policy;

    sha256_hex(style->data, style->len, hex);
    for (size_t i = 0; i < SHA256_BYTES; i++)
        digest[i] = (unsigned char)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
    encoded = base64_encode(digest, sizeof(digest));
    policy = string_format("default-src 'none'; style-src 'sha256-%s'; "
                           "base-uri 'none'; form-action 'none'",
                           encoded);
    free(encoded);
    return policy;
}
