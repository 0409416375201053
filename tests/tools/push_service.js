// SPDX-License-Identifier: EUPL-1.2
// A push service and the browsers behind it, for the system tests, on code that others
// wrote: http_ece decrypts with the browser's key, web-push makes keys, node's crypto checks
// the sender's token (RFC 8292), and the service worker of the documentation shows what came.
// usage: node push_service.js FOLDER PAGE.md   Writes port, browsers and what came there.
"use strict";
const crypto = require("crypto");
const fs = require("fs");
const http = require("http");
const path = require("path");
const vm = require("vm");
const ece = require("http_ece");
const webpush = require("web-push");

const [folder, page] = process.argv.slice(2);
const at = (name) => path.join(folder, name);
const browsers = new Map();
let vapid;

function browser(port, name) {
  const pair = crypto.createECDH("prime256v1");
  pair.generateKeys();
  const auth = crypto.randomBytes(16);
  browsers.set(`/push/${name}`, { name, pair, auth });
  return { endpoint: `http://127.0.0.1:${port}/push/${name}`, expirationTime: null,
           keys: { p256dh: pair.getPublicKey("base64url"), auth: auth.toString("base64url") } };
}

// What RFC 8292 asks a push service to check; the fault, or null.
function tokenFault(request, port) {
  const match = /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), ?k=([\w-]+)$/
    .exec(request.headers.authorization || "");
  if (!match) return "no token";
  const [header, claims] = match.slice(1, 3).map((part) => JSON.parse(Buffer.from(part, "base64url")));
  const point = Buffer.from(match[4], "base64url");
  if (match[4] !== vapid.publicKey) return "another key";
  const key = crypto.createPublicKey({ format: "jwk", key: {
    kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33).toString("base64url") } });
  if (header.alg !== "ES256" || header.typ !== "JWT") return "another algorithm";
  if (!crypto.verify("sha256", Buffer.from(`${match[1]}.${match[2]}`),
                     { key, dsaEncoding: "ieee-p1363" }, Buffer.from(match[3], "base64url")))
    return "the signature is wrong";
  if (claims.aud !== `http://127.0.0.1:${port}`) return `aud is ${claims.aud}`;
  if (!/^(mailto|https):/.test(claims.sub)) return `sub is ${claims.sub}`;
  const lasts = claims.exp - Date.now() / 1000;
  return lasts > 0 && lasts <= 86400 ? null : `exp is in ${lasts} s`;
}

// The service worker as the page has it, in a browser that only remembers.
function worker() {
  const source = /`\/sw\.js`.*?```js\n(.*?)```/s.exec(fs.readFileSync(page, "utf8"))[1];
  const handlers = {}, shown = [], opened = [];
  const self = {
    addEventListener: (name, handler) => { handlers[name] = handler; },
    registration: { showNotification: (title, options) => { shown.push({ title, ...options }); } },
    clients: { openWindow: (url) => { opened.push(url); } },
  };
  vm.runInNewContext(source, { self, Boolean });
  return (payload) => {
    const wait = { waitUntil: () => {} };
    handlers.push({ ...wait, data: { json: () => JSON.parse(payload) } });
    const notification = { ...shown.at(-1), close: () => {} };
    handlers.notificationclick({ ...wait, notification });
    return { shown: shown.at(-1), opened: opened.at(-1) };
  };
}

function answerTo(name) {
  const mood = at(`mood-${name}`);
  return fs.existsSync(mood) ? JSON.parse(fs.readFileSync(mood, "utf8")) : { status: 201 };
}

const show = worker();
const server = http.createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const body = Buffer.concat(parts);
    const target = browsers.get(request.url);
    const row = { to: target && target.name, method: request.method, bytes: body.length,
                  headers: request.headers, token: tokenFault(request, server.address().port) };
    if (target) {
      try {
        const plain = ece.decrypt(body, { version: "aes128gcm", privateKey: target.pair,
                                          authSecret: target.auth });
        row.payload = JSON.parse(plain);
        Object.assign(row, show(plain));
      } catch (error) {
        row.fault = String(error);
      }
    }
    const answer = answerTo(row.to);
    fs.appendFileSync(at("pushed.ndjson"), JSON.stringify(row) + "\n");
    response.writeHead(answer.status, { Location: "/m/1", ...answer.headers });
    response.end(answer.body || "");
  });
});

server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  vapid = webpush.generateVAPIDKeys();
  fs.writeFileSync(at("vapid.key"), vapid.privateKey + "\n", { mode: 0o600 });
  fs.writeFileSync(at("vapid.public"), vapid.publicKey);
  const names = ["anna", "bo", "cia"];
  fs.writeFileSync(at("browsers.json"),
                   JSON.stringify(Object.fromEntries(names.map((name) => [name, browser(port, name)]))));
  fs.writeFileSync(at("push.port.part"), String(port));
  fs.renameSync(at("push.port.part"), at("push.port"));
});
process.stdin.on("end", () => process.exit(0)).resume();
