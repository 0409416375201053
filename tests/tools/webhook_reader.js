// SPDX-License-Identifier: EUPL-1.2
// A web hook's receiver on code that others wrote: standardwebhooks checks each signature,
// cloudevents reads the envelope, both from the request as it came.
// usage: node webhook_reader.js FOLDER   Reads FOLDER/secrets.json: [names and secrets];
// writes the port and what came. While FOLDER/gone exists it answers 410.
"use strict";
const fs = require("fs");
const http = require("http");
const path = require("path");
const { HTTP } = require("cloudevents");
const { Webhook } = require("standardwebhooks");

const folder = process.argv[2];
const at = (name) => path.join(folder, name);

function verified(headers, body) {
  const secrets = JSON.parse(fs.readFileSync(at("secrets.json"), "utf8"));
  return Object.entries(secrets).filter(([, secret]) => {
    try {
      new Webhook(secret).verify(body, headers);
      return true;
    } catch {
      return false;
    }
  }).map(([name]) => name);
}

// The event, and whether it is a valid one; null where there is none.
function cloudEvent(headers, body) {
  if (!headers["ce-id"] && !/^application\/cloudevents/.test(headers["content-type"])) return null;
  const event = HTTP.toEvent({ headers, body });
  return { ...event.toJSON(), valid: event.validate() };
}

const server = http.createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const body = Buffer.concat(parts).toString("utf8");
    const row = { url: request.url, headers: request.headers, body: JSON.parse(body),
                  verified: verified(request.headers, body) };
    try {
      row.event = cloudEvent(request.headers, body);
    } catch (error) {
      row.fault = String(error);
    }
    fs.appendFileSync(at("read.ndjson"), JSON.stringify(row) + "\n");
    response.writeHead(fs.existsSync(at("gone")) ? 410 : 204);
    response.end();
  });
});
server.listen(0, "127.0.0.1", () => {
  fs.writeFileSync(at("reader.port.part"), String(server.address().port));
  fs.renameSync(at("reader.port.part"), at("reader.port"));
});
process.stdin.on("end", () => process.exit(0)).resume();
