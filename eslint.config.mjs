import eslint from "@eslint/js";
import { defineConfig } from "eslint/config";
import importX from "eslint-plugin-import-x";
import prettier from "eslint-config-prettier";
import tseslint from "typescript-eslint";

/** What the engine knows of files alone, without running anything. */
const modelFiles = [
  ...[
    "checkpoint",
    "floatFormats",
    "gpt2Config",
    "lastUsed",
    "packedLayout",
    "packedWeights",
    "safetensors",
    "smallFile",
    "temporaryFiles",
  ],
  ...["transpose", "verifyChecksum", "weightFiles"],
]
  .map((name) => `./engine/model/${name}.ts`)
  .concat("./engine/tokenizer/loadTokenizer.ts");

/** The layers: each zone says what files under `target` may not import, and why. */
const layers = [
  { target: "./src/shared", from: "./src", except: ["./shared"], message: "shared imports nothing of ours." },
  {
    target: "./src/prompts",
    from: "./src",
    except: ["./prompts", "./shared"],
    message: "prompts are pure data and functions.",
  },
  {
    target: "./src/tasks",
    from: "./src",
    except: ["./tasks", "./prompts", "./shared"],
    message: "Tasks run on any model behind TaskModel.",
  },
  {
    target: "./src/eval",
    from: "./src",
    except: ["./eval", "./tasks", "./prompts", "./shared"],
    message: "Metrics judge texts, whichever model wrote them.",
  },
  {
    target: "./src/engine",
    from: "./src",
    except: ["./engine", "./shared"],
    message: "The engine stands alone behind shared/protocol.ts.",
  },
  {
    target: "./src/models",
    from: "./src",
    except: ["./models", "./shared", ...modelFiles],
    message: "Models are looked after without an engine: of it, only its file formats are known here.",
  },
  {
    target: "./src/doctor",
    from: "./src",
    except: ["./doctor", "./models", "./shared"],
    message: "The doctor examines an engine that its client gives it: it is needed where none can be loaded.",
  },
  {
    target: "./src/server",
    from: "./src",
    except: ["./server", "./shared"],
    message: "The local server answers from any engine that it is given.",
  },
  {
    target: "./src/extension",
    from: "./src",
    except: ["./extension", "./shared", "./prompts", "./tasks", "./models", "./doctor", "./server"],
    message: "The extension talks to the engine through shared/protocol.ts only.",
  },
  {
    target: "./src/webview",
    from: "./src",
    except: ["./webview", "./shared"],
    message: "The page knows messages only.",
  },
  { target: "./src/cli", from: "./src/extension", message: "The command line runs without VS Code." },
  { target: "./src", from: "./test", message: "The product does not import its tests." },
  { target: "./src", from: "./scripts", message: "The product does not import build scripts." },
];

/** Completion policy is pure, so that it is tested and replayed without an editor. */
const pureFiles = [
  "src/extension/completion/*.ts",
  "src/prompts/**/*.ts",
  "src/tasks/**/*.ts",
  "src/eval/**/*.ts",
  "src/engine/sampling/**/*.ts",
];
const completionAdapters = [
  "src/extension/completion/inlineCompletionProvider.ts",
  "src/extension/completion/completionCommands.ts",
];

const onnxRuntimeIsLoaded = "Only src/engine/model/onnxRuntime.ts loads ONNX Runtime, without its telemetry.";
const noOnnxRuntime = {
  group: ["onnxruntime-node", "onnxruntime-web", "onnxruntime-{node,web}/**"],
  message: onnxRuntimeIsLoaded,
};
const noVscode = { group: ["vscode"], message: "This layer runs without VS Code." };
const noInputOutput = {
  group: ["node:*", "fs", "fs/promises", "path", "os", "child_process", "worker_threads", "net", "http", "https"],
  message: "Pure files do no I/O.",
};

/** The rule for imports does not look at those that are made while the program runs. */
const noLateImports = {
  selector: "ImportExpression[source.value=/^(vscode$|onnxruntime-)/]",
  message: `VS Code is imported at the top of a file. ${onnxRuntimeIsLoaded}`,
};

/** One way to hide a member, and the one that also hides it at run time. */
const noPrivateKeyword = {
  selector: ":matches(PropertyDefinition, MethodDefinition[kind!='constructor'])[accessibility='private']",
  message: "Hide members by #.",
};

const noPopups = {
  selector: "MemberExpression[property.name=/^show(Error|Warning|Information)Message$/]",
  message: "Popups go through notify.ts.",
};
const noSettings = {
  selector: "MemberExpression[property.name='getConfiguration']",
  message: "Settings are read in config.ts only.",
};

export default defineConfig(
  {
    ignores: [
      "dist/",
      "**/node_modules/",
      "media/sample/",
      "test/fixtures/workspace/",
      "test-results/",
      ".vscode-test/",
    ],
  },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.mjs"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { "import-x": importX },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones: layers, basePath: import.meta.dirname }],
      "import-x/no-cycle": "error",
      "no-restricted-imports": ["error", { patterns: [noOnnxRuntime] }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "no-restricted-syntax": ["error", noPrivateKeyword, noLateImports],
      eqeqeq: "error",
      "prefer-const": "error",
    },
    settings: { "import-x/resolver": { node: { extensions: [".ts", ".mjs", ".js"] } } },
  },
  {
    files: ["src/{shared,prompts,tasks,eval,engine,models,doctor,server,cli,webview}/**/*.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: [noOnnxRuntime, noVscode] }] },
  },
  {
    files: ["src/engine/model/{onnxRuntime,wasmRuntime}.ts"],
    rules: {
      "no-restricted-imports": ["error", { patterns: [noVscode] }],
      "no-restricted-syntax": ["error", noPrivateKeyword],
    },
  },
  {
    files: pureFiles,
    ignores: completionAdapters,
    rules: {
      "no-restricted-imports": ["error", { patterns: [noOnnxRuntime, noVscode, noInputOutput] }],
    },
  },
  {
    // A server is reached by a fetch that is handed in, so that it is tested without an editor.
    files: ["src/extension/remote/**/*.ts", "src/extension/client/**/*.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: [noOnnxRuntime, noVscode] }] },
  },
  {
    files: ["src/extension/**/*.ts"],
    rules: { "no-restricted-syntax": ["error", noPrivateKeyword, noLateImports, noPopups, noSettings] },
  },
  {
    files: ["src/extension/notify.ts"],
    rules: { "no-restricted-syntax": ["error", noPrivateKeyword, noLateImports, noSettings] },
  },
  {
    files: ["src/extension/config.ts"],
    rules: { "no-restricted-syntax": ["error", noPrivateKeyword, noLateImports, noPopups] },
  },
  {
    files: ["**/*.mjs"],
    rules: {
      // tsc checks these files too, and knows Node's globals; JSDoc cannot give JSON.parse a type without an assignment.
      "no-undef": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // readFixture<T>() names the type of a JSON file where it is read.
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      // node:test's functions return promises that the runner itself awaits.
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          allowForKnownSafeCalls: [
            { from: "package", name: ["test", "it", "describe", "suite"], package: "node:test" },
          ],
        },
      ],
    },
  },
  prettier,
);
