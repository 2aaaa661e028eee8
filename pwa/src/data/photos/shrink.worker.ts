/** Shrinks one picture off the main thread: a file comes with a port, over which it goes back. */

import { bitmapPicture } from './canvas';
import { shrink } from './shrink';

addEventListener('message', ({ data, ports: [port] }: MessageEvent<Blob>) => {
  void bitmapPicture(data)
    .then(shrink)
    .then(
      (small) => port?.postMessage(small, [small.photo.content, small.thumb.content]),
      () => port?.postMessage(null),
    );
});
