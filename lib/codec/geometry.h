/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * GeoJSON geometry (RFC 7946) of a place: Point, Polygon or MultiPolygon in WGS 84.
 */
#ifndef BUDKAVLE_CODEC_GEOMETRY_H
#define BUDKAVLE_CODEC_GEOMETRY_H

#include "codec/reader.h"

/*
 * Checks the geometry and puts its type and coordinates, as JSON text, in the char *
 * that out points to. Other members are left out: what is published was checked.
 */
bool geometry_read(struct reader *reader, json_t *value, void *out);

#endif
