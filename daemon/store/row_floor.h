/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Numbers of rows are parts of public ids, so none is given twice: not after the newest
 * row was removed, and not after a backup was restored, when rows that only the lost
 * database had were told to others. A table's floor is the highest number that may have
 * been given. (Beside them stands, as "forgotten", the latest end of an incident that was
 * removed.) For the files of this folder.
 */
#ifndef BUDKAVLE_STORE_ROW_FLOOR_H
#define BUDKAVLE_STORE_ROW_FLOOR_H

/* The number of a new row of the table, whose key is `column`. */
#define NEXT_ROW(table, column)                                                        \
    "(SELECT 1 + max(coalesce((SELECT max(" column ") FROM " table "), 0),"            \
    " coalesce((SELECT row FROM row_floor WHERE name = '" table "'), 0)))"

/* Above it nothing counts: JSON readers take no larger number exactly. */
#define ROW_NUMBER_MOST (INT64_C(1) << 53)

/* ?1 the table, ?2 a number that was given. */
#define ROW_FLOOR_RAISE_SQL                                                            \
    "INSERT INTO row_floor (name, row) VALUES (?1, ?2)"                                \
    " ON CONFLICT (name) DO UPDATE SET row = max(row, excluded.row)"

#endif
