/** Setting CUDA up, from a feed of our own; no library of a real one is here, nor a GPU to run it. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { describe, test, type TestContext } from "node:test";
import { CUDA_LIBRARIES } from "../../src/engine/model/cudaLibraries.ts";
import { formatBytes } from "../../src/models/formatBytes.ts";
import { ORT_VERSION } from "../../src/engine/model/onnxRuntimeVersion.ts";
import { checkpointFolder, copyModel, temporaryFolder } from "../helpers/fixtures.ts";
import { localghost, type Outcome } from "./helpers/cli.ts";
import { zipFile } from "./helpers/zipFile.ts";

const ID = "microsoft.ml.onnxruntime.gpu.linux";
const NATIVE = "runtimes/linux-x64/native";
const CONTENTS = Object.fromEntries(CUDA_LIBRARIES.map((name) => [name, Buffer.from(`this is ${name}`.repeat(5000))]));
const PACKAGE = zipFile({
  "package.nuspec": Buffer.from("<package/>"),
  ...Object.fromEntries(Object.entries(CONTENTS).map(([name, data]) => [`${NATIVE}/${name}`, data])),
  [`${NATIVE}/libonnxruntime_providers_tensorrt.so`]: Buffer.from("not wanted"),
});

interface Feed {
  url: string;
  packageUrl: string;
  /** Paths that were asked for. */
  asked: string[];
}

interface FeedOptions {
  nupkg?: Buffer;
  catalog?: Record<string, unknown> | undefined;
  /** Paths that the server does not have. */
  missing?: RegExp;
  /** Ends the package's connection in the middle. */
  breaksOff?: boolean;
}

const CATALOG = {
  packageHash: createHash("sha512").update(PACKAGE).digest("base64"),
  packageHashAlgorithm: "SHA512",
  packageSize: PACKAGE.length,
  licenseExpression: "MIT",
};

/** A NuGet feed on this machine that has one package. */
async function serveFeed(t: TestContext, options: FeedOptions = {}): Promise<Feed> {
  const { nupkg = PACKAGE, missing, breaksOff = false } = options;
  const asked: string[] = [];
  const server = http.createServer(({ url = "" }, response) => {
    asked.push(url);
    const answers: Record<string, unknown> = {
      "/v3/index.json": {
        version: "3.0.0",
        resources: [
          { "@id": `${origin}/other/`, "@type": "SearchQueryService" },
          { "@id": `${origin}/registration/`, "@type": "RegistrationsBaseUrl/3.6.0" },
        ],
      },
      [`/registration/${ID}/${ORT_VERSION}.json`]: {
        packageContent: packageUrl,
        ...("catalog" in options && options.catalog === undefined ? {} : { catalogEntry: `${origin}/catalog.json` }),
      },
      "/catalog.json": options.catalog ?? CATALOG,
    };
    if (missing?.test(url)) response.writeHead(404).end();
    else if (url in answers) response.end(JSON.stringify(answers[url]));
    else if (url !== "/package.nupkg") response.writeHead(404).end();
    else if (!breaksOff) response.end(nupkg);
    else response.write(nupkg.subarray(0, 1000), () => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const packageUrl = `${origin}/package.nupkg`;
  return { url: `${origin}/v3/index.json`, packageUrl, asked };
}

/** A cache folder for the commands of a test, and where the libraries belong in it. */
function cudaFolder(t: TestContext): string {
  const cache = temporaryFolder(t);
  process.env["XDG_CACHE_HOME"] = cache;
  process.env["NO_PROXY"] = "127.0.0.1";
  return path.join(cache, "localghost", `cuda-${ORT_VERSION}`);
}

function install({ url }: Feed): Promise<Outcome> {
  return localghost(["devices", "cuda", "--install", "--yes", "--feed", url]);
}

const skip = process.platform !== "linux" || process.arch !== "x64" ? "CUDA is for Linux x64" : false;

describe("localghost devices cuda", { skip }, () => {
  for (const args of [[], ["--plan"]]) {
    test(`says what would be fetched, and fetches nothing: ${args.join()}`, async (t) => {
      const folder = cudaFolder(t);
      const feed = await serveFeed(t);
      const { code, stdout, stderr } = await localghost(["devices", "cuda", ...args, "--feed", feed.url]);
      assert.deepEqual([code, stderr], [0, ""]);
      const expected = [
        `package      Microsoft.ML.OnnxRuntime.Gpu.Linux ${ORT_VERSION}, by Microsoft`,
        "licence      MIT",
        `from         ${feed.packageUrl}`,
        `size         ${formatBytes(PACKAGE.length)}`,
        `SHA-512      ${CATALOG.packageHash}`,
        "kept of it   libonnxruntime_providers_shared.so, libonnxruntime_providers_cuda.so",
        `in           ${folder}`,
        'also needed  NVIDIA\'s driver, CUDA and cuDNN, which are not fetched; "--device cuda" names what is missing',
        "Nothing was fetched: --install --yes does.",
      ];
      assert.equal(stdout, `${expected.join("\n")}\n`);
      assert.ok(!feed.asked.includes("/package.nupkg"));
      assert.ok(!fs.existsSync(path.dirname(folder)));
    });
  }

  test("installs the libraries, once, and leaves nothing else behind", async (t) => {
    const folder = cudaFolder(t);
    const feed = await serveFeed(t);
    const { code, stdout } = await install(feed);
    assert.deepEqual([code, stdout], [0, `The CUDA libraries are in ${folder}: "--device cuda" takes them.\n`]);
    assert.deepEqual(fs.readdirSync(path.dirname(folder)), [path.basename(folder)]);
    assert.deepEqual(fs.readdirSync(folder).sort(), [...CUDA_LIBRARIES].sort());
    for (const [name, data] of Object.entries(CONTENTS)) {
      assert.ok(fs.readFileSync(path.join(folder, name)).equals(data));
    }
    feed.asked.length = 0;
    const again = await install(feed);
    assert.deepEqual([again.code, again.stdout], [0, `The CUDA libraries are in ${folder} already.\n`]);
    assert.deepEqual(feed.asked, []);
    const plan = await localghost(["devices", "cuda", "--feed", feed.url]);
    assert.ok(plan.stdout.includes(`${folder} (where they are already)\n`));
  });

  test("takes a feed that tells neither size nor checksum at its word, and says so before", async (t) => {
    const folder = cudaFolder(t);
    const feed = await serveFeed(t, { catalog: undefined });
    const { stdout } = await localghost(["devices", "cuda", "--feed", feed.url]);
    assert.match(
      stdout,
      /^size +the feed does not tell\nSHA-512 +the feed does not tell: what arrives is not checked$/m,
    );
    assert.equal((await install(feed)).code, 0);
    assert.ok(fs.existsSync(path.join(folder, CUDA_LIBRARIES[0])));
  });

  const failures: [string, FeedOptions, RegExp][] = [
    ["another checksum", { catalog: { ...CATALOG, packageHash: "AAAA" } }, /has another SHA-512 than its feed names/],
    [
      "another size",
      { catalog: { ...CATALOG, packageSize: 5 } },
      new RegExp(`gave ${PACKAGE.length} bytes and not the 5 that its feed names: nothing was installed, try again\\.`),
    ],
    ["no archive", { nupkg: Buffer.from("hello"), catalog: undefined }, /The package of .* cannot be read \(/],
    [
      "an archive without a library",
      { nupkg: zipFile({ [`${NATIVE}/${CUDA_LIBRARIES[0]}`]: Buffer.from("a") }), catalog: undefined },
      /has no runtimes\/linux-x64\/native\/libonnxruntime_providers_cuda\.so: name another feed\./,
    ],
    ["a connection that breaks off", { breaksOff: true }, /The download of .* broke off \(.*\): try again\./],
    ["a package that is not there", { missing: /package/ }, /was answered with status 404/],
    ["a feed without the version", { missing: /registration/ }, /was answered with status 404/],
    ["a feed that speaks otherwise", { catalog: { packageSize: "big" } }, /gave an answer that is not NuGet's/],
  ];
  for (const [what, options, sentence] of failures) {
    test(`installs nothing from ${what}`, async (t) => {
      const folder = cudaFolder(t);
      const { code, stdout, stderr } = await install(await serveFeed(t, options));
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr.split("\n").at(-2) ?? "", sentence);
      assert.match(stderr, /^(fetching [^\n]*\n)?localghost: [^\n]*\n$/);
      assert.deepEqual(fs.existsSync(path.dirname(folder)) ? fs.readdirSync(path.dirname(folder)) : [], []);
    });
  }

  test("without a network the plan says what it knows, and installing fails", async (t) => {
    const folder = cudaFolder(t);
    const feed = "http://127.0.0.1:9/index.json";
    const plan = await localghost(["devices", "cuda", "--feed", feed]);
    assert.deepEqual([plan.code, plan.stderr], [0, ""]);
    assert.ok(plan.stdout.includes(`from         unknown; feed ${feed}\n`));
    assert.ok(plan.stdout.includes(`in           ${folder}\n`));
    const reason = /http:\/\/127\.0\.0\.1:9\/index\.json cannot be reached \(.+\): check the connection, or the proxy/;
    assert.match(plan.stdout, reason);
    const { code, stdout, stderr } = await localghost(["devices", "cuda", "--install", "--yes", "--feed", feed]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, reason);
  });

  const usage: [string[], RegExp][] = [
    [["--install"], /--install needs --yes, once you have read the plan/],
    [["--yes"], /--yes belongs to --install/],
    [["--plan", "--install", "--yes"], /--plan and --install exclude each other/],
    [["--model", "a"], /Unknown option '--model'/],
  ];
  for (const [args, line] of usage) {
    test(`wrong usage exits with 2: ${args.join(" ")}`, async (t) => {
      cudaFolder(t);
      const { code, stdout, stderr } = await localghost(["devices", "cuda", ...args]);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, line);
    });
  }

  test("--device cuda is refused in a sentence until that was done", async (t) => {
    cudaFolder(t);
    const model = copyModel(t, checkpointFolder("tiny-plain"));
    const args = ["complete", "--model", model, "--device", "cuda", "-p", "a", "-n", "1"];
    const { code, stdout, stderr } = await localghost(args);
    if (code === 0) {
      t.skip("CUDA is set up on this machine");
      return;
    }
    assert.deepEqual([code, stdout], [1, ""]);
    assert.equal(
      stderr,
      'localghost: CUDA is not set up: "localghost devices cuda" on the command line says what would be fetched, and from where.\n',
    );
  });
});
