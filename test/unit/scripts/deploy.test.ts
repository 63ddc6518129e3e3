/** The manifests of docs/deploy: they parse, and what they name of each other is there. No cluster has run them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { parse, parseAllDocuments } from "yaml";

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec: Record<string, unknown>;
}

function manifestsOf(name: string): Manifest[] {
  const text = readFileSync(new URL(`../../../docs/deploy/${name}`, import.meta.url), "utf8");
  return parseAllDocuments(text).map((document) => {
    assert.deepEqual(document.errors, []);
    return document.toJS() as Manifest;
  });
}

function find<T>(manifests: Manifest[], kind: string): { name: string; spec: T } {
  const found = manifests.find((manifest) => manifest.kind === kind);
  assert.ok(found, kind);
  return { name: found.metadata.name, spec: found.spec as T };
}

interface Container {
  image: string;
  args?: string[];
  ports?: { name: string; containerPort: number }[];
  volumeMounts?: { name: string }[];
}

suite("docs/deploy", () => {
  test("the service of Kubernetes finds its pods, and the ingress its service and no more paths than are meant", () => {
    const manifests = manifestsOf("vllm-kubernetes.yaml");
    const deployment = find<{
      selector: { matchLabels: object };
      template: { metadata: { labels: object }; spec: { containers: Container[]; volumes: { name: string }[] } };
    }>(manifests, "Deployment");
    const { labels } = deployment.spec.template.metadata;
    assert.deepEqual(deployment.spec.selector.matchLabels, labels);
    const service = find<{ selector: object; ports: { name: string; targetPort: string }[] }>(manifests, "Service");
    assert.deepEqual(service.spec.selector, labels);
    const { containers, volumes } = deployment.spec.template.spec;
    const [container] = containers;
    assert.equal(service.spec.ports[0]?.targetPort, container?.ports?.[0]?.name);
    assert.deepEqual(
      container?.volumeMounts?.map(({ name }) => name),
      volumes.map(({ name }) => name),
    );
    const args = container.args ?? [];
    assert.ok(args.every((argument) => argument.startsWith("--")));
    assert.ok(args.includes("--max-model-len=1024"), "GPT-2's context");

    interface Path {
      path: string;
      backend: { service: { name: string; port: { name: string } } };
    }
    const ingress = find<{ tls: unknown[]; rules: { http: { paths: Path[] } }[] }>(manifests, "Ingress");
    const paths = ingress.spec.rules.flatMap(({ http }) => http.paths);
    assert.deepEqual(
      paths.map(({ path }) => path),
      ["/v1", "/tokenize"],
    );
    for (const { backend } of paths) {
      assert.deepEqual(backend.service, { name: service.name, port: { name: service.spec.ports[0]?.name } });
    }
    assert.equal(ingress.spec.tls.length, 1);
  });

  test("the Ray service serves one model by vLLM, on workers with a GPU", () => {
    const [service] = manifestsOf("vllm-ray.yaml");
    assert.equal(service?.kind, "RayService");
    const { serveConfigV2, rayClusterConfig } = service.spec as {
      serveConfigV2: string;
      rayClusterConfig: {
        workerGroupSpecs: { template: { spec: { containers: (Container & { resources: unknown })[] } } }[];
      };
    };
    const { applications } = parse(serveConfigV2) as {
      applications: { import_path: string; args: { llm_configs: { engine_kwargs: object }[] } }[];
    };
    assert.equal(applications[0]?.import_path, "ray.serve.llm:build_openai_app");
    assert.deepEqual(applications[0].args.llm_configs[0]?.engine_kwargs, {
      ...{ max_model_len: 1024, enable_prefix_caching: true },
    });
    const [worker] = rayClusterConfig.workerGroupSpecs[0]?.template.spec.containers ?? [];
    assert.deepEqual(worker?.resources, { limits: { cpu: "4", memory: "16Gi", "nvidia.com/gpu": 1 } });
  });
});
