import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readEndpoint } from "../../../../src/extension/remote/endpoint.ts";

suite("the address of a remote server", () => {
  const good: { address: string; base: string; root: string; isOpen: boolean }[] = [
    {
      address: "http://127.0.0.1:8000",
      base: "http://127.0.0.1:8000/v1",
      root: "http://127.0.0.1:8000",
      isOpen: false,
    },
    {
      address: " http://localhost:8000/v1/ ",
      base: "http://localhost:8000/v1",
      root: "http://localhost:8000",
      isOpen: false,
    },
    { address: "http://[::1]:80/v1", base: "http://[::1]/v1", root: "http://[::1]", isOpen: false },
    {
      address: "https://gpu.example/llm/v1",
      base: "https://gpu.example/llm/v1",
      root: "https://gpu.example/llm",
      isOpen: false,
    },
    {
      address: "https://gpu.example/api",
      base: "https://gpu.example/api",
      root: "https://gpu.example/api",
      isOpen: false,
    },
    { address: "http://gpu.example", base: "http://gpu.example/v1", root: "http://gpu.example", isOpen: true },
    {
      address: "http://127.0.0.1.example/v1",
      base: "http://127.0.0.1.example/v1",
      root: "http://127.0.0.1.example",
      isOpen: true,
    },
    {
      address: "http://localhost.example",
      base: "http://localhost.example/v1",
      root: "http://localhost.example",
      isOpen: true,
    },
  ];
  for (const { address, base, root, isOpen } of good) {
    test(`is ${address.trim()}`, () => {
      const endpoint = readEndpoint(address);
      assert.deepEqual({ base: endpoint.base, root: endpoint.root, isOpen: endpoint.isOpen }, { base, root, isOpen });
    });
  }

  for (const address of [
    "",
    "gpu.example",
    "ftp://gpu.example",
    "http://",
    "https://me:secret@gpu.example",
    "https://gpu.example/v1?key=1",
  ]) {
    test(`is not “${address}”`, () => {
      assert.throws(() => readEndpoint(address), { kind: "invalidRequest" });
    });
  }
});
