// Every method of the Trigger Inbox that @zapier/zapier-sdk has, against a running service: TRIGGERS_URL, TRIGGERS_KEY.
// Says what holds, one line each; the first thing that does not ends it.
import assert from "node:assert/strict";
import { createZapierSdk } from "@zapier/zapier-sdk/experimental";

const url = process.env.TRIGGERS_URL;
const key = process.env.TRIGGERS_KEY;
const sdk = createZapierSdk({ credentials: key, baseUrl: url, eventEmission: { enabled: false } });

const says = (what) => console.log(`ok: ${what}`);

async function http(method, path, body) {
  const answer = await fetch(url + path, {
    method,
    headers: { "X-API-Key": key, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return answer.json();
}

/** Sends events one after another and waits until each stands in the inboxes. */
async function arrive(type, numbers) {
  for (const n of numbers) {
    const { receipt } = await http("POST", "/v1/events", { type, source: "Shop", data: { n } });
    const { outcome } = await http("GET", `/v1/receipts/${receipt}?wait=30`);
    assert.equal(outcome, "accepted");
  }
}

async function until(what, holds) {
  for (const end = Date.now() + 30_000; ; ) {
    const value = await what();
    if (holds(value)) return value;
    assert.ok(Date.now() < end, `in time, and not ${JSON.stringify(value)}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

const active = (inbox) =>
  until(async () => (await sdk.getTriggerInbox({ inbox })).data, (found) => found.status === "active");

const numbers = (messages) => messages.map((message) => message.payload.n);

// create
const app = "Shop@1.0.0";
const { data: created } = await sdk.createTriggerInbox({ name: "orders", app, action: "order.*", inputs: {} });
assert.equal(created.name, "orders");
assert.deepEqual(created.subscription, { connection_id: null, app_key: app, action_key: "order.*", inputs: {} });
await active(created.id);
says("create");

await assert.rejects(
  sdk.createTriggerInbox({ name: "orders", app, action: "order.*", inputs: {} }),
  /key: orders/,
);
says("create of a name in use is a conflict");

// ensure
const { data: ensured } = await sdk.ensureTriggerInbox({ name: "orders", app, action: "order.*", inputs: {} });
assert.equal(ensured.id, created.id);
const { data: second } = await sdk.ensureTriggerInbox({
  name: "large",
  app,
  action: "order.*",
  inputs: { n: 3 },
  notificationUrl: "https://example.com/hook",
});
assert.equal(second.notification_url, "https://example.com/hook");
await active(second.id);
await assert.rejects(sdk.ensureTriggerInbox({ name: "orders", app, action: "user.*", inputs: {} }), /key: orders/);
says("ensure");

// list and get, by id and by name
const listed = [];
for await (const page of sdk.listTriggerInboxes({ pageSize: 2 })) listed.push(...page.data);
assert.deepEqual(listed.map((inbox) => inbox.name).sort(), ["default", "large", "orders"]);
assert.equal((await sdk.getTriggerInbox({ inbox: "orders" })).data.id, created.id);
says("list and get by name");

const { data: changed } = await sdk.updateTriggerInbox({ inbox: "large", notificationUrl: null });
assert.equal(changed.notification_url, null);
says("update");

// lease, ack, release
await arrive("order.created", [1, 2, 3]);
await arrive("user.created", [4]);
const { data: lease } = await sdk.leaseTriggerInboxMessages({ inbox: "orders", leaseLimit: 10, leaseSeconds: 60 });
assert.deepEqual(numbers(lease.results), [1, 2, 3]);
assert.deepEqual(lease.inbox_attributes, { status: "active", paused_reason: null });
const { data: filtered } = await sdk.leaseTriggerInboxMessages({ inbox: "large" });
assert.deepEqual(numbers(filtered.results), [3]);
says("lease");

const acked = await sdk.ackTriggerInboxMessages({
  inbox: "orders",
  lease: lease.lease_id,
  messages: [lease.results[0].id],
});
assert.deepEqual(acked.data.results.map((message) => message.status), ["acked"]);
says("ack");

const released = await sdk.releaseTriggerInboxMessages({ inbox: "orders", lease: lease.lease_id });
assert.deepEqual(released.data.results.map((message) => message.status), ["available", "available"]);
says("release");

const messages = [];
for await (const page of sdk.listTriggerInboxMessages({ inbox: "orders", pageSize: 1 })) messages.push(...page.data);
assert.deepEqual(messages.map((message) => message.message_attributes.lease_count), [1, 1]);
says("list messages");

// drain, with a handler that throws: what it threw for comes back, the rest is done
await arrive("order.created", [5, 6]);
const handled = [];
await sdk.drainTriggerInbox({
  inbox: "orders",
  continueOnError: true,
  leaseSeconds: 1,
  leaseLimit: 2,
  onMessage: async (message) => {
    handled.push(message.payload.n);
    if (message.payload.n === 5 && handled.filter((n) => n === 5).length === 1) throw new Error("not today");
  },
});
assert.deepEqual([...new Set(handled)].sort(), [2, 3, 5, 6]);
await until(
  async () => {
    await sdk.drainTriggerInbox({ inbox: "orders", onMessage: async (message) => handled.push(message.payload.n) });
    return handled.filter((n) => n === 5).length;
  },
  (times) => times >= 2,
);
says("drain");

// pause and resume: what is sent in between does not enter
await arrive("order.created", [7]);
const { data: paused } = await sdk.pauseTriggerInbox({ inbox: "orders" });
assert.deepEqual([paused.status, paused.paused_reason], ["paused", "user"]);
await arrive("order.created", [8]);
const rest = [];
await until(
  async () => {
    try {
      await sdk.drainTriggerInbox({ inbox: "orders", onMessage: async (message) => rest.push(message.payload.n) });
      return "";
    } catch (error) {
      return error.message;
    }
  },
  (message) => /paused/.test(message),
);
assert.deepEqual(rest, [7]);
says("a paused inbox is drained, then says so");

const { data: resumed } = await sdk.resumeTriggerInbox({ inbox: "orders" });
assert.ok(["initializing", "active"].includes(resumed.status));
await arrive("order.created", [9]);
await active(created.id);
await sdk.drainTriggerInbox({ inbox: "orders", onMessage: async (message) => rest.push(message.payload.n) });
assert.deepEqual(rest, [7, 9]);
says("resume");

// delete
const { data: deleted } = await sdk.deleteTriggerInbox({ inbox: "orders" });
assert.deepEqual([deleted.status, deleted.name], ["deleting", null]);
await assert.rejects(sdk.getTriggerInbox({ inbox: created.id }));
const { data: again } = await sdk.createTriggerInbox({ name: "orders", app, action: "*", inputs: {} });
assert.notEqual(again.id, created.id);
says("delete");
