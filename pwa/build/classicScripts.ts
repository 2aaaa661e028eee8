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
  self.minqingChunk = (needs, make) => {
    known[document.currentScript.src.split('/').pop()] = { needs, make };
  };
  self.minqingStart = () => get.load('./' + document.currentScript.src.split('/').pop());
})();`;

const DYNAMIC_IMPORT = /\bimport\((["'`]\.\/[^"'`]+["'`])\)/g;
const MODULE_SCRIPT = /<script type="module"[^>]* src="([^"]+)"><\/script>/;

const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

export function classicScripts(target: string[]): Plugin {
  return {
    name: 'minqing:classic-scripts',
    apply: 'build',
    enforce: 'post',
    async renderChunk(code, chunk) {
      const { code: common } = await transform(code, { format: 'cjs', target, charset: 'utf8' });
      const body = common.replace(DYNAMIC_IMPORT, 'require.load($1)');
      const left = /\bimport\([^)]*/.exec(body);
      if (left) {
        this.error(`${chunk.fileName}: ${left[0]} is an import that the loader doesn't know`);
      }
      const needs = JSON.stringify(chunk.imports.map(lastPart));
      const register = `minqingChunk(${needs}, (module, require) => {${body}\n});`;
      return {
        code: chunk.isEntry ? `${LOADER}\n${register}\nminqingStart();` : register,
        map: null,
      };
    },
    transformIndexHtml: {
      order: 'post',
      handler: (html) => html.replace(MODULE_SCRIPT, '<script defer src="$1"></script>'),
    },
  };
}
