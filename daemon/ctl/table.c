/* SPDX-License-Identifier: EUPL-1.2 */
/* Tables and times for a person at a terminal. */
#include "ctl/table.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    CELL_MAX_BYTES = 120
};

struct table {
    const char *const *headers;
    size_t n_columns;
    char **cells; /* row after row */
    size_t n_rows;
};

struct table *
table_new(const char *const *headers, size_t n)
{
    struct table *table = memory_alloc(sizeof(*table));

    table->headers = headers;
    table->n_columns = n;
    return table;
}

void
table_add(struct table *table, const char *const *cells)
{
    size_t n = table->n_columns;

    table->cells = memory_resize(table->cells, (table->n_rows + 1) * n, sizeof(char *));
    for (size_t i = 0; i < n; i++) {
        const char *cell = cells[i] != NULL ? cells[i] : "";

        table->cells[table->n_rows * n + i] =
            utf8_printable(cell, strlen(cell), CELL_MAX_BYTES);
    }
    table->n_rows++;
}

static size_t
column_width(const struct table *table, size_t column)
{
    size_t width = utf8_count_graphemes(table->headers[column]);

    for (size_t row = 0; row < table->n_rows; row++) {
        size_t cell =
            utf8_count_graphemes(table->cells[row * table->n_columns + column]);

        width = cell > width ? cell : width;
    }
    return width;
}

static void
print_cell(const char *text, size_t width, bool is_last)
{
    size_t shown = utf8_count_graphemes(text);

    fputs(text, stdout);
    for (size_t i = shown; !is_last && i < width + 2; i++) {
        putchar(' ');
    }
}

static void
print_row(const char *const *cells, const size_t *widths, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        print_cell(cells[i], widths[i], i + 1 == n);
    }
    putchar('\n');
}

void
table_print(struct table *table, const char *nothing)
{
    size_t n = table->n_columns;
    size_t *widths = memory_array(n, sizeof(*widths));

    if (table->n_rows == 0) {
        puts(nothing);
    } else {
        for (size_t i = 0; i < n; i++) {
            widths[i] = column_width(table, i);
        }
        print_row(table->headers, widths, n);
        for (size_t row = 0; row < table->n_rows; row++) {
            print_row((const char *const *)&table->cells[row * n], widths, n);
        }
    }
    for (size_t i = 0; i < table->n_rows * n; i++) {
        free(table->cells[i]);
    }
    free(table->cells);
    free(widths);
    free(table);
}

const char *
short_time(const char *timestamp, char out[SHORT_TIME_SIZE])
{
    int64_t time_ms;
    time_t seconds;
    struct tm local;

    out[0] = '\0';
    if (timestamp != NULL && timestamp_parse(timestamp, &time_ms)) {
        seconds = (time_t)(time_ms / SECONDS_MS);
        if (localtime_r(&seconds, &local) != NULL) {
            strftime(out, SHORT_TIME_SIZE, "%Y-%m-%d %H:%M", &local);
        }
    }
    return out;
}

bool
has_colour(void)
{
    const char *no_colour = getenv("NO_COLOR");

    return isatty(STDOUT_FILENO) && (no_colour == NULL || no_colour[0] == '\0');
}

void
print_state(bool good, const char *text)
{
    if (has_colour()) {
        printf("\033[%sm%s\033[0m\n", good ? "32" : "1;31", text);
    } else {
        puts(text);
    }
}
