import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin, ResolvedConfig } from 'vite';
import { filesBelow } from './precacheWorker';

/** Already compressed, or too small to gain anything. */
const WORTH_IT = /\.(html|js|css|svg|json|webmanifest)$/;
const SMALLEST = 256;

/** Writes `.br` and `.gz` beside each text file, for a server that only has to pick one. */
export function precompress(): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'minqing:precompress',
    apply: 'build',
    configResolved(resolved) {
      config = resolved;
    },
    closeBundle: {
      sequential: true,
      order: 'post',
      handler() {
        const folder = join(config.root, config.build.outDir);
        for (const path of filesBelow(folder)) {
          if (WORTH_IT.test(path)) compress(join(folder, path));
        }
      },
    },
  };
}

function compress(file: string): void {
  const bytes = readFileSync(file);
  if (bytes.length < SMALLEST) return;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}
