import { createHash } from 'node:crypto';
import { transform } from 'esbuild';
import type { Plugin } from 'vite';

/**
 * Turns the ES modules of the build into classic scripts with a small loader.
 *
 * Chromium keeps compiled code of a service worker's files only for classic scripts: it compiles
 * them once at the worker's installation, while modules served by a worker are parsed and compiled
 * anew at every start (seen in traces of Chromium 156; at 4x throttle a fifth of a cold start).
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
  self.minqingChunk = (needs, make) => {
    known[document.currentScript.src.split('/').pop()] = { needs, make };
  };
  self.minqingStart = () => get.load('./' + document.currentScript.src.split('/').pop());
})();`;

/** How esbuild hands out a chunk's exports, with helpers of its own: the loader does it for all. */
const EXPORTS =
  /var (\w+) = \{\};\n__export\(\1, (\{[\s\S]*?\n\})\);\nmodule\.exports = __toCommonJS\(\1\);\n/;
const DYNAMIC_IMPORT = /\bimport\((["'`]\.\/[^"'`]+["'`])\)/g;
const MODULE_SCRIPT = /<script type="module"[^>]* src="([^"]+)"><\/script>/;

const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

interface Loaded {
  readonly [file: string]: { readonly imports?: readonly string[] } | undefined;
}

/** The scripts that the entry needs before it runs, each after those that it needs itself. */
function needsOf(entry: string, bundle: Loaded, found = new Set<string>()): Set<string> {
  for (const need of bundle[entry]?.imports ?? []) {
    if (!found.has(need)) needsOf(need, bundle, found).add(need);
  }
  return found;
}

const tagOf = (file: string): string => `<script defer src="/${file}"></script>`;

export function classicScripts(target: string[]): Plugin {
  let loader = '';
  return {
    name: 'minqing:classic-scripts',
    apply: 'build',
    enforce: 'post',
    async buildStart() {
      const { code } = await transform(LOADER, { minify: true, target });
      const hash = createHash('sha256').update(code).digest('base64url').slice(0, 8);
      loader = `assets/loader-${hash}.js`;
      this.emitFile({ type: 'asset', fileName: loader, source: code });
    },
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
      const needs = JSON.stringify(chunk.imports.map(lastPart));
      const register = `minqingChunk(${needs}, (module, require) => {${body}\n});`;
      return {
        code: chunk.isEntry ? `${register}\nminqingStart();` : register,
        map: null,
      };
    },
    transformIndexHtml: {
      order: 'post',
      // All that the start needs is named here, so that it comes side by side and not in turns.
      handler: (html, { chunk, bundle }) => {
        if (!chunk || !bundle) return html;
        const files = [loader, ...needsOf(chunk.fileName, bundle as Loaded), chunk.fileName];
        return html.replace(MODULE_SCRIPT, files.map(tagOf).join('\n    '));
      },
    },
  };
}
