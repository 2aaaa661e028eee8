import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { build, type Plugin, type ResolvedConfig } from 'vite';

interface Entry {
  url: string;
  revision: string | null;
}

/** What is served but not needed offline: the large icons are read once, when it is installed. */
const LEFT_OUT = /\.(map|br|gz|txt)$|^icon-.*\.png$|^sw\.js$/;

/** Every file below `folder`, as paths with `/`, sorted so that a build is reproducible. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** One entry a file: hashed names are their own revision, the others carry one. */
export function manifestOf(folder: string): Entry[] {
  return filesBelow(folder)
    .filter((path) => !LEFT_OUT.test(path))
    .map((path) => ({
      url: `/${path}`,
      revision: path.startsWith('assets/') ? null : revisionOf(join(folder, path)),
    }));
}

function revisionOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16);
}

/** Builds `source` to `/sw.js` after the app, with the list of all its files in it. */
export function precacheWorker(source: string, target: string[]): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'minqing:precache-worker',
    apply: 'build',
    configResolved(resolved) {
      config = resolved;
    },
    closeBundle: {
      sequential: true,
      order: 'pre',
      async handler() {
        const folder = config.build.outDir;
        await build({
          configFile: false,
          root: config.root,
          publicDir: false,
          logLevel: 'warn',
          define: {
            'self.__WB_MANIFEST': JSON.stringify(manifestOf(join(config.root, folder))),
            'process.env.NODE_ENV': '"production"',
          },
          build: {
            outDir: folder,
            emptyOutDir: false,
            target,
            reportCompressedSize: false,
            rolldownOptions: {
              input: source,
              output: { format: 'iife', entryFileNames: 'sw.js' },
            },
          },
        });
      },
    },
  };
}
