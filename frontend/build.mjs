// Builds ../static/dist from the sources here. Same sources and lock file in, same bytes out:
// compression is done by JavaScript and WebAssembly packages, not by the zlib of whatever Node runs this.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, parse } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { gzipSync } from "fflate";
import { PurgeCSS } from "purgecss";
import * as sass from "sass";

const brotli = createRequire(import.meta.url)("brotli-wasm");
const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const dist = join(root, "static", "dist");
const packages = join(here, "node_modules");
const browsers = ["chrome111", "firefox113", "safari16.4"];
const compressible = new Set([".css", ".js", ".svg", ".txt"]);
const licences = [
  ["Bootstrap", "bootstrap/LICENSE"],
  ["Bootstrap Icons", "bootstrap-icons/LICENSE"],
  ["Figtree", "@fontsource-variable/figtree/LICENSE"],
  ["Swagger UI", "swagger-ui-dist/LICENSE"],
  ["Swagger UI: notice", "swagger-ui-dist/NOTICE"],
  ["Packages in Swagger UI", "swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt"],
];

const files = new Map();
const manifest = {};

function add(name, content) {
  files.set(name, Buffer.from(content));
  return name;
}

function addHashed(logical, content) {
  const { name, ext } = parse(logical);
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  manifest[logical] = add(`${name}-${hash}${ext}`, content);
  return manifest[logical];
}

/** Small ones that most pages need come along with main.js: a request each would weigh more than they do. */
const eager = new Set(["appearance", "confirm", "copy", "ending", "errors", "menu", "navigation", "password"]);

/** What pages of the drive are made of comes as one: a chain of small scripts takes longer than all are long. */
const together = new Set(["drop", "file", "files", "links", "search", "trash", "tray"]);

function loader(name) {
  if (eager.has(name)) return `async () => ${name}`;
  return together.has(name) ? `async () => (await import("modules:drive")).${name}` : `() => import("./${name}.js")`;
}

/** Every js/<name>.js with a default export can be bound by data-module="<name>". */
function modulesPlugin() {
  const names = readdirSync(join(here, "js"))
    .filter((file) => file.endsWith(".js"))
    .filter((file) => /^export default class/m.test(readFileSync(join(here, "js", file), "utf8")))
    .map((file) => file.slice(0, -3))
    .sort();
  const imports = [...eager].map((name) => `import * as ${name} from "./${name}.js";\n`);
  const lines = names.map((name) => `  ${JSON.stringify(name)}: ${loader(name)},\n`);
  const parts = {
    all: `${imports.join("")}export const modules = {\n${lines.join("")}};\n`,
    drive: [...together].map((name) => `export * as ${name} from "./${name}.js";\n`).join(""),
  };
  return {
    name: "modules",
    setup(build) {
      build.onResolve({ filter: /^modules:/ }, ({ path }) => ({ path: path.slice(8), namespace: "modules" }));
      build.onLoad({ filter: /.*/, namespace: "modules" }, ({ path }) => ({
        contents: parts[path],
        resolveDir: join(here, "js"),
      }));
    },
  };
}

async function scripts() {
  const result = await esbuild.build({
    absWorkingDir: here,
    entryPoints: ["js/main.js"],
    outdir: dist,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    charset: "utf8",
    legalComments: "none",
    target: browsers,
    plugins: [modulesPlugin()],
    metafile: true,
    write: false,
  });
  for (const output of result.outputFiles) add(parse(output.path).base, output.contents);
  const outputs = Object.entries(result.metafile.outputs);
  const from = (source) => outputs.find(([, value]) => value.entryPoint === source);
  const [main, { imports }] = from("js/main.js");
  const [shared] = imports.filter(({ kind }) => kind === "import-statement");
  manifest["main.js"] = parse(main).base;
  manifest["shared.js"] = parse(shared.path).base;
  manifest["drive.js"] = parse(from("modules:drive")[0]).base;
  const theme = readFileSync(join(here, "theme.js"), "utf8");
  const { code } = await esbuild.transform(theme, { minify: true, format: "iife", target: browsers });
  addHashed("theme.js", code);
}

function icons() {
  const names = readFileSync(join(here, "icons.txt"), "utf8").split("\n").filter(Boolean).sort();
  const symbols = names.map((name) => {
    const svg = readFileSync(join(packages, "bootstrap-icons", "icons", `${name}.svg`), "utf8");
    const drawing = svg.replace(/^[^>]*>/, "").replace("</svg>", "").replace(/\n\s*/g, "").trim();
    return `<symbol id="${name}" viewBox="0 0 16 16">${drawing}</symbol>`;
  });
  addHashed("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
}

function pictures() {
  addHashed("mark.svg", readFileSync(join(here, "mark.svg")));
  const font = join(packages, "@fontsource-variable", "figtree", "files", "figtree-latin-wght-normal.woff2");
  addHashed("figtree.woff2", readFileSync(font));
}

/** Bootstrap's rules that no template and no module names are left out; ours all stay. */
async function styles() {
  const { css } = sass.compile(join(here, "scss", "main.scss"), {
    loadPaths: [packages],
    quietDeps: true,
    silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
  });
  const [purged] = await new PurgeCSS().purge({
    content: [`${root}/templates/**/*.html`, `${here}/js/**/*.js`],
    css: [{ raw: css }],
    defaultExtractor: (text) => text.match(/[A-Za-z0-9_-]+/g) ?? [],
    safelist: { greedy: [/data-bs-theme/] },
    variables: true,
    keyframes: true,
  });
  const linked = purged.css.replace("figtree.woff2", manifest["figtree.woff2"]);
  const { code } = await esbuild.transform(linked, { loader: "css", minify: true, target: browsers });
  addHashed("main.css", code);
}

/** Swagger UI as it comes, without its source maps, and what our page adds to it; no other page loads any of this. */
async function apiPage() {
  const from = (name) => readFileSync(join(packages, "swagger-ui-dist", name), "utf8");
  const kept = (name) => from(name).replace(/^\/[/*]# sourceMappingURL=.*/m, "");
  addHashed("swagger-ui.js", kept("swagger-ui-bundle.js"));
  addHashed("api-page.css", kept("swagger-ui.css") + readFileSync(join(here, "api-page.css"), "utf8"));
  const script = readFileSync(join(here, "api-page.js"), "utf8");
  const { code } = await esbuild.transform(script, { minify: true, format: "iife", target: browsers });
  addHashed("api-page.js", code);
}

function licenceTexts() {
  const texts = licences.map(([name, path]) => {
    return `${name}\n${"=".repeat(name.length)}\n${readFileSync(join(packages, path), "utf8").trim()}\n`;
  });
  add("licenses.txt", texts.join("\n\n"));
}

function compress() {
  for (const [name, content] of [...files]) {
    if (!compressible.has(parse(name).ext)) continue;
    add(`${name}.gz`, gzipSync(content, { level: 9, mtime: 0 }));
    add(`${name}.br`, brotli.compress(content, { quality: 11 }));
  }
}

function write() {
  const sorted = Object.fromEntries(Object.entries(manifest).sort());
  add("manifest.json", `${JSON.stringify(sorted, null, 2)}\n`);
  mkdirSync(dist, { recursive: true });
  for (const [name, content] of files) writeFileSync(join(dist, name), content);
  for (const name of readdirSync(dist)) if (!files.has(name)) rmSync(join(dist, name), { recursive: true });
}

function report() {
  for (const [name, content] of [...files].sort()) {
    if (name.endsWith(".br") || name.endsWith(".gz")) continue;
    const packed = files.get(`${name}.gz`)?.length ?? content.length;
    console.log(`${name.padEnd(34)} ${String(content.length).padStart(7)} ${String(packed).padStart(7)} over the wire`);
  }
}

pictures();
icons();
await scripts();
await styles();
await apiPage();
licenceTexts();
compress();
write();
report();
