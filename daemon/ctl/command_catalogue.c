/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * `budkavle catalogue`: the built-in catalogues as a start, and what becomes of a file
 * that an officer edits. Needs no daemon.
 */
#include "ctl/session.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "text/catalogue_trial.h"
#include "text/gsm7.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char whole_ending[] = ".catalogue";
static const char local_ending[] = ".local.catalogue";

struct checking {
    const struct session *session;
    const char *file;
    char *language;
    bool is_local;
    bool all_kinds;
    struct buffer content;
    char *whole_file; /* that the file changes; NULL: the built-in catalogue */
    struct buffer whole;
    json_t *texts; /* NULL without --json */
    enum notice shown;
};

static int
show(const struct session *session, const char *language)
{
    struct catalogue_source source;
    struct error error = { 0 };

    if (!catalogue_builtin_source(language, &source)) {
        catalogue_no_builtin(language, &error);
        fprintf(stderr, "budkavle: %s\n", error.text);
        return CTL_USAGE;
    }
    if (session->json) {
        json_t *whole =
            json_pack("{s:s, s:s}", "file", source.file_name, "text", source.text);

        json_dumpf(whole, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
        putchar('\n');
        json_decref(whole);
    } else {
        fwrite(source.text, 1, source.len, stdout);
    }
    return CTL_OK;
}

static bool
strip_ending(char *name, const char *ending)
{
    size_t len = strlen(name), n = strlen(ending);

    if (len <= n || strcmp(name + len - n, ending) != 0) {
        return false;
    }
    name[len - n] = '\0';
    return true;
}

/* "nb.local.catalogue" are changes to the Norwegian one. */
static bool
read_name(struct checking *checking)
{
    const char *slash = strrchr(checking->file, '/');
    char *name = string_copy(slash != NULL ? slash + 1 : checking->file);
    bool found;

    checking->is_local = strip_ending(name, local_ending);
    found = checking->is_local || strip_ending(name, whole_ending);
    if (found && checking->language == NULL) {
        checking->language = string_copy(name);
    }
    free(name);
    return found || checking->language != NULL;
}

/* A whole catalogue beside the changes is what they change. */
static bool
read_whole(struct checking *checking)
{
    const char *slash = strrchr(checking->file, '/');
    int folder = slash != NULL ? (int)(slash + 1 - checking->file) : 0;
    char *path = string_format("%.*s%s%s", folder, checking->file, checking->language,
                               whole_ending);
    bool done = true;

    if (checking->is_local && access(path, F_OK) == 0) {
        checking->whole_file = path;
        path = NULL;
        done = read_input(checking->whole_file, &checking->whole);
        buffer_add(&checking->whole, "");
    }
    free(path);
    return done;
}

/* NULL after *faults or *error was told. */
static struct catalogue *
load(const struct checking *checking, struct faults *faults)
{
    const struct catalogue_source own = { checking->file, checking->content.data,
                                          checking->content.len };
    struct catalogue_source whole = own;
    struct catalogue *catalogue = NULL;
    struct error error = { 0 };

    if (checking->whole_file != NULL) {
        whole = (struct catalogue_source){ checking->whole_file, checking->whole.data,
                                           checking->whole.len };
    } else if (checking->is_local &&
               !catalogue_builtin_source(checking->language, &whole)) {
        catalogue_no_builtin(checking->language, &error);
        faults_add(faults, 0, 0, "",
                   "%s:1: %s; changes need a whole catalogue %s%s beside them",
                   checking->file, error.text, checking->language, whole_ending);
        return NULL;
    }
    catalogue_read(checking->language, &whole, checking->is_local ? &own : NULL,
                   &catalogue, faults);
    return catalogue;
}

static void
add_json(struct checking *checking, const struct trial *trial, const char *kind)
{
    const struct text_set *text = trial->text;

    json_array_append_new(
        checking->texts,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:I}", "notice",
                  name_of(&notice_names, (int)trial->message->notice), "kind", kind,
                  "sample", trial->sample, "title", text->title, "short",
                  text->short_text, "short_length",
                  (json_int_t)gsm7_length(text->short_text), "long", text->long_text,
                  "long_length", (json_int_t)utf8_count_graphemes(text->long_text)));
}

static void
print_text(struct checking *checking, const struct trial *trial, const char *kind)
{
    const struct text_set *text = trial->text;

    if (checking->shown != trial->message->notice) {
        checking->shown = trial->message->notice;
        printf("\n=== notice %s\n",
               name_of(&notice_names, (int)trial->message->notice));
    }
    printf("\n--- %s, %s\ntitle (%zu): %s\nshort (%ld of %d): %s\nlong (%zu):\n%s\n",
           kind, trial->sample, utf8_count_graphemes(text->title), text->title,
           gsm7_length(text->short_text), GSM7_SINGLE_PART, text->short_text,
           utf8_count_graphemes(text->long_text), text->long_text);
}

static void
on_trial(void *context, const struct trial *trial)
{
    struct checking *checking = context;
    bool is_alarm = notice_is_alarm(trial->message->notice);
    const char *kind =
        is_alarm ? "alarm" : name_of(&kind_names, (int)trial->message->facts.kind);

    if (!is_alarm && !checking->all_kinds && trial->message->facts.kind != KIND_POWER) {
        return;
    }
    if (checking->texts != NULL) {
        add_json(checking, trial, kind);
    } else {
        print_text(checking, trial, kind);
    }
}

static json_t *
findings_json(const struct trial_findings *findings)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < findings->count; i++) {
        const struct trial_finding *finding = &findings->items[i];

        json_array_append_new(
            rows, json_pack("{s:s, s:s, s:s, s:s, s:s}", "place", finding->place,
                            "notice", name_of(&notice_names, (int)finding->notice),
                            "rule", plain_code(finding->rule), "problem",
                            finding->problem, "text", finding->text));
    }
    return rows;
}

static json_t *
faults_json(const struct faults *faults)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < faults->count; i++) {
        json_array_append_new(rows, json_string(faults->items[i].problem));
    }
    return rows;
}

static void
print_plain(const struct checking *checking, const struct faults *faults,
            const struct trial_findings *findings, size_t stopped)
{
    if (faults->count > 0) {
        for (size_t i = 0; i < faults->count; i++) {
            printf("%s\n", faults->items[i].problem);
        }
        printf("%s cannot be used: %zu fault%s to mend\n", checking->file,
               faults->count + faults->dropped, faults->count == 1 ? "" : "s");
        return;
    }
    printf("\n=== what the rules of plain language find\n\n");
    for (size_t i = 0; i < findings->count; i++) {
        printf("%s%s: %s (notice %s)\n", findings->items[i].place,
               plain_code(findings->items[i].rule), findings->items[i].problem,
               name_of(&notice_names, (int)findings->items[i].notice));
    }
    printf("%s can be used; %zu findings, of which %zu must be mended (E)\n",
           checking->file, findings->count, stopped);
}

static int
check(struct checking *checking)
{
    const struct compose_context sender = trial_context();
    struct trial_findings findings = { 0 };
    struct faults faults = { 0 };
    struct catalogue *catalogue = load(checking, &faults);
    size_t stopped = 0;
    int exit_code;

    checking->texts = checking->session->json ? json_array() : NULL;
    if (catalogue != NULL) {
        stopped = catalogue_try(catalogue, &sender, &findings, on_trial, checking);
    }
    exit_code = catalogue != NULL && stopped == 0 ? CTL_OK : CTL_FAILED;
    if (checking->texts != NULL) {
        json_t *whole =
            json_pack("{s:o, s:o, s:o}", "faults", faults_json(&faults), "findings",
                      findings_json(&findings), "texts", checking->texts);

        json_dumpf(whole, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
        putchar('\n');
        json_decref(whole);
    } else {
        print_plain(checking, &faults, &findings, stopped);
    }
    trial_findings_clear(&findings);
    faults_clear(&faults);
    catalogue_free(catalogue);
    return exit_code;
}

static int
check_file(struct checking *checking)
{
    int exit_code = CTL_FAILED;

    if (!read_name(checking)) {
        return usage_fault(checking->session,
                           "the file is not LANGUAGE.catalogue or "
                           "LANGUAGE.local.catalogue; name it so, or give --language, "
                           "for",
                           checking->file);
    }
    if (read_input(checking->file, &checking->content) && read_whole(checking)) {
        buffer_add(&checking->content, "");
        exit_code = check(checking);
    }
    return exit_code;
}

/* Options may stand before or behind the words. Returns CTL_OK, or an exit code. */
static int
read_options(struct checking *checking, int argc, char **argv)
{
    static const struct option options[] = {
        { "language", required_argument, NULL, 'l' },
        { "all", no_argument, NULL, 'a' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    while ((option = getopt_long(argc, argv, "l:a", options, NULL)) != -1) {
        if (option == 'l') {
            string_replace(&checking->language, optarg);
        } else if (option == 'a') {
            checking->all_kinds = true;
        } else {
            return usage_fault(checking->session, "unknown option", NULL);
        }
    }
    return CTL_OK;
}

int
command_catalogue(struct session *session, int argc, char **argv)
{
    struct checking checking = { .session = session };
    int exit_code = read_options(&checking, argc, argv);
    const char *word = argc - optind >= 1 ? argv[optind] : "";

    if (exit_code == CTL_OK && argc - optind != 2) {
        exit_code =
            usage_fault(session, "give show and a language, or check and a file", NULL);
    } else if (exit_code == CTL_OK && strcmp(word, "show") == 0) {
        exit_code = show(session, argv[optind + 1]);
    } else if (exit_code == CTL_OK && strcmp(word, "check") == 0) {
        checking.file = argv[optind + 1];
        exit_code = check_file(&checking);
    } else if (exit_code == CTL_OK) {
        exit_code = usage_fault(session, "show and check are known, not", word);
    }
    free(checking.language);
    free(checking.whole_file);
    buffer_clear(&checking.content);
    buffer_clear(&checking.whole);
    return exit_code;
}
