import { transform } from 'esbuild';
import type { Plugin } from 'vite';

/**
 * Turns the ES modules of the build into classic scripts with a small loader.
 *
 * Chromium keeps compiled code of a service worker's files only for classic scripts: it compiles
 * them once at the worker's installation, while modules served by a worker are parsed and compiled
 * anew at every start (seen in traces of Chromium 156; at 4x throttle a fifth of a cold start).
 * Loader and all that the start needs are one file, since each file costs some milliseconds more.
 */
const LOADER = `
(() => {
  const made = {}, known = {}, asked = {};
  const fetched = (name) => known[name] ? Promise.resolve() : asked[name] ||= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = '/assets/' + name;
    script.onload = resolve;
    script.onerror = () => { delete asked[name]; script.remove(); reject(new TypeError('not loaded: ' + name)); };
    document.head.append(script);
  });
  const gather = async (name, seen) => {
    if (seen.has(name)) return;
    seen.add(name);
    await fetched(name);
    await Promise.all(known[name].needs.map((one) => gather(one, seen)));
  };
  const get = (path) => {
    const name = path.slice(2);
    if (!made[name]) known[name].make(made[name] = { exports: {} }, get);
    return made[name].exports;
  };
  get.load = async (path) => {
    await gather(path.slice(2), new Set());
    return get(path);
  };
  get.expose = (exports, all) => {
    for (const name in all) Object.defineProperty(exports, name, { get: all[name], enumerable: true });
  };
  self.minqingChunk = (name, needs, make) => {
    known[name] = { needs, make };
  };
  self.minqingStart = (name) => get.load('./' + name);
})();`;

/** How esbuild hands out a chunk's exports, with helpers of its own: the loader does it for all. */
const EXPORTS =
  /var (\w+) = \{\};\n__export\(\1, (\{[\s\S]*?\n\})\);\nmodule\.exports = __toCommonJS\(\1\);\n/;
/** The bundler's own helpers: half a kilobyte that every other script needs. */
const RUNTIME = /\/rolldown-runtime-/;
const DYNAMIC_IMPORT = /\bimport\((["'`]\.\/[^"'`]+["'`])\)/g;
const MODULE_SCRIPT = /<script type="module"[^>]* src="([^"]+)"><\/script>/;

const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

interface Script {
  readonly imports?: readonly string[];
  readonly isEntry?: boolean;
  code?: string;
}
type Scripts = Record<string, Script | undefined>;

/** The scripts that the entry needs before it runs, each after those that it needs itself. */
function needsOf(entry: string, bundle: Scripts, found = new Set<string>()): Set<string> {
  for (const need of bundle[entry]?.imports ?? []) {
    if (!found.has(need)) needsOf(need, bundle, found).add(need);
  }
  return found;
}

/** The largest of the scripts that the start needs: all others go into it. */
function startOf(entry: string, bundle: Scripts): string {
  const files = [...needsOf(entry, bundle), entry];
  const size = (file: string): number => bundle[file]?.code?.length ?? 0;
  return files.reduce((best, file) => (size(file) > size(best) ? file : best));
}

export function classicScripts(target: string[]): Plugin {
  let loader = '';
  return {
    name: 'minqing:classic-scripts',
    apply: 'build',
    enforce: 'post',
    async buildStart() {
      ({ code: loader } = await transform(LOADER, { minify: true, target }));
    },
    // The loader stands in a script whose name must tell when it has changed.
    augmentChunkHash: () => loader,
    async renderChunk(code, chunk) {
      const { code: common } = await transform(code, { format: 'cjs', target, charset: 'utf8' });
      const body = common
        .replace(EXPORTS, 'require.expose(module.exports, $2);\n')
        .replace(DYNAMIC_IMPORT, 'require.load($1)');
      if (body.includes('= __toCommonJS(')) {
        this.error(`${chunk.fileName}: its exports are written in a way that isn't known here`);
      }
      const left = /\bimport\([^)]*/.exec(body);
      if (left) {
        this.error(`${chunk.fileName}: ${left[0]} is an import that the loader doesn't know`);
      }
      const name = JSON.stringify(lastPart(chunk.fileName));
      const needs = JSON.stringify(chunk.imports.map(lastPart));
      const register = `minqingChunk(${name}, ${needs}, (module, require) => {${body}\n});`;
      return {
        code: chunk.isEntry ? `${register}\nminqingStart(${name});` : register,
        map: null,
      };
    },
    transformIndexHtml: {
      order: 'post',
      handler: (html, { chunk, bundle }) => {
        if (!chunk || !bundle) return html;
        const start = startOf(chunk.fileName, bundle as Scripts);
        return html.replace(MODULE_SCRIPT, `<script defer src="/${start}"></script>`);
      },
    },
    generateBundle(_options, bundle) {
      const scripts = bundle as Scripts;
      const entry = Object.keys(scripts).find((file) => scripts[file]?.isEntry);
      if (entry === undefined) return;
      const start = startOf(entry, scripts);
      const helpers = Object.keys(scripts).filter((file) => RUNTIME.test(file));
      const parts = [...new Set([...helpers, ...needsOf(entry, scripts), entry])];
      const code = [loader, ...parts.map((file) => scripts[file]?.code ?? '')].join('\n');
      for (const file of parts) if (file !== start) Reflect.deleteProperty(scripts, file);
      Object.assign(scripts[start] ?? {}, { code });
    },
  };
}
