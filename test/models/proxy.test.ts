/** The hub behind a proxy that wants a password. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { fetchThroughProxy } from "../../src/models/download/proxyFetch.ts";
import { fails } from "../engine/helpers/checkpoints.ts";
import { checkpointFolder } from "../helpers/fixtures.ts";
import { TestProxy } from "../helpers/hubServerProxy.ts";
import { downloadBench } from "./helpers/hub.ts";

const PLAIN = checkpointFolder("tiny-plain");
const NAME = "tiny/plain";
const VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

async function startProxy(t: TestContext): Promise<TestProxy> {
  const proxy = await TestProxy.start("user", "p%w");
  t.after(() => proxy.stop());
  return proxy;
}

/** Sets the variables of proxies for one test. */
function withEnvironment(t: TestContext, values: Record<string, string>): void {
  const before = { ...process.env };
  for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, values);
  t.after(() => {
    for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before);
  });
}

test("a model comes through a proxy with a name and a password, hub and CDN alike", async (t) => {
  withEnvironment(t, {});
  const proxy = await startProxy(t);
  const { server, download } = await downloadBench(t, { proxy: proxy.address("user:p%25w") });
  server.publish(NAME, PLAIN);
  // What breaks off goes on through the proxy too.
  server.fail(/cdn.*safetensors/, { kind: "cut", after: 100_000 }, 1);
  const folder = await download(NAME);
  const weights = "model.safetensors";
  assert.deepEqual(fs.readFileSync(path.join(folder, weights)), fs.readFileSync(path.join(PLAIN, weights)));
  assert.equal(new Set(proxy.tunnels).size, 2, "to the hub and to its CDN");
  assert.equal(proxy.refused, 0);
});

test("the proxy of the environment is used, and NO_PROXY obeyed", async (t) => {
  const proxy = await startProxy(t);
  withEnvironment(t, { HTTP_PROXY: proxy.address("user:p%25w"), HTTPS_PROXY: proxy.address("user:p%25w") });
  const through = await downloadBench(t);
  through.server.publish(NAME, PLAIN);
  await through.download(NAME);
  const used = proxy.tunnels.length;
  assert.ok(used > 0);

  process.env["NO_PROXY"] = "127.0.0.1";
  const past = await downloadBench(t);
  past.server.publish(NAME, PLAIN);
  await past.download(NAME);
  assert.equal(proxy.tunnels.length, used);
});

test("a proxy that wants a password says so at once", async (t) => {
  withEnvironment(t, {});
  const proxy = await startProxy(t);
  for (const credentials of [undefined, "user:wrong"]) {
    const { server, download } = await downloadBench(t, { proxy: proxy.address(credentials) });
    server.publish(NAME, PLAIN);
    await assert.rejects(download(NAME), fails("downloadFailed", /^The proxy wants a name and a password: write them/));
    assert.equal(server.requests.length, 0);
  }
  assert.equal(proxy.refused, 2, "it is not asked again and again");
});

test("a proxy that is not there, or is none, is told in a sentence", async (t) => {
  withEnvironment(t, {});
  const gone = await TestProxy.start("user", "word");
  const address = gone.address();
  await gone.stop();
  const { server, download } = await downloadBench(t, { proxy: address });
  server.publish(NAME, PLAIN);
  await assert.rejects(download(NAME), fails("downloadFailed", /could not be fetched: the connection is refused\./));
  assert.throws(
    () => fetchThroughProxy("proxy"),
    fails("invalidRequest", /^"proxy" is no proxy: write http:\/\/host:p/),
  );
});
