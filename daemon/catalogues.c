/* SPDX-License-Identifier: EUPL-1.2 */
/* From the configuration's files to catalogues. */
#include "catalogues.h"

#include "base/memory.h"
#include "text/catalogue_trial.h"

#include <stdlib.h>
#include <string.h>

void
catalogues_free(struct catalogue **catalogues, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        catalogue_free(catalogues[i]);
    }
    free(catalogues);
}

static const struct catalogue_config *
files_of(const struct config *config, const char *language)
{
    for (size_t i = 0; i < config->n_catalogues; i++) {
        if (strcmp(config->catalogues[i].language, language) == 0) {
            return &config->catalogues[i];
        }
    }
    return NULL;
}

static struct catalogue_source
source_of(const char *path, const char *text)
{
    return (struct catalogue_source){ path, text, strlen(text) };
}

static enum status
load_one(const struct config *config, const char *language,
         struct catalogue **catalogue, struct faults *faults)
{
    const struct catalogue_config *files = files_of(config, language);
    bool has_local = files != NULL && files->local_text != NULL;
    struct catalogue_source whole, local = { 0 };
    struct error error = { 0 };

    if (has_local) {
        local = source_of(files->local_path, files->local_text);
    }
    if (files != NULL && files->text != NULL) {
        whole = source_of(files->path, files->text);
    } else if (!catalogue_builtin_source(language, &whole)) {
        catalogue_no_builtin(language, &error);
        faults_add(faults, 0, 0, "languages",
                   "%s; another one is a file %s/%s.catalogue", error.text,
                   config->catalogue_dir, language);
        return STATUS_INVALID;
    }
    return catalogue_read(language, &whole, has_local ? &local : NULL, catalogue,
                          faults);
}

enum status
catalogues_load(const struct config *config, struct catalogue ***catalogues,
                struct faults *faults)
{
    size_t n = config->languages.count;
    struct catalogue **list = memory_array(n + 1, sizeof(struct catalogue *));
    enum status status = STATUS_OK;

    for (size_t i = 0; i < n; i++) {
        if (load_one(config, config->languages.items[i], &list[i], faults) !=
            STATUS_OK) {
            status = STATUS_INVALID;
        }
    }
    *catalogues = list;
    if (status != STATUS_OK) {
        catalogues_free(list, n);
        *catalogues = NULL;
    }
    return status;
}

static void
judge(const struct catalogue *catalogue, struct config *config)
{
    struct compose_context context = trial_context();
    struct trial_findings findings = { 0 };

    context.organisation = config->organisation;
    context.contact = config->contact;
    context.page_url = config->page_url;
    catalogue_try(catalogue, &context, &findings, NULL, NULL);
    for (size_t i = 0; i < findings.count; i++) {
        if (plain_stops(findings.items[i].rule)) {
            strings_take(&config->warnings, trial_sentence(&findings.items[i]));
        }
    }
    trial_findings_clear(&findings);
}

enum status
catalogues_check(struct config *config, struct faults *faults)
{
    struct catalogue **catalogues = NULL;

    if (catalogues_load(config, &catalogues, faults) != STATUS_OK) {
        return STATUS_INVALID;
    }
    for (size_t i = 0; i < config->languages.count; i++) {
        const struct catalogue_config *files =
            files_of(config, config->languages.items[i]);

        if (files != NULL && (files->text != NULL || files->local_text != NULL)) {
            judge(catalogues[i], config);
        }
    }
    catalogues_free(catalogues, config->languages.count);
    return STATUS_OK;
}
